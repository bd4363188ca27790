// The preview's parts that need no editor, and its page, drawn as text.

import assert from 'node:assert/strict';
import test from 'node:test';
import { getDefaultRegistry } from '@rjsf/core';
import type { RJSFSchema } from '@rjsf/utils';
import { renderToStaticMarkup } from 'react-dom/server';
import { Page } from '../preview/page';
import { prepare } from '../preview/prepare';
import { errorsOf, validator } from '../preview/validator';
import { toYaml } from '../preview/yaml';
import type { Form } from '../src/form';
import { innermost } from '../src/places';

test('values as YAML', () => {
  const values = {
    name: 'shop', on: true, size: 20, word: 'yes', number: '1e3', version: '1.2', empty: {}, none: [], nothing: null, text: 'a: b # c',
    lines: 'one\ntwo', list: ['x', { a: 1, b: [2] }, [3]], 'odd key:': 'us-east-1', yes: '-', path: 'a/b c',
  };
  assert.equal(
    toYaml(values),
    `name: shop
"on": true
size: 20
word: "yes"
number: "1e3"
version: "1.2"
empty: {}
none: []
nothing: null
text: "a: b # c"
lines: "one\\ntwo"
list:
  - x
  - a: 1
    b:
      - 2
  - - 3
"odd key:": us-east-1
"yes": "-"
path: a/b c
`,
  );
  assert.equal(toYaml({}), '{}\n');
});

test('the innermost definition around the cursor', () => {
  const range = (from: number, to: number) => ({ start: { line: from, character: 2 }, end: { line: to, character: 9 } });
  const place = (pointer: string, from: number, to: number) => ({ pointer, key: range(from, from), range: range(from, to) });
  const places = [place('/a', 1, 9), place('/a/b', 3, 4), place('/c', 10, 11)];
  assert.equal(innermost(places, { line: 3, character: 5 }), '/a/b');
  assert.equal(innermost(places, { line: 5, character: 0 }), '/a');
  assert.equal(innermost(places, { line: 1, character: 1 }), null);
  assert.equal(innermost(places, { line: 11, character: 9 }), '/c');
});

const KNOWN = getDefaultRegistry();

test('custom fields become placeholders, unsuitable widgets are removed, orders are completed', () => {
  const schema = {
    type: 'object',
    properties: { size: { type: 'integer' }, region: { type: 'string' }, db: { type: 'object', properties: { note: { type: 'string' } } } },
  };
  const ui = {
    'ui:order': ['size', '*', 'size'],
    size: { 'ui:widget': 'textarea' },
    region: { 'ui:field': 'regionsDropdown', cloud: 'aws' },
    db: { note: { 'ui:widget': 'textarea', 'ui:field': 'StringField' } },
  };
  assert.deepEqual(prepare(schema, ui, KNOWN, false), {
    'ui:order': ['size', '*'],
    size: { 'ui:help': 'There is no widget textarea for this type.' },
    region: { 'ui:field': 'placeholder', 'ui:options': { custom: 'regionsDropdown' } },
    db: { note: { 'ui:widget': 'textarea', 'ui:field': 'StringField' } },
  });
});

test('immutable params are locked once provisioned', () => {
  const schema = { properties: { a: { type: 'string', '$md.immutable': true }, b: { type: 'string' } } };
  assert.deepEqual(prepare(schema, {}, KNOWN, true), { a: { 'ui:readonly': true }, b: {} });
  assert.deepEqual(prepare(schema, {}, KNOWN, false), { a: {}, b: {} });
});

test('one error per cause, in the bundle\'s own words where it has some', () => {
  const schema: RJSFSchema = {
    type: 'object',
    required: ['name', 'size'],
    properties: {
      name: { type: 'string' },
      size: { type: 'integer', minimum: 20 },
      cidr: { type: 'string', pattern: '^\\d', message: { pattern: 'Write a network.' } } as RJSFSchema,
      kind: { oneOf: [{ const: 'a' }, { const: 'b' }] },
      list: { type: 'array', items: { type: 'object', properties: { n: { maximum: 3 } } } },
    },
  };
  const seen = errorsOf(schema, { size: 1, cidr: 'x', kind: 'c', list: [{ n: 1 }, { n: 9 }] }).map(({ property, message }) => [property, message]);
  assert.deepEqual(seen, [
    ['.name', 'is required'],
    ['.size', 'must be at least 20'],
    ['.cidr', 'Write a network.'],
    ['.kind', 'must be one of the choices'],
    ['.list.1.n', 'must be at most 3'],
  ]);
});

