// The preview with real bundles: those of the corpus, third-party files in $MASSDRIVER_SHARED (else ../shared beside the
// checkout). Each form is drawn with each preset, and the form's validator says of presets what the server's findings say.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RJSFSchema } from '@rjsf/utils';
import { renderToStaticMarkup } from 'react-dom/server';
import { Page } from '../preview/page';
import { errorsOf } from '../preview/validator';
import type { Envs, Form, Json, Values } from '../src/form';
import { Session, type Finding } from './session';

const corpus = join(process.env['MASSDRIVER_SHARED'] ?? resolve('../../../shared'), 'corpus');
const skip = existsSync(corpus) ? false : `there are no bundles at ${corpus}`;

/** Presets leave out what they like; the server says nothing of it, the form wants it entered. */
const LENIENT = new Set(['required', 'dependencies']);

/** What only one of the two says, with the reason. */
const DIFFERENCES: Record<string, string> = {};

function bundles(): { name: string; file: string }[] {
  const names = readFileSync(join(corpus, 'all.txt'), 'utf8').trim().split('\n');
  const file = (name: string) => ['massdriver.yaml', 'massdriver.yml'].map((one) => join(corpus, name, one)).find((path) => existsSync(path));
  return names.flatMap((name) => {
    const found = file(name);
    return found === undefined ? [] : [{ name, file: found }];
  });
}

/** An edit of a line or less, as LSP has it. */
interface Edit {
  range: Record<'start' | 'end', { line: number; character: number }>;
  newText: string;
}

function apply(text: string, edits: Edit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = ({ line, character }: Edit['range']['start']) => (starts[line] ?? text.length) + character;
  const last = edits.toSorted((a, b) => offset(b.range.start) - offset(a.range.start));
  return last.reduce((changed, { range, newText }) => changed.slice(0, offset(range.start)) + newText + changed.slice(offset(range.end)), text);
}

/** Values of other types, of the same form otherwise. */
function wrong(values: Values): Values {
  const other = (value: Json): Json => {
    if (Array.isArray(value)) return value.length > 0 ? value.map(other) : 'no list';
    if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0 ? wrong(value) : 'no map';
    return typeof value === 'string' ? -1 : 'neither number nor boolean';
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, other(value)]));
}

/** The values of a preset that do not fit, each with the first error of the form's own validator: the server reports one per value. */
function misfits(form: Form, values: Values): string[] {
  const errors = errorsOf(form.schema as RJSFSchema, values).filter(({ name }) => !LENIENT.has(name ?? ''));
  const first = new Map(errors.toReversed().map((error) => [error.property, error]));
  return [...first.values()].map(({ property, name, message }) => `${property ?? ''} ${name ?? ''}: ${message ?? ''}`);
}

test('every form is rendered, and presets have the same errors as in the server', { skip }, async (context) => {
  const session = new Session();
  context.after(() => { session.end(); });
  await session.start();
  let [forms, presets, variables, judged] = [0, 0, 0, 0];
  const different: string[] = [];
  const compare = (name: string, form: Form, findings: Finding[]) => {
    const theirs = form.presets.flatMap(({ name: preset, values }) => misfits(form, values).map((one) => `${preset}${one}`));
    const ours = findings.filter(({ code }) => code === 'preset-value').map(({ range, message }) => `${range.start.line + 1} ${message}`);
    judged += theirs.length;
    if ((theirs.length === ours.length) === (DIFFERENCES[name] === undefined)) return;
    different.push([name, 'form:', ...theirs, 'server:', ...ours].join('\n  '));
  };
  for (const { name, file } of bundles()) {
    const uri = pathToFileURL(file).href;
    const text = readFileSync(file, 'utf8');
    const findings = await session.open(uri, text);
    const form = await session.request<Form | null>('massdriver/formPreview', { uri });
    if (form === null) continue;
    forms += 1;
    const { envs } = (await session.request<Envs | null>('massdriver/formEnvs', { uri, values: {} })) ?? { envs: [] };
    variables += envs.length;
    presets += form.presets.length;
    for (const values of [{}, ...form.presets.map((preset) => preset.values)]) {
      const html = renderToStaticMarkup(<Page shown={{ form, can: {}, stale: false, cursor: null, envs }} filled={values} say={() => undefined} />);
      assert.ok(html.includes('</form>') || html.includes('rjsf'), name);
      assert.deepEqual(html.match(/Unsupported field.{0,200}|Unknown field type.{0,200}|no widget .{0,200}/s), null, name);
    }
    compare(name, form, findings);

    // The same for a preset in which nothing fits, written by the server.
    const [first] = form.presets;
    if (first === undefined) continue;
    const save = { uri, name: 'Wrong', values: wrong(first.values) };
    const edit = await session.request<{ changes: Record<string, Edit[]> }>('massdriver/formSavePreset', save);
    const changed = apply(text, edit.changes[uri] ?? []);
    const worse = await session.change(uri, changed);
    const reread = await session.request<Form>('massdriver/formPreview', { uri });
    assert.deepEqual(reread.presets.slice(0, -1), form.presets, name);
    assert.deepEqual(reread.presets.at(-1), { name: 'Wrong', values: save.values }, name);
    compare(`${name}, made wrong`, reread, worse);
  }
  console.log(`${forms} forms, ${presets} presets, ${variables} variables, ${judged} misfits`);
  assert.ok(forms > 30 && presets > 50 && judged > 100, 'the corpus is whole');
  assert.deepEqual(different, [], different.join('\n'));
});
