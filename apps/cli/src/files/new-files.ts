import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../command-line/cli-error.js';
import { isSystemError } from './system-error.js';

/** A file to be made. Secret ones are readable for their owner alone. */
export interface NewFile {
  readonly path: string;
  readonly text: string | Uint8Array;
  readonly isSecret: boolean;
}

/**
 * Writes files that must not exist yet: all of them, or none. No file is ever written over. When it returns, they are
 * on the disk. Throws `file.exists`.
 */
export function writeNewFiles(files: readonly NewFile[]): void {
  const written: string[] = [];
  try {
    for (const file of files) {
      mkdirSync(dirname(file.path), { recursive: true, mode: 0o700 });
      const handle = create(file);
      written.push(file.path);
      try {
        writeFileSync(handle, file.text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) syncFolder(folder);
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}

/** The name of a file is durable once its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function create({ path, isSecret }: NewFile): number {
  try {
    return openSync(path, 'wx', isSecret ? 0o600 : 0o644);
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) {
      throw new CliError('file.exists', { file: path }, { cause: error });
    }
    throw error;
  }
}

/** So that nobody types a passphrase for a file that cannot be made. Throws `file.exists`. */
export function assertAbsent(paths: readonly string[]): void {
  const found = paths.find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (found !== undefined) throw new CliError('file.exists', { file: found });
}