test('branches are distinguished, with references into the whole schema', () => {
  const root: RJSFSchema = { definitions: { on: { const: true } } };
  const branch: RJSFSchema = { properties: { x: { $ref: '#/definitions/on' } } };
  assert.ok(validator.isValid(branch, { x: true }, root));
  assert.ok(!validator.isValid(branch, { x: false }, root));
  assert.ok(!validator.isValid({ $ref: '#/definitions/gone' }, {}, root));
});

const form: Form = {
  version: 1,
  title: 'aws-rds-postgres',
  schema: {
    type: 'object',
    required: ['class'],
    properties: {
      class: { type: 'string', title: 'Instance class', enum: ['micro', 'large'], '$md.immutable': true },
      backups: { type: 'boolean', default: false },
      region: { type: 'string', title: 'Region' },
    },
    dependencies: { backups: { oneOf: [{ properties: { backups: { const: true }, days: { type: 'integer', title: 'Days to keep' } } }, { properties: { backups: { const: false } } }] } },
  },
  uiSchema: { 'ui:order': ['class'], region: { 'ui:field': 'regionsDropdown' }, class: { 'ui:widget': 'updwon' } },
  presets: [{ name: 'Development', values: { class: 'micro' } }],
  places: [],
};
const draw = (changed: Partial<Form>, stale = false) =>
  renderToStaticMarkup(<Page shown={{ form: { ...form, ...changed }, can: { savePreset: true }, stale, cursor: '/class', envs: [{ name: 'A', value: '1' }, { name: 'B', error: 'no' }] }} say={() => undefined} />);

test('the page shows the form, presets and values', () => {
  const html = draw({});
  for (const expected of ['aws-rds-postgres', 'Instance class', 'regionsDropdown', 'There is no widget updwon', 'Development', 'Save as Preset', 'class="here"']) {
    assert.ok(html.includes(expected), `${expected} in\n${html}`);
  }
  assert.ok(!html.includes('Days to keep') && !html.includes('The text is broken'));
  assert.match(draw({}, true), /The text is broken/);
});

test('conditions hold', () => {
  const schema = structuredClone(form.schema) as { properties: { backups: { default: boolean } } };
  schema.properties.backups.default = true;
  assert.match(draw({ schema: schema as unknown as Form['schema'] }), /Days to keep/);
});

test('text of a bundle is not interpreted as markup', () => {
  const hostile = '![x](https://evil.example/a.png) [y](https://evil.example) <img src="https://evil.example"> <script>alert(1)</script>';
  const schema = { type: 'object', title: hostile, description: hostile, properties: { a: { type: 'string', title: hostile, description: hostile, default: hostile, examples: [hostile] }, [hostile]: { type: 'string', enum: [hostile] } } };
  const markdown = { enableMarkdownInDescription: true, enableMarkdownInHelp: true };
  const options = { 'ui:enableMarkdownInDescription': true, 'ui:enableMarkdownInHelp': true, 'ui:help': hostile };
  for (const uiSchema of [
    { ...options, a: options },
    { 'ui:options': markdown, a: { 'ui:options': { ...markdown, help: hostile, description: hostile } } },
    { 'ui:globalOptions': markdown, a: { 'ui:help': hostile, 'ui:placeholder': hostile } },
  ]) {
    const html = draw({ schema: schema as unknown as Form['schema'], uiSchema: uiSchema as unknown as Form['uiSchema'] });
    assert.ok(html.includes('![x]('), html);
    assert.doesNotMatch(html, /<(a|img|script|iframe)\b/);
  }
});
