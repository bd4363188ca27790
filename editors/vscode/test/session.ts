// An LSP session with the real server.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { server } from './server';

interface Message {
  id?: number;
  method?: string;
  params?: { uri?: string; version?: number; diagnostics?: Finding[] };
  result?: unknown;
  error?: { message: string };
}

/** The parts of a finding that tests compare. */
export interface Finding {
  code: string;
  message: string;
  range: { start: { line: number } };
}

/** A running server. */
export class Session {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly published = new Map<string, (findings: Finding[]) => void>();
  private last = 0;

  constructor() {
    this.child = spawn(server());
    let rest = Buffer.alloc(0);
    this.child.stdout.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(rest.toString('latin1', 0, end))?.[1]);
        if (rest.length < end + 4 + length) return;
        const message = JSON.parse(rest.toString('utf8', end + 4, end + 4 + length)) as Message;
        rest = rest.subarray(end + 4 + length);
        this.take(message);
      }
    });
  }

  /** Sends `initialize` and `initialized`. */
  async start(): Promise<void> {
    await this.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    this.notify('initialized', {});
  }

  /** Opens a document; returns its findings. */
  open(uri: string, text: string): Promise<Finding[]> {
    return new Promise((resolve) => {
      this.published.set(`${uri} 1`, resolve);
      this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    });
  }

  /** Replaces the text; returns the new findings. */
  change(uri: string, text: string): Promise<Finding[]> {
    return new Promise((resolve) => {
      this.published.set(`${uri} 2`, resolve);
      this.notify('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text }] });
    });
  }

  async request<Answer>(method: string, params: object): Promise<Answer> {
    const id = ++this.last;
    const answer = new Promise<Message>((resolve) => { this.answers.set(id, resolve); });
    this.send({ id, method, params });
    const { error, result } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as Answer;
  }

  end(): void {
    this.child.kill();
  }

  private notify(method: string, params: object): void {
    this.send({ method, params });
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private take({ id, method, params, ...message }: Message): void {
    if (method === 'textDocument/publishDiagnostics') this.published.get(`${params?.uri ?? ''} ${params?.version ?? 0}`)?.(params?.diagnostics ?? []);
    else if (method === undefined && id !== undefined) this.answers.get(id)?.(message);
    else if (id !== undefined) this.send({ id, result: null });
  }
}
