// node package.mjs YLS SCHEMA OUT: lays out and packs an extension with the yaml-language-server in YLS, which checks bundles
// with SCHEMA, as OUT. Client and server are one file each, as in Red Hat's: that starts faster than many.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [yls, schema, out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const laidOut = `${out}.d`;
const options = { bundle: true, minify: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'], logLevel: 'warning' };

mkdirSync(laidOut, { recursive: true });
await build({ ...options, entryPoints: [join(here, 'extension.mjs')], outfile: join(laidOut, 'extension.js'), format: 'cjs', external: ['vscode'] });
await build({
  ...options,
  entryPoints: [join(yls, 'out/src/server.js')],
  outfile: join(laidOut, 'server.mjs'),
  format: 'esm',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
cpSync(join(yls, 'l10n'), join(laidOut, 'l10n'), { recursive: true });
writeFileSync(join(laidOut, '.vscodeignore'), '');

const setting = (type, value) => ({ type, default: value });
const manifest = {
  name: 'yls',
  publisher: 'test',
  version: '0.0.1',
  engines: { vscode: '^1.91.0' },
  main: 'extension.js',
  activationEvents: ['onLanguage:yaml'],
  contributes: {
    configuration: {
      properties: {
        'yaml.schemas': setting('object', { [pathToFileURL(schema).href]: ['massdriver.yaml'] }),
        // Nothing is fetched.
        'yaml.schemaStore.enable': setting('boolean', false),
      },
    },
  },
};
writeFileSync(join(laidOut, 'package.json'), JSON.stringify(manifest, null, 2));
const vsce = join(process.cwd(), 'node_modules/.bin/vsce');
execFileSync(vsce, ['package', '--no-dependencies', '--skip-license', '--allow-missing-repository', '--out', out], { cwd: laidOut, stdio: ['ignore', 'ignore', 'inherit'] });
