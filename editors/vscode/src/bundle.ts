// Which documents are ours.

import { basename } from 'node:path';
import type { TextDocument } from 'vscode';
import type { TextDocumentFilter } from 'vscode-languageclient';

/** The server looks at the name alone; resource types bear the same name as bundles. */
export const SELECTOR: TextDocumentFilter[] = [
  { scheme: 'file', pattern: '**/massdriver.{yaml,yml}' },
  { scheme: 'file', pattern: '**/{artifact_*,resource_*,params,connections,envs,secrets}.jq' },
];

const BUNDLE = /^massdriver\.ya?ml$/;
const PROGRAM = /^(?:(?:artifact|resource)_.*|params|connections|envs|secrets)\.jq$/;

/** Whether it is a bundle or a resource type. */
export function isBundle(document: Pick<TextDocument, 'uri'>): boolean {
  return document.uri.scheme === 'file' && BUNDLE.test(basename(document.uri.fsPath));
}

/** Whether the server serves this document: those, and the programs of their steps. */
export function isOurs(document: Pick<TextDocument, 'uri'>): boolean {
  return isBundle(document) || (document.uri.scheme === 'file' && PROGRAM.test(basename(document.uri.fsPath)));
}
