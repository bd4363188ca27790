// The language client: one server per window, started when the first supported file is opened.

import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State, TransportKind, type Middleware } from 'vscode-languageclient/node';
import { SELECTOR } from './bundle';
import { announcement } from './commands';
import * as explain from './explain';
import { abilities } from './preview';
import { findServer, type Found } from './program';
import type { Status } from './status';

/** Starts, restarts and stops the server. Calls run one after the other. */
export class Server implements vscode.Disposable {
  /** The current client, in any state. */
  client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly extension: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
  ) {}

  /** Starts the server unless it was already started. */
  start(): Promise<void> {
    return this.next(async () => {
      if (this.client === undefined) await this.startNow();
    });
  }

  /** Stops the server if it is running, searches for the program again, and starts it. */
  restart(): Promise<void> {
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Runs the server's program with arguments; returns its standard output. */
  async run(...args: string[]): Promise<string> {
    const found = this.find();
    if ('missing' in found) throw new Error(found.missing);
    return explain.run(found.path, ...args);
  }

  dispose(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private find(): Found {
    return findServer({
      setting: vscode.workspace.getConfiguration('massdriver').get('server.path', ''),
      extension: this.extension.extensionPath,
      searchPath: process.env['PATH'] ?? '',
    });
  }

  private async startNow(): Promise<void> {
    const found = this.find();
    if ('missing' in found) {
      this.log.error(found.missing);
      this.status.set('missing', found.missing);
      void offerHelp(found.missing);
      return;
    }
    this.log.info(`Starting ${found.path} (${found.by}).`);
    const executable = { command: found.path, transport: TransportKind.stdio };
    const client = new LanguageClient('massdriver', 'Massdriver', executable, {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Settings for the first findings; later the server requests them itself.
      initializationOptions: () => vscode.workspace.getConfiguration('massdriver'),
      middleware: MIDDLEWARE,
      // Hovers contain text of bundles: no commands, no HTML.
      markdown: { isTrusted: false, supportHtml: false },
    });
    client.registerFeature(announcement);
    client.onDidChangeState(({ newState }) => { this.show(client, newState); });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.status.set('stopped', `${found.path} did not start: ${String(error)}`);
      const choice = 'Show Log';
      void vscode.window.showErrorMessage(`The Massdriver server did not start (${found.path}).`, choice).then((chosen) => {
        if (chosen === choice) this.log.show();
      });
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that never started cannot be stopped.
    if (client?.needsStop() === true) await client.dispose().catch((error: unknown) => { this.log.warn(String(error)); });
  }

  private show(client: LanguageClient, state: State): void {
    if (client !== this.client) return;
    const server = client.initializeResult?.serverInfo;
    const commands = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    const context = (name: string, value: boolean) => void vscode.commands.executeCommand('setContext', name, value);
    context('massdriver.formPreview', abilities(client).preview === true);
    // The language client registers the server's commands and forwards them.
    context('massdriver.catalog', commands.includes('massdriver.refreshCatalog'));
    if (state === State.Running) this.status.set('running', `${server?.name ?? 'massdriver-ls'} ${server?.version ?? ''}`);
    else if (state === State.Starting) this.status.set('starting', 'The server is starting.');
    else this.status.set('stopped', 'The server has stopped.');
  }
}

/** The code of a finding opens the explanation in the editor rather than a page in a browser. */
const MIDDLEWARE: Middleware = {
  provideDiagnostics: async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    if (report && 'items' in report) report.items.forEach(linkExplanation);
    return report;
  },
  handleDiagnostics: (uri, diagnostics, next) => {
    diagnostics.forEach(linkExplanation);
    next(uri, diagnostics);
  },
};

function linkExplanation(found: vscode.Diagnostic): void {
  if (typeof found.code === 'object') found.code = { value: found.code.value, target: explain.page(explain.ruleOf(found)) };
}

async function offerHelp(message: string): Promise<void> {
  const [settings, install] = ['Choose in Settings', 'How to Install'];
  const chosen = await vscode.window.showErrorMessage(message, settings, install);
  // The path of a program is a setting of the machine, which may be a remote one.
  const open = `workbench.action.${vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings'}`;
  if (chosen === settings) await vscode.commands.executeCommand(open, { query: 'massdriver.server.path' });
  if (chosen === install) await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
}

const INSTALL = 'https://github.com/massdriver-cloud/massdriver-ls#try-it';
