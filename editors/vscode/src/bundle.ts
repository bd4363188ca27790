// Which documents the server handles.

import { basename } from 'node:path';
import type { TextDocument } from 'vscode';
import type { TextDocumentFilter } from 'vscode-languageclient';

/** The server decides by file name; resource types have the same file name as bundles. */
export const SELECTOR: TextDocumentFilter[] = [
  { scheme: 'file', pattern: '**/massdriver.{yaml,yml}' },
  { scheme: 'file', pattern: '**/{artifact_*,resource_*,params,connections,envs,secrets}.jq' },
];

const BUNDLE = /^massdriver\.ya?ml$/;
const PROGRAM = /^(?:(?:artifact|resource)_.*|params|connections|envs|secrets)\.jq$/;

/** Whether the document is a bundle or a resource type. */
export function isBundle(document: Pick<TextDocument, 'uri'>): boolean {
  return document.uri.scheme === 'file' && BUNDLE.test(basename(document.uri.fsPath));
}

/** Whether the server handles this document: a bundle, a resource type, or a jq program of a step. */
export function isOurs(document: Pick<TextDocument, 'uri'>): boolean {
  return isBundle(document) || (document.uri.scheme === 'file' && PROGRAM.test(basename(document.uri.fsPath)));
}
