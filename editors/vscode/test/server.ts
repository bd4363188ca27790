// The server program under test.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** `$MASSDRIVER_LS`, else the one that cargo built last for release or debugging. */
export function server(): string {
  const built = ['release', 'debug'].map((profile) => resolve(`../../target/${profile}/massdriver-ls`));
  const found = [process.env['MASSDRIVER_LS'] ?? '', ...built].find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new Error('no massdriver-ls: run cargo build, or set MASSDRIVER_LS');
  return found;
}
