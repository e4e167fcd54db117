/**
 * What a device keeps between two starts: small values by table and key. One process at a time writes; whoever opens
 * the store sees to that.
 *
 * A `put` that has resolved is durable: it survives a crash of the program and of the machine. One that has rejected
 * may or may not have taken effect; the value is then the old one or the new one, never a mixture. Reads see the newest
 * resolved `put`. A store may be lost as a whole (a browser evicts it, a disk fails): it is never the only copy of a
 * key.
 */
export interface LocalStore {
  get(table: string, key: string): Promise<Uint8Array | null>;
  put(table: string, key: string, value: Uint8Array): Promise<void>;
  /**
   * All of the changes or none of them, durable when it resolves; no later read sees a part. One that has rejected may
   * or may not have taken effect, as a whole. Of two changes of one value the later counts.
   */
  commit(changes: readonly StoreChange[]): Promise<void>;
  /** Deleting what is not there changes nothing. */
  delete(table: string, key: string): Promise<void>;
  /** In no particular order. */
  keys(table: string): Promise<readonly string[]>;
}

/** What a value becomes; `null` takes it away. */
export interface StoreChange {
  readonly table: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}
