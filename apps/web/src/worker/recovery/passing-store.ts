import type { LocalStore, StoreChange } from '@enlace/client';

/**
 * What a recovery takes note of, in memory: one that is given up leaves nothing behind that the next person of this
 * browser would be compared with.
 */
export class PassingStore implements LocalStore {
  readonly #tables = new Map<string, Map<string, Uint8Array>>();
  #target: LocalStore | null = null;

  async get(table: string, key: string): Promise<Uint8Array | null> {
    return this.#tables.get(table)?.get(key) ?? null;
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    await this.commit([{ table, key, value }]);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    for (const { table, key, value } of changes) {
      const values = this.#tables.get(table) ?? new Map<string, Uint8Array>();
      if (value === null) values.delete(key);
      else this.#tables.set(table, values.set(key, value));
    }
    await this.#target?.commit(changes);
  }

  async delete(table: string, key: string): Promise<void> {
    await this.commit([{ table, key, value: null }]);
  }

  async keys(table: string): Promise<readonly string[]> {
    return [...(this.#tables.get(table)?.keys() ?? [])];
  }

  /** Durable in the other store when it resolves, as is from here on whatever is noted. */
  async moveTo(target: LocalStore): Promise<void> {
    this.#target = target;
    for (const [table, values] of this.#tables) {
      for (const [key, value] of values) await target.put(table, key, value);
    }
  }

  /** What was moved is in memory alone again. */
  async takeBack(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    for (const [table, values] of this.#tables) {
      for (const key of values.keys()) await target?.delete(table, key);
    }
  }
}
