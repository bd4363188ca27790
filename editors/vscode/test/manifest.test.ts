// package.json against the server and the code.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { configuration } from '../scripts/configuration.mjs';
import { parseList } from '../src/rules';
import { server } from './server';

interface Manifest {
  version: string;
  contributes: { configuration: { properties: unknown }; commands: { command: string; enablement?: string }[] };
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

test('the settings equal those of the server', () => {
  const printed = execFileSync(server(), ['schema', '--settings'], { encoding: 'utf8' });
  const schema = JSON.parse(printed) as { properties: Record<string, object> };
  assert.deepEqual(manifest.contributes.configuration.properties, configuration(schema), 'run: npm run settings -- SERVER');
});

test('the version equals that of the server and of the other extensions', () => {
  const versionIn = (file: string) => /^version = "(.*)"$/m.exec(readFileSync(file, 'utf8'))?.[1];
  for (const file of ['../../Cargo.toml', '../zed/Cargo.toml', '../zed/extension.toml']) {
    assert.equal(versionIn(file), manifest.version, `${file}: run tools/bump.sh`);
  }
});

test('every command in the manifest is registered', () => {
  const code = readdirSync('src').map((name) => readFileSync(`src/${name}`, 'utf8')).join('\n');
  for (const { command } of manifest.contributes.commands) {
    const registered = command.startsWith('massdriver.bundle.') ? command.slice('massdriver.bundle.'.length) : command;
    assert.ok(code.includes(`'${registered}'`), command);
  }
});

test('the list of rules can be read', () => {
  const printed = execFileSync(server(), ['explain', '--color=never'], { encoding: 'utf8' });
  const rules = parseList(printed);
  assert.equal(rules.length, printed.trimEnd().split('\n').length);
  assert.ok(rules.some(({ id, severity, title }) => id === 'name-invalid' && severity === 'error' && title !== ''));
});

test('Markdown of the server is not trusted, and pages load no external content', () => {
  const code = (file: string) => readFileSync(`src/${file}.ts`, 'utf8');
  assert.match(code('client'), /markdown: \{ isTrusted: false, supportHtml: false \}/);
  assert.match(code('preview'), /default-src 'none'; script-src 'nonce-\$\{nonce\}'/);
  // The one trusted text is our own; messages from the server are appended as text.
  const trusting = readdirSync('src').filter((name) => /isTrusted(?!: false)|supportHtml(?!: false)/.test(readFileSync(`src/${name}`, 'utf8')));
  assert.deepEqual(trusting, ['status.ts']);
  assert.match(code('status'), /appendText\(detail\)/);
});

test('a workspace cannot choose a program, and an untrusted one cannot run any', () => {
  const { contributes } = manifest;
  const properties = contributes.configuration.properties as Record<string, { scope?: string }>;
  assert.equal(properties['massdriver.server.path']?.scope, 'machine');
  const running = contributes.commands.filter(({ command }) => command.startsWith('massdriver.bundle.'));
  assert.ok(running.length > 0 && running.every(({ enablement }) => enablement === 'isWorkspaceTrusted'));
});
