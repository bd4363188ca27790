// The location of the VS Code that `editor/install.sh` installs.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** The directory of VS Code itself, within code-server. */
export function vscodeRoot(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const prefix = process.env['CODE_SERVER_PREFIX'] ?? join(cache, 'massdriver-ls/code-server');
  return join(prefix, 'node_modules/code-server/lib/vscode');
}
