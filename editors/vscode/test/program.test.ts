// Tests of the search for the server.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { after } from 'node:test';
import { findOnPath, findServer } from '../src/program';

const name = process.platform === 'win32' ? 'massdriver-ls.exe' : 'massdriver-ls';

function program(...directories: string[]): string {
  const directory = join(...directories);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

const root = mkdtempSync(join(tmpdir(), 'massdriver-vscode-'));
after(() => { rmSync(root, { recursive: true }); });
const nowhere = join(root, 'nowhere');
const chosen = program(root, 'chosen');
const bundled = program(root, 'extension', 'server');
const installed = program(root, 'bin');
const everything = { setting: chosen, extension: join(root, 'extension'), searchPath: [nowhere, join(root, 'bin')].join(delimiter) };

test('the setting, then the bundled one, then the PATH', () => {
  assert.deepEqual(findServer(everything), { path: chosen, by: 'setting' });
  assert.deepEqual(findServer({ ...everything, setting: ' ' }), { path: bundled, by: 'bundled' });
  assert.deepEqual(findServer({ ...everything, setting: '', extension: nowhere }), { path: installed, by: 'PATH' });
});

test('an invalid setting is reported, not ignored', () => {
  for (const setting of [nowhere, root]) {
    const found = findServer({ ...everything, setting });
    assert.ok('missing' in found && found.missing.includes(setting), JSON.stringify(found));
  }
});

test('a missing server is reported', () => {
  const found = findServer({ setting: '', extension: nowhere, searchPath: '' });
  assert.ok('missing' in found && found.missing.includes('massdriver-ls'));
});

test('a file that is not executable is not a program', { skip: process.platform === 'win32' }, () => {
  const path = program(root, 'plain');
  chmodSync(path, 0o644);
  assert.equal(findOnPath('massdriver-ls', join(root, 'plain')), undefined);
});
