// yaml-language-server in VS Code, started as Red Hat's extension does: a separate Node process, connected over IPC.
import { workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

let client;

export function activate(context) {
  const server = { module: context.asAbsolutePath('server.mjs'), transport: TransportKind.ipc };
  client = new LanguageClient('yaml', 'YAML Support', server, {
    documentSelector: [{ language: 'yaml' }],
    initializationOptions: { l10nPath: context.asAbsolutePath('l10n') },
    synchronize: {
      configurationSection: ['yaml', 'http.proxy', 'http.proxyStrictSSL', 'editor.tabSize', 'editor.detectIndentation', 'files.associations'],
      fileEvents: ['**/*.?(e)y?(a)ml', '**/*.json'].map((pattern) => workspace.createFileSystemWatcher(pattern)),
    },
  });
  return client.start();
}

export function deactivate() {
  return client?.stop();
}
