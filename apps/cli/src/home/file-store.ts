import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LocalStore } from '@enlace/client';
import { parseBase64Url, parseUtf8, toBase64Url, utf8 } from '@enlace/kernel';
import { syncFolder } from '../files/new-files.js';

const UNFINISHED = '.unfinished';

/**
 * A local store of one file a value, below one folder. A value is written beside its place, brought to the disk and
 * then renamed into it: whoever reads finds the old one or the new one. The caller holds the lock of the home, so that
 * one file beside is enough.
 */
export class FileStore implements LocalStore {
  constructor(private readonly folder: string) {}

  async get(table: string, key: string): Promise<Uint8Array | null> {
    const path = this.#path(table, key);
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    const folder = join(this.folder, table);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const beside = join(folder, UNFINISHED);
    const handle = openSync(beside, 'w', 0o600);
    try {
      writeFileSync(handle, value);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, this.#path(table, key));
    syncFolder(folder);
  }

  async delete(table: string, key: string): Promise<void> {
    rmSync(this.#path(table, key), { force: true });
  }

  async keys(table: string): Promise<readonly string[]> {
    const folder = join(this.folder, table);
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    const names = readdirSync(folder).filter((name) => name !== UNFINISHED);
    return names.map((name) => parseUtf8(parseBase64Url(name)));
  }

  /** Keys may hold any character; file names may not. */
  #path(table: string, key: string): string {
    return join(this.folder, table, toBase64Url(utf8(key)));
  }
}
