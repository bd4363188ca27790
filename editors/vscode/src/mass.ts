// Runs `mass bundle …` in a terminal, if Massdriver's command line is installed.

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isBundle } from './bundle';
import { findOnPath } from './program';

const VERBS = ['lint', 'build', 'publish'] as const;
type Verb = (typeof VERBS)[number];

const INSTALL = 'https://docs.massdriver.cloud';

/** One command per verb; each applies to the file selected in the explorer, else to the active editor. */
export function register(): vscode.Disposable {
  return vscode.Disposable.from(
    ...VERBS.map((verb) =>
      vscode.commands.registerCommand(`massdriver.bundle.${verb}`, (file?: vscode.Uri) => bundle(verb, file)),
    ),
  );
}

async function bundle(verb: Verb, file?: vscode.Uri): Promise<void> {
  const document = file === undefined ? vscode.window.activeTextEditor?.document : await vscode.workspace.openTextDocument(file);
  if (document === undefined || !isBundle(document)) {
    void vscode.window.showWarningMessage('Open the massdriver.yaml of a bundle first.');
    return;
  }
  const mass = findOnPath('mass', process.env['PATH'] ?? '');
  if (mass === undefined) {
    await offerHelp();
    return;
  }
  if (verb === 'publish' && !(await confirmed(document.uri))) return;
  await document.save();
  await vscode.tasks.executeTask(task(verb, mass, document.uri));
}

function task(verb: Verb, mass: string, file: vscode.Uri): vscode.Task {
  const scope = vscode.workspace.getWorkspaceFolder(file) ?? vscode.TaskScope.Workspace;
  const execution = new vscode.ProcessExecution(mass, ['bundle', verb], { cwd: dirname(file.fsPath) });
  const made = new vscode.Task({ type: 'process' }, scope, `bundle ${verb}`, 'mass', execution);
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, showReuseMessage: false };
  return made;
}

/** Asks for confirmation: others see what is published, and a version cannot be published twice. */
async function confirmed(file: vscode.Uri): Promise<boolean> {
  const publish = 'Publish';
  const question = `Publish the bundle in ${vscode.workspace.asRelativePath(dirname(file.fsPath))}?`;
  return (await vscode.window.showWarningMessage(question, { modal: true }, publish)) === publish;
}

async function offerHelp(): Promise<void> {
  const how = 'How to Install';
  const message = 'The mass command line is not on the PATH.';
  if ((await vscode.window.showErrorMessage(message, how)) === how) await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
}
