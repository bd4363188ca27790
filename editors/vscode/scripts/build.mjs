// node scripts/build.mjs [--tests]: bundles the extension into dist/, or the tests into out/.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';

// Imported by a part of @rjsf/core that only tests use; see preview/validator.ts for the validator in use.
const UNUSED = '@rjsf/validator-ajv8';

const tests = process.argv.includes('--tests');
const outdir = tests ? 'out' : 'dist';
const unitTests = () => readdirSync('test').filter((name) => /\.test\.tsx?$/.test(name)).map((name) => `test/${name}`);

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
  external: ['vscode', UNUSED],
  // The language client's own `main` is the unbundled one, its modules are smaller.
  mainFields: ['module', 'main'],
  jsx: 'automatic',
  logLevel: 'warning',
});
if (!tests) {
  await build({
    entryPoints: { preview: 'preview/main.tsx' },
    outdir,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    external: [UNUSED],
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
}
