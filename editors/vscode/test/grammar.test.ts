// The grammars, with the machinery of the VS Code that the tests drive.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { vscodeRoot } from './vscode-root';

interface Token { startIndex: number; endIndex: number; scopes: string[] }
interface Grammar { tokenizeLine(line: string, stack: unknown): { tokens: Token[]; ruleStack: unknown } }
interface TextMate {
  INITIAL: unknown;
  parseRawGrammar(text: string, path: string): unknown;
  Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar> };
}
interface Oniguruma {
  loadWASM(data: { data: ArrayBuffer }): Promise<void>;
  OnigScanner: new (patterns: string[]) => unknown;
  OnigString: new (text: string) => unknown;
}

const root = vscodeRoot();
const yaml = join(root, 'extensions/yaml/syntaxes');
const PATHS: Record<string, string> = {
  'source.yaml': join(yaml, 'yaml.tmLanguage.json'),
  'source.yaml.1.2': join(yaml, 'yaml-1.2.tmLanguage.json'),
  'source.yaml.embedded': join(yaml, 'yaml-embedded.tmLanguage.json'),
  'source.jq': 'syntaxes/jq.tmLanguage.json',
  'massdriver.jq-in-yaml': 'syntaxes/jq-in-yaml.tmLanguage.json',
};

async function grammar(scope: string): Promise<(text: string) => [string, string][]> {
  const load = createRequire(join(root, 'package.json'));
  const textmate = load('vscode-textmate') as TextMate;
  const oniguruma = load('vscode-oniguruma') as Oniguruma;
  const wasm = readFileSync(join(root, 'node_modules/vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM({ data: new Uint8Array(wasm).buffer });
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text: string) => new oniguruma.OnigString(text),
    }),
    getInjections: (name: string) => (name === 'source.yaml' ? ['massdriver.jq-in-yaml'] : undefined),
    loadGrammar: (name: string) => {
      const path = PATHS[name];
      return Promise.resolve(path && existsSync(path) ? textmate.parseRawGrammar(readFileSync(path, 'utf8'), path) : null);
    },
  });
  const loaded = await registry.loadGrammar(scope);
  return (text) => {
    let stack = textmate.INITIAL;
    return text.split('\n').flatMap((line) => {
      const { tokens, ruleStack } = loaded.tokenizeLine(line, stack);
      stack = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }): [string, string] => [line.slice(startIndex, endIndex), scopes.join(' ')]);
    });
  };
}

/** The pieces of `text` with the innermost scope of each. */
function inner(tokens: [string, string][]): string[] {
  return tokens.filter(([text]) => text.trim() !== '').map(([text, scopes]) => `${text.trim()} ${scopes.split(' ').at(-1) ?? ''}`);
}

test('jq is highlighted', async () => {
  const tokens = inner((await grammar('source.jq'))('def f($x): .a["b"] | @text "n \\(.c + 1)"; # done'));
  for (const expected of [
    'def keyword.other.def.jq',
    'f entity.name.function.jq',
    '$x variable.other.jq',
    'a variable.other.property.jq',
    'b string.quoted.double.jq',
    '| keyword.operator.pipe.jq',
    '@text support.function.format.jq',
    '\\( punctuation.section.embedded.begin.jq',
    'c variable.other.property.jq',
    '1 constant.numeric.jq',
  ]) assert.ok(tokens.includes(expected), `${expected} in\n${tokens.join('\n')}`);
  assert.ok(tokens.some((token) => token.endsWith('comment.line.number-sign.jq')));
});

test('jq in a bundle is highlighted in every quoting style', async () => {
  const tokenize = await grammar('source.yaml');
  for (const value of [
    '.params.size // 3',
    "'.params.size // 3'",
    '".params.size // 3"',
    '.connections.vpc.data // 3 # why',
    "'@text \"a\" // 3'",
  ]) {
    for (const text of [`app:\n  envs:\n    SIZE: ${value}\n    NEXT: x`, `app:\n  policies:\n    - ${value}\n    - x`]) {
      const tokens = tokenize(text);
      const jq = inner(tokens.filter(([, scopes]) => scopes.includes('meta.embedded.inline.jq')));
      assert.ok(jq.includes('// keyword.operator.alternative.jq'), `${text}\n${jq.join('\n')}`);
      const [last] = tokens.filter(([piece]) => piece === 'x');
      assert.match(last?.[1] ?? '', /string\.unquoted\.plain/, text);
    }
  }
  const block = inner(tokenize('options: |-\n  .connections.vpc.data.subnets[]\n  | .id\nnext: x'));
  assert.ok(block.includes('subnets variable.other.property.jq'), block.join('\n'));
});

test('other YAML keeps its highlighting', async () => {
  const tokenize = await grammar('source.yaml');
  for (const line of ['a: .hidden', "a: 'params.x'", 'a: user@host name', '# .params.x', 'a: "see .params.x"', '.params: x', 'a: @text']) {
    const embedded = tokenize(line).filter(([, scopes]) => scopes.includes('.jq'));
    assert.deepEqual(embedded, [], line);
  }
});
