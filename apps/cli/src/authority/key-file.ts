import {
  isSeedOf,
  openKeyFile as openLocked,
  parseKeyFile,
  sealKeyFile,
  type KeyFile,
  type LockedKeyFile,
} from '@enlace/e2ee';
import { isDomainError } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { malformed, readInputFile } from '../files/input-file.js';

export { isSeedOf, sealKeyFile, type KeyFile };

/** A key file that was read and not opened. */
export interface LockedKey extends LockedKeyFile {
  readonly path: string;
}

/** Throws `input.malformed` for anything but a key file. */
export function readKeyFile(path: string): LockedKey {
  const text = readInputFile(path);
  return { path, ...naming(path, () => parseKeyFile(text)) };
}

/**
 * The secret of a key file. Throws `key.not-opened` for a wrong passphrase and for a changed file alike; a whole key is
 * compared with its public key as well.
 */
export function openKeyFile({ path, ...locked }: LockedKey, passphrase: string): Uint8Array {
  return naming(path, () => openLocked(locked, passphrase));
}

/** What the library refuses, with the name of the file. */
function naming<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (isDomainError(cause, 'key.malformed')) throw malformed(file, 'not-a-key-file', cause);
    throw isDomainError(cause) ? new CliError('key.not-opened', { file }, { cause }) : cause;
  }
}
