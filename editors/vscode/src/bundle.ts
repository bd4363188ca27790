// Which documents are ours.

import { basename } from 'node:path';
import type { TextDocument } from 'vscode';
import type { TextDocumentFilter } from 'vscode-languageclient';

/** The server looks at the name alone; resource types bear the same name as bundles. */
export const SELECTOR: TextDocumentFilter[] = [{ scheme: 'file', pattern: '**/massdriver.{yaml,yml}' }];

/** Whether the server serves this document. */
export function isOurs(document: Pick<TextDocument, 'uri'>): boolean {
  return document.uri.scheme === 'file' && /^massdriver\.ya?ml$/.test(basename(document.uri.fsPath));
}
