import type { LocalStore, StoreChange } from '@enlace/client';
import { systemRandom, toBase64Url } from '@enlace/kernel';
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';

import { StoreTakenOver } from './worker-errors.js';

const OWN = 'enlace';
const VERSION = 1;

interface Schema extends DBSchema {
  /** `owner`: who writes; `key`: what seals the values, which the browser keeps and gives to nobody. */
  meta: { key: 'owner' | 'key'; value: string | CryptoKey };
  values: { key: [table: string, key: string]; value: Uint8Array };
}

/**
 * The local store of this browser. Each write looks in its own transaction whether this store still owns the database:
 * a worker that another page took over from can write nothing any more, however late it wakes up. A table is read once,
 * as a whole, and remembered as it lies there: a transaction for each of ten thousand values takes many seconds.
 */
export class IndexedDbStore implements LocalStore {
  readonly #database: IDBPDatabase<Schema>;
  readonly #owner: string;
  readonly #onKept: () => void;
  /** By name, those that were asked for; what was committed is in them. */
  readonly #tables = new Map<string, Promise<Map<string, Uint8Array>>>();

  private constructor(database: IDBPDatabase<Schema>, owner: string, onKept: () => void) {
    this.#database = database;
    this.#owner = owner;
    this.#onKept = onKept;
  }

  /**
   * Opens the database, or another one beside it, and takes it over from whoever had it. `onKept` is called whenever
   * something was made durable.
   */
  static async open(onKept: () => void, name?: string): Promise<IndexedDbStore> {
    const database = await openDB<Schema>(name === undefined ? OWN : `${OWN}-${name}`, VERSION, {
      upgrade: (fresh) => {
        fresh.createObjectStore('meta');
        fresh.createObjectStore('values');
      },
    });
    const owner = toBase64Url(systemRandom.bytes(16));
    const taking = database.transaction('meta', 'readwrite', { durability: 'strict' });
    await Promise.all([taking.store.put(owner, 'owner'), taking.done]);
    return new IndexedDbStore(database, owner, onKept);
  }

  /** The key that seals the values: made once, not extractable, used by this origin alone. */
  async sealingKey(): Promise<CryptoKey> {
    const known = await this.#database.get('meta', 'key');
    if (known instanceof CryptoKey) return known;
    const usages: KeyUsage[] = ['encrypt', 'decrypt'];
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, usages);
    await this.#write(async (transaction) => {
      await transaction.objectStore('meta').put(made, 'key');
    });
    return made;
  }

  async get(table: string, key: string): Promise<Uint8Array | null> {
    return (await this.#table(table)).get(key) ?? null;
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    await this.commit([{ table, key, value }]);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    try {
      await this.#write(async (transaction) => {
        const values = transaction.objectStore('values');
        await Promise.all(
          changes.map(async ({ table, key, value }) =>
            value === null ? values.delete([table, key]) : values.put(value, [table, key]),
          ),
        );
      });
    } catch (error) {
      // Whether it took effect nobody knows: it is read again.
      for (const { table } of changes) this.#tables.delete(table);
      throw error;
    }
    this.#remember(changes);
    this.#onKept();
  }

  /** In the order in which they were committed, also into a table that is being read. */
  #remember(changes: readonly StoreChange[]): void {
    for (const { table, key, value } of changes) {
      const after = this.#tables.get(table)?.then((known) => {
        if (value === null) known.delete(key);
        else known.set(key, value);
        return known;
      });
      if (after === undefined) continue;
      // Whoever reads the table hears of what failed.
      after.catch(() => undefined);
      this.#tables.set(table, after);
    }
  }

  async delete(table: string, key: string): Promise<void> {
    await this.commit([{ table, key, value: null }]);
  }

  async keys(table: string): Promise<readonly string[]> {
    return [...(await this.#table(table)).keys()];
  }

  /** Takes everything away: values, key and owner. */
  async wipe(): Promise<void> {
    await this.#write(async (transaction) => {
      await Promise.all([
        transaction.objectStore('values').clear(),
        transaction.objectStore('meta').clear(),
      ]);
    });
    this.#tables.clear();
  }

  close(): void {
    this.#database.close();
  }

  async #table(name: string): Promise<Map<string, Uint8Array>> {
    const known = this.#tables.get(name) ?? this.#read(name);
    this.#tables.set(name, known);
    try {
      return await known;
    } catch (error) {
      this.#tables.delete(name);
      throw error;
    }
  }

  async #read(name: string): Promise<Map<string, Uint8Array>> {
    const range = IDBKeyRange.bound([name, ''], [name, []], false, true);
    const values = this.#database.transaction('values').store;
    const [keys, all] = await Promise.all([values.getAllKeys(range), values.getAll(range)]);
    return new Map(keys.flatMap(([, key], at) => (all[at] === undefined ? [] : [[key, all[at]]])));
  }

  async #write(act: (transaction: Writing) => Promise<void>): Promise<void> {
    const stores = ['meta', 'values'] as const;
    const transaction: Writing = this.#database.transaction(stores, 'readwrite', {
      durability: 'strict',
    });
    if ((await transaction.objectStore('meta').get('owner')) !== this.#owner) {
      transaction.abort();
      await transaction.done.catch(() => undefined);
      throw new StoreTakenOver('another page has the store');
    }
    await Promise.all([act(transaction), transaction.done]);
  }
}

type Writing = IDBPTransaction<Schema, ('meta' | 'values')[], 'readwrite'>;
