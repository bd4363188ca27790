// The form preview beside the text: a webview that shows the server's results.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { LanguageClient, WorkspaceEdit } from 'vscode-languageclient/node';
import { isBundle } from './bundle';
import type { Abilities, Envs, Form, FromPage, ToPage, Values } from './form';
import { innermost } from './places';

/** Delay between the last keystroke and the update of the form, in milliseconds. */
const PAUSE = 150;

/** The running server's capabilities for forms. */
export function abilities(client: LanguageClient | undefined): Abilities {
  const experimental = client?.initializeResult?.capabilities.experimental as { massdriver?: { form?: Abilities } } | undefined;
  return experimental?.massdriver?.form ?? {};
}

/** Registers the command that opens a preview; there is one preview per document. */
export function register(extension: vscode.Uri, client: () => LanguageClient | undefined): vscode.Disposable {
  const open = new Map<string, Preview>();
  return vscode.commands.registerCommand('massdriver.preview', () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isBundle(document)) {
      void vscode.window.showWarningMessage('Open the massdriver.yaml of a bundle first.');
      return;
    }
    const key = document.uri.toString();
    const there = open.get(key);
    if (there !== undefined) {
      there.panel.reveal();
      return;
    }
    const preview = new Preview(document, extension, client);
    open.set(key, preview);
    preview.panel.onDidDispose(() => { open.delete(key); });
  });
}

class Preview {
  readonly panel: vscode.WebviewPanel;
  private readonly listening: vscode.Disposable[] = [];
  private form: Form | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private askedEnvs = 0;

  constructor(
    private readonly document: vscode.TextDocument,
    extension: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {
    const resources = vscode.Uri.joinPath(extension, 'dist');
    this.panel = vscode.window.createWebviewPanel(
      'massdriver.preview',
      `Form of ${vscode.workspace.asRelativePath(document.uri)}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [resources], retainContextWhenHidden: true },
    );
    this.panel.webview.html = page(this.panel.webview, resources);
    this.listening.push(
      this.panel.webview.onDidReceiveMessage((message: FromPage) => this.take(message)),
      vscode.workspace.onDidChangeTextDocument((change) => {
        if (change.document === document) this.askSoon();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor.document === document) this.showCursor(textEditor.selection.active);
      }),
    );
    this.panel.onDidDispose(() => {
      clearTimeout(this.timer);
      vscode.Disposable.from(...this.listening).dispose();
    });
  }

  private async take(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready': return this.ask();
      case 'values': return this.askEnvs(message.values);
      case 'reveal': { this.reveal(message.pointer); return; }
      case 'copy': return vscode.env.clipboard.writeText(message.text);
      case 'save': return this.save(message.name, message.values);
    }
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    const turn = ++this.asked;
    const form = await this.request<Form>('massdriver/formPreview', {});
    if (turn !== this.asked) return;
    if (form === null) {
      this.say({ kind: 'stale' });
      return;
    }
    this.form = form;
    this.say({ kind: 'form', form, can: abilities(this.client()) });
  }

  private async askEnvs(values: Values): Promise<void> {
    if (abilities(this.client()).envs !== true) return;
    const turn = ++this.askedEnvs;
    const answer = await this.request<Envs>('massdriver/formEnvs', { values });
    if (turn === this.askedEnvs) this.say({ kind: 'envs', envs: answer?.envs ?? [] });
  }

  private async save(name: string, values: Values): Promise<void> {
    const client = this.client();
    const edit = await this.request<WorkspaceEdit>('massdriver/formSavePreset', { name, values });
    const converted = edit === null ? undefined : await client?.protocol2CodeConverter.asWorkspaceEdit(edit);
    if (converted === undefined || !(await vscode.workspace.applyEdit(converted))) {
      void vscode.window.showErrorMessage(`The preset ${name} could not be written; does the text have errors?`);
    }
  }

  /** Sends a request; `null` if it fails, which is logged. */
  private async request<Answer>(method: string, params: object): Promise<Answer | null> {
    try {
      const uri = this.document.uri.toString();
      return (await this.client()?.sendRequest<Answer | null>(method, { uri, ...params })) ?? null;
    } catch (error) {
      this.client()?.warn(`${method}: ${String(error)}`, undefined, false);
      return null;
    }
  }

  private showCursor(cursor: vscode.Position): void {
    this.say({ kind: 'cursor', pointer: innermost(this.form?.places ?? [], cursor) });
  }

  private reveal(pointer: string): void {
    const place = this.form?.places.find((one) => one.pointer === pointer);
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
    if (place === undefined || editor === undefined) return;
    const { start, end } = place.key;
    editor.selection = new vscode.Selection(start.line, start.character, end.line, end.character);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private say(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }
}

/** The page loads only the extension's own script and style. */
function page(webview: vscode.Webview, resources: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(resources, name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${address('preview.css')}">
<title>Form</title>
</head>
<body>
<div id="page"></div>
<script nonce="${nonce}" src="${address('preview.js')}"></script>
</body>
</html>`;
}
