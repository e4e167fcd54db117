import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { limitTries, SealedStore, type LocalStore } from '@enlace/client';
import { openWithPassphrase, PASSPHRASE_COST_MINIMUM, sealWithPassphrase } from '@enlace/e2ee';
import {
  isDomainError,
  parseBase64Url,
  systemClock,
  systemRandom,
  toBase64Url,
  type Clock,
} from '@enlace/kernel';
import { label } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { findText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { writeNewFiles } from '../files/new-files.js';
import { FileStore } from './file-store.js';
import { lockHome } from './home-lock.js';

const KEY_FILE = 'store.key';
const STORE_FOLDER = 'store';
const KEY_BYTES = 32;

/** The folder of a device: its store, sealed under a passphrase, for one command at a time. */
export interface Home {
  readonly store: LocalStore;
  close(): void;
}

/** `--home`, else `.enlace` of the person. */
export function homeFolderOf({ options }: Invocation): string {
  return resolve(findText(options, 'home') ?? join(homedir(), '.enlace'));
}

export function isHome(folder: string): boolean {
  return lstatSync(join(folder, KEY_FILE), { throwIfNoEntry: false }) !== undefined;
}

/** The key of a store that is being made, and the same sealed under a passphrase. */
export interface NewStoreKey {
  readonly key: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** Costs what Argon2id is meant to cost. */
export function newStoreKey(passphrase: string): NewStoreKey {
  const key = systemRandom.bytes(KEY_BYTES);
  const sealed = sealWithPassphrase(key, passphrase, {
    context: label('enlace/store-key/v1'),
    cost: PASSPHRASE_COST_MINIMUM,
    random: systemRandom,
  });
  return { key, sealed };
}

/** A fresh home. Throws `file.exists` where there is one, `home.locked`. */
export async function createHome(folder: string, passphrase: string): Promise<Home> {
  return createHomeWith(folder, async () => newStoreKey(passphrase));
}

/** A fresh home whose key is made while nobody else can make one there. Throws as `createHome`. */
export async function createHomeWith(
  folder: string,
  makeKey: () => Promise<NewStoreKey>,
): Promise<Home> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockHome(folder);
  try {
    const { key, sealed } = await makeKey();
    const path = join(folder, KEY_FILE);
    writeNewFiles([{ path, text: `${toBase64Url(sealed)}\n`, isSecret: true }]);
    return await openStore(folder, key, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Throws `home.absent`, `home.locked`, `key.not-opened`, `input.malformed`, and `unlock.paused` after too many wrong
 * passphrases.
 */
export async function openHome(
  folder: string,
  passphrase: string,
  clock: Clock = systemClock,
): Promise<Home> {
  if (!isHome(folder)) throw new CliError('home.absent', { folder });
  const lock = lockHome(folder);
  try {
    const key = await unsealKey(folder, passphrase, clock);
    return await openStore(folder, key, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function unsealKey(
  folder: string,
  passphrase: string,
  clock: Clock,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, KEY_FILE);
  const text = readInputFile(path);
  const sealed = refusing(path, () => parseBase64Url(text));
  // Beside the sealed values: without the key there is nothing to seal under.
  const counting = {
    store: new FileStore(join(folder, STORE_FOLDER)),
    clock,
    of: 'store',
  } as const;
  try {
    const key = await limitTries(counting, () =>
      openWithPassphrase(sealed, passphrase, label('enlace/store-key/v1')),
    );
    return Uint8Array.from(key);
  } catch (cause) {
    if (isDomainError(cause, 'unlock.paused')) throw cause;
    if (isDomainError(cause, 'vault.malformed')) throw malformed(path, 'not-a-key-file', cause);
    throw new CliError('key.not-opened', { file: path }, { cause });
  }
}

async function openStore(
  folder: string,
  key: Uint8Array<ArrayBuffer>,
  lock: { release(): void },
): Promise<Home> {
  const files = new FileStore(join(folder, STORE_FOLDER));
  const sealing = { key: await SealedStore.importKey(key), random: systemRandom };
  key.fill(0);
  return { store: new SealedStore(files, sealing), close: () => lock.release() };
}
