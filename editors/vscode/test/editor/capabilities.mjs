// node capabilities.mjs SERVER: prints the names of what the server says it can do, one per line.
import { spawn } from 'node:child_process';

const server = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
const params = { processId: null, rootUri: null, capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } } };
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
let answer = '';
server.stdout.setEncoding('utf8').on('data', (text) => {
  answer += text;
  const [, json] = /\r\n\r\n(.*)$/s.exec(answer) ?? [];
  try {
    console.log(Object.keys(JSON.parse(json).result.capabilities).join('\n'));
    server.kill();
  } catch {
    // The rest is still to come.
  }
});
