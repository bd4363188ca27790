// node scripts/settings.mjs SERVER: writes the server's settings into package.json. A test checks that they are equal.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { configuration } from './configuration.mjs';

const [server] = process.argv.slice(2);
if (!server) throw new Error('usage: npm run settings -- path/to/massdriver-ls');
const schema = JSON.parse(execFileSync(server, ['schema', '--settings'], { encoding: 'utf8' }));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.contributes.configuration.properties = configuration(schema);
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
