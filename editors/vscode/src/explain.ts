// Explanations of rules, in read-only documents; made by the server's program, so that no network is needed.

import { execFile } from 'node:child_process';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { parseList, toMarkdown } from './rules';

const SCHEME = 'massdriver-rule';

/** What runs the server's program with these arguments, and gives what it prints. */
export type Run = (...args: string[]) => Promise<string>;

/** Runs a program to its end. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { timeout: 10_000 });
  return stdout;
}

/** The document that explains a rule; the manifest has it shown as a page, not as text. */
export function page(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${id}.md` });
}

/** Serves the explanations, and the command that shows one. */
export function register(runServer: Run): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async (uri) =>
        toMarkdown(await runServer('explain', '--color=never', posix.basename(uri.path, '.md'))),
    }),
    vscode.commands.registerCommand('massdriver.explainRule', async (id?: string) => {
      const chosen = typeof id === 'string' ? id : await choose(runServer);
      if (chosen === undefined) return;
      await vscode.commands.executeCommand('vscode.open', page(chosen));
    }),
  );
}

/** Asks for a rule; those with findings at the cursor come first. */
async function choose(runServer: Run): Promise<string | undefined> {
  const rules = parseList(await runServer('explain', '--color=never'));
  const here = rulesAtCursor();
  const items = rules.map(({ id, severity, title }) => ({ label: id, description: severity, detail: title }));
  const [first, rest] = [items.filter((item) => here.has(item.label)), items.filter((item) => !here.has(item.label))];
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const grouped = first.length > 0 ? [separator('at the cursor'), ...first, separator('all'), ...rest] : rest;
  const options = { placeHolder: 'Which rule?', matchOnDetail: true };
  const chosen = await vscode.window.showQuickPick<vscode.QuickPickItem>(grouped, options);
  return chosen?.label;
}

function rulesAtCursor(): Set<string> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return new Set();
  const found = vscode.languages.getDiagnostics(editor.document.uri);
  return new Set(found.filter(({ range }) => range.contains(editor.selection.active)).map(ruleOf));
}

/** The rule behind a finding. */
export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}
