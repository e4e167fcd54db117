import { concatBytes, DomainError, utf8, type Random } from '@enlace/kernel';

import type { LocalStore, StoreChange } from './local-store.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A value of the store that its key does not open: changed, or moved from another place. */
export class StoreDamaged extends DomainError {
  override readonly code = 'store.damaged';
  override readonly kind = 'integrity';
}

/**
 * A store whose values are sealed with AES-256-GCM (NIST SP 800-38D) before they leave this object; table and key are
 * authenticated, so that no value answers for another. Names of tables and keys stay in clear. Nonces are random: one
 * key is good for 2^32 writes, more than a device makes in its 90 days.
 */
export class SealedStore implements LocalStore {
  readonly #store: LocalStore;
  readonly #key: CryptoKey;
  readonly #random: Random;

  constructor(store: LocalStore, { key, random }: { key: CryptoKey; random: Random }) {
    this.#store = store;
    this.#key = key;
    this.#random = random;
  }

  /** The key of a store from 32 bytes; they cannot be read back from it. */
  static async importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
    return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  }

  /** Throws `store.damaged`. */
  async get(table: string, key: string): Promise<Uint8Array | null> {
    const sealed = await this.#store.get(table, key);
    if (sealed === null) return null;
    if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new StoreDamaged('a value is cut');
    const bytes = Uint8Array.from(sealed);
    try {
      const opened = await crypto.subtle.decrypt(
        cipher(table, key, bytes.subarray(0, NONCE_BYTES)),
        this.#key,
        bytes.subarray(NONCE_BYTES),
      );
      return new Uint8Array(opened);
    } catch (cause) {
      throw new StoreDamaged('a value does not open', { cause });
    }
  }

  async put(table: string, key: string, value: Uint8Array): Promise<void> {
    await this.#store.put(table, key, await this.#seal(table, key, value));
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    const sealed = await Promise.all(
      changes.map(async ({ table, key, value }) => ({
        table,
        key,
        value: value === null ? null : await this.#seal(table, key, value),
      })),
    );
    await this.#store.commit(sealed);
  }

  async delete(table: string, key: string): Promise<void> {
    await this.#store.delete(table, key);
  }

  async keys(table: string): Promise<readonly string[]> {
    return this.#store.keys(table);
  }

  async #seal(table: string, key: string, value: Uint8Array): Promise<Uint8Array> {
    const nonce = this.#random.bytes(NONCE_BYTES);
    const sealed = await crypto.subtle.encrypt(
      cipher(table, key, nonce),
      this.#key,
      Uint8Array.from(value),
    );
    return concatBytes(nonce, new Uint8Array(sealed));
  }
}

function cipher(table: string, key: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: concatBytes(utf8(`${table}\0`), utf8(key)) };
}
