// Entry point: registers what is there at once, and starts the server with the first file of ours.

import * as vscode from 'vscode';
import { isOurs } from './bundle';
import { Server } from './client';
import * as commands from './commands';
import * as explain from './explain';
import * as mass from './mass';
import * as preview from './preview';
import { Status } from './status';

let server: Server | undefined;

/** Called by VS Code with the first YAML file or command of ours. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Massdriver', { log: true });
  const status = new Status();
  const ours = new Server(context, log, status);
  server = ours;
  const startFor = (document: vscode.TextDocument) => {
    if (isOurs(document)) void ours.start();
  };
  context.subscriptions.push(
    log,
    status,
    explain.register((...args) => ours.run(...args)),
    mass.register(),
    commands.register(() => ours.client),
    preview.register(context.extensionUri, () => ours.client),
    vscode.commands.registerCommand('massdriver.restart', () => ours.restart()),
    vscode.commands.registerCommand('massdriver.showLog', () => { log.show(); }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('massdriver.server.path')) void ours.restart();
    }),
  );
  vscode.workspace.textDocuments.forEach(startFor);
}

/** Called by VS Code at the end. */
export async function deactivate(): Promise<void> {
  await server?.dispose();
}
