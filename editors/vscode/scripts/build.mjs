// node scripts/build.mjs [--tests]: bundles the extension into dist/, or the tests into out/.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';

const tests = process.argv.includes('--tests');
const outdir = tests ? 'out' : 'dist';
const unitTests = () => readdirSync('test').filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);

rmSync(tests ? 'out/test' : outdir, { recursive: true, force: true });
await build({
  entryPoints: tests ? [...unitTests(), 'test/editor/index.ts'] : ['src/extension.ts'],
  outdir,
  outbase: tests ? '.' : 'src',
  bundle: true,
  minify: !tests,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  // The language client's own `main` is the unbundled one, its modules are smaller.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
