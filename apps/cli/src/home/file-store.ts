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
import type { LocalStore, StoreChange } from '@enlace/client';
import { parseBase64Url, parseUtf8, toBase64Url, utf8 } from '@enlace/kernel';
import { syncFolder } from '../files/new-files.js';
import { decodeJournal, encodeJournal } from './store-journal.js';

const UNFINISHED = '.unfinished';
/** Changes that belong together and are not all in their places yet. */
const JOURNAL = '.journal';

/**
 * A local store of one file a value, below one folder. A value is written beside its place, brought to the disk and
 * then renamed into it: whoever reads finds the old one or the new one. Several changes go through a journal: once it
 * has its name they count, and whoever reads next brings them to their places first. The caller holds the lock of the
 * home, so that one file beside is enough.
 */
export class FileStore implements LocalStore {
  /** A process before this one, or a write that failed, may have left a journal. */
  #isSettled = false;

  constructor(private readonly folder: string) {}

  async get(table: string, key: string): Promise<Uint8Array | null> {
    this.#settle();
    const path = this.#path(table, key);
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    this.#settle();
    this.#write(this.#folderOf(table), this.#path(table, key), value);
    syncFolder(join(this.folder, table));
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#settle();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.#isSettled = false;
    // If we die before the journal has its name, nothing happened; after, the next reader finishes.
    this.#write(this.folder, join(this.folder, JOURNAL), encodeJournal(changes));
    syncFolder(this.folder);
    this.#settle();
  }

  async delete(table: string, key: string): Promise<void> {
    this.#settle();
    rmSync(this.#path(table, key), { force: true });
  }

  async keys(table: string): Promise<readonly string[]> {
    this.#settle();
    const folder = join(this.folder, table);
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    const names = readdirSync(folder).filter((name) => name !== UNFINISHED);
    return names.map((name) => parseUtf8(parseBase64Url(name)));
  }

  // The same changes again lead to the same values: dying in here costs nothing but doing it again.
  #settle(): void {
    if (this.#isSettled) return;
    const journal = join(this.folder, JOURNAL);
    if (lstatSync(journal, { throwIfNoEntry: false }) !== undefined) {
      const changes = decodeJournal(readFileSync(journal));
      for (const { table, key, value } of changes) {
        const folder = this.#folderOf(table);
        const path = this.#path(table, key);
        if (value === null) rmSync(path, { force: true });
        else this.#write(folder, path, value);
      }
      for (const table of new Set(changes.map((change) => change.table))) {
        syncFolder(join(this.folder, table));
      }
      rmSync(journal);
      syncFolder(this.folder);
    }
    this.#isSettled = true;
  }

  #folderOf(table: string): string {
    const folder = join(this.folder, table);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  #write(folder: string, path: string, value: Uint8Array): void {
    const beside = join(folder, UNFINISHED);
    const handle = openSync(beside, 'w', 0o600);
    try {
      writeFileSync(handle, value);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, path);
  }

  /** Keys may hold any character; file names may not. */
  #path(table: string, key: string): string {
    return join(this.folder, table, toBase64Url(utf8(key)));
  }
}
