#!/usr/bin/env node
// Stands between the editor and the server of $SERVER, and answers the requests for forms itself, from what it is told
// here: so the extension's half of docs/form-preview.md is tested apart from the server's. A server that answers them is
// passed through whole.
import { spawn } from 'node:child_process';
import { env, stdin, stdout } from 'node:process';

const server = spawn(env.SERVER, { stdio: ['pipe', 'pipe', 'inherit'] });
server.on('exit', (code) => process.exit(code ?? 1));
let initialize;
let answersForms = false;
let broken = false;

const frame = (message) => {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

/** Calls `take` with every message in a stream. */
function read(stream, take) {
  let rest = Buffer.alloc(0);
  stream.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(rest.toString('latin1', 0, end))[1]);
      if (rest.length < end + 4 + length) return;
      const message = JSON.parse(rest.toString('utf8', end + 4, end + 4 + length));
      rest = rest.subarray(end + 4 + length);
      take(message);
    }
  });
}

const at = (line, from, to) => ({ start: { line, character: from }, end: { line, character: to } });
const FORM = {
  version: 1,
  title: 'aws_rds_postgres',
  schema: {
    type: 'object',
    required: ['instance_class', 'storage_gb'],
    properties: {
      instance_class: { type: 'string', title: 'Instance class', enum: ['db.t3.micro', 'db.r6g.large'], '$md.immutable': true },
      storage_gb: { type: 'integer', title: 'Storage (GB)', description: 'Grows without a restart.', minimum: 20 },
      backups: { type: 'boolean', title: 'Backups', default: false },
      region: { type: 'string', title: 'Region' },
      allowed: { type: 'array', title: 'Allowed networks', items: { type: 'string', pattern: '^[0-9./]+$', message: { pattern: 'Write a network such as 10.0.0.0/16.' } } },
    },
    dependencies: {
      backups: { oneOf: [{ properties: { backups: { const: false } } }, { properties: { backups: { const: true }, days: { type: 'integer', title: 'Days to keep', default: 7 } } }] },
    },
  },
  uiSchema: { 'ui:order': ['instance_class', 'storage_gb', '*'], region: { 'ui:field': 'regionsDropdown' } },
  presets: [{ name: 'Development', values: { instance_class: 'db.t3.micro', storage_gb: 20 } }],
  places: [
    { pointer: '/instance_class', key: at(15, 4, 18), range: { start: { line: 15, character: 4 }, end: { line: 19, character: 25 } } },
    { pointer: '/storage_gb', key: at(20, 4, 14), range: { start: { line: 20, character: 4 }, end: { line: 23, character: 17 } } },
  ],
};

const ANSWERS = {
  'massdriver/formPreview': () => (broken ? null : FORM),
  'massdriver/formEnvs': ({ values }) => ({
    envs: [values.instance_class ? { name: 'DB_CLASS', value: values.instance_class } : { name: 'DB_CLASS', error: '.params.instance_class has no value' }],
  }),
  'massdriver/formSavePreset': ({ uri, name, values }) => {
    const lines = Object.entries({ __name: name, ...values }).map(([key, value], index) => `${index === 0 ? '    - ' : '      '}${key}: ${JSON.stringify(value)}\n`);
    return { changes: { [uri]: [{ range: at(13, 0, 0), newText: lines.join('') }] } };
  },
};

read(stdin, (message) => {
  if (message.method === 'initialize') initialize = message.id;
  if (message.method === 'textDocument/didChange') broken = message.params.contentChanges.some(({ text }) => text.includes('%'));
  const answer = answersForms ? undefined : ANSWERS[message.method];
  if (answer === undefined) server.stdin.write(frame(message));
  else stdout.write(frame({ jsonrpc: '2.0', id: message.id, result: answer(message.params) }));
});
read(server.stdout, (message) => {
  if (message.id === initialize && message.result?.capabilities) {
    const { capabilities } = message.result;
    answersForms = capabilities.experimental?.massdriver?.form !== undefined;
    capabilities.experimental ??= { massdriver: { form: { preview: true, envs: true, savePreset: true } } };
  }
  stdout.write(frame(message));
});
