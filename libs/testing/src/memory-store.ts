import type { LocalStore, StoreChange } from '@enlace/client';

/** How the next write of a store fails: before it took effect, or after. */
type Failure = 'and-not-persist' | 'but-persist';

/** A local store in memory that does what a disk can do: fail and not persist, fail but persist. */
export class MemoryStore implements LocalStore {
  readonly tables = new Map<string, Map<string, Uint8Array>>();
  #failure: Failure | null = null;

  failNextWrite(failure: Failure): void {
    this.#failure = failure;
  }

  async get(table: string, key: string): Promise<Uint8Array | null> {
    return this.tables.get(table)?.get(key) ?? null;
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    await this.commit([{ table, key, value }]);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== 'and-not-persist') {
      for (const { table, key, value } of changes) {
        const values = this.tables.get(table) ?? new Map<string, Uint8Array>();
        if (value === null) values.delete(key);
        else this.tables.set(table, values.set(key, Uint8Array.from(value)));
      }
    }
    if (failure !== null) throw new Error('the disk failed');
  }

  async delete(table: string, key: string): Promise<void> {
    this.tables.get(table)?.delete(key);
  }

  async keys(table: string): Promise<readonly string[]> {
    return [...(this.tables.get(table)?.keys() ?? [])];
  }

  /** The same values, as another process would find them after a restart. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    for (const [table, values] of this.tables) copy.tables.set(table, new Map(values));
    return copy;
  }
}
