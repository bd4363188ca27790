// Entry point: registers commands and providers, and starts the server when the first supported file is opened.

import * as vscode from 'vscode';
import { isOurs } from './bundle';
import { Server } from './client';
import * as commands from './commands';
import * as explain from './explain';
import * as mass from './mass';
import * as preview from './preview';
import { Status } from './status';

let server: Server | undefined;

/** Called by VS Code when the first YAML file is opened or the first command is run. */
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

/** Called by VS Code on shutdown. */
export async function deactivate(): Promise<void> {
  await server?.dispose();
}
