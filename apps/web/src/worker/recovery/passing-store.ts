import type { LocalStore } from '@enlace/client';

/**
 * What a recovery takes note of, in memory: one that is given up leaves nothing behind that the next person of this
 * browser would be compared with.
 */
export class PassingStore implements LocalStore {
  readonly #tables = new Map<string, Map<string, Uint8Array>>();

  async get(table: string, key: string): Promise<Uint8Array | null> {
    return this.#tables.get(table)?.get(key) ?? null;
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    const values = this.#tables.get(table) ?? new Map<string, Uint8Array>();
    this.#tables.set(table, values.set(key, value));
  }

  async delete(table: string, key: string): Promise<void> {
    this.#tables.get(table)?.delete(key);
  }

  async keys(table: string): Promise<readonly string[]> {
    return [...(this.#tables.get(table)?.keys() ?? [])];
  }

  /** Durable in the other store when it resolves. */
  async moveTo(store: LocalStore): Promise<void> {
    for (const [table, values] of this.#tables) {
      for (const [key, value] of values) await store.put(table, key, value);
    }
  }
}
