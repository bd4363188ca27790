// Finds the programs `massdriver-ls` and `mass`.

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The path of the server, or the reason why it was not found. */
export type Found = { path: string; by: 'setting' | 'bundled' | 'PATH' } | { missing: string };

/** Inputs of the search. */
export interface Surroundings {
  /** The setting `massdriver.server.path`. */
  setting: string;
  /** The extension's own directory. */
  extension: string;
  /** The variable `PATH`. */
  searchPath: string;
}

const SERVER = 'massdriver-ls';

/** Uses the setting, else the program bundled with the extension, else the `PATH`. */
export function findServer({ setting, extension, searchPath }: Surroundings): Found {
  const wanted = setting.trim();
  if (wanted !== '') {
    const path = wanted.startsWith('~/') ? join(homedir(), wanted.slice(2)) : wanted;
    if (isProgram(path)) return { path, by: 'setting' };
    return { missing: `The setting massdriver.server.path names ${path}, which is not a program.` };
  }
  const bundled = join(extension, 'server', executable(SERVER));
  if (isProgram(bundled)) return { path: bundled, by: 'bundled' };
  const installed = findOnPath(SERVER, searchPath);
  if (installed !== undefined) return { path: installed, by: 'PATH' };
  return { missing: `${SERVER} is not installed: it neither came with the extension nor is it on the PATH.` };
}

/** The first program of this name on the search path. */
export function findOnPath(name: string, searchPath: string): string | undefined {
  const directories = searchPath.split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, executable(name))).find(isProgram);
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
