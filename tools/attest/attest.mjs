// node attest.mjs FILE…: states, signed by GitHub on behalf of the running workflow, that it built these files. Anyone checks
// it with `gh attestation verify FILE --repo massdriver-cloud/massdriver-ls`.
//
// Needs the permissions `id-token: write` and `attestations: write`, and GITHUB_TOKEN. With --list it only prints what would
// be attested.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const list = process.argv[2] === '--list';
const files = process.argv.slice(list ? 3 : 2);
if (files.length === 0) throw new Error('usage: node attest.mjs [--list] FILE…');

const digest = (file) => ({ sha256: createHash('sha256').update(readFileSync(file)).digest('hex') });
const subjects = files.map((file) => ({ name: basename(file), digest: digest(file) }));
for (const { name, digest } of subjects) console.log(`${digest.sha256}  ${name}`);

if (!list) {
  const { attestProvenance } = await import('@actions/attest');
  const { attestationID } = await attestProvenance({ subjects, token: process.env.GITHUB_TOKEN ?? '' });
  if (attestationID === undefined) throw new Error('the attestation was not stored');
  console.log(`attestation ${attestationID}`);
}
