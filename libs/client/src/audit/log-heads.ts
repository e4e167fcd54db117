import type { KnownHead, LogGrowth } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
  parseBase64,
  parseStrictJson,
  parseUtf8,
  sha256,
  toBase64,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import { verifyGrowth, type TreeHead } from '@enlace/tlog';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';
import { clientTlogCrypto } from '../tlog-crypto.js';

const TABLE = 'audit-heads';

/** The newest head of a log that this device has verified, with the signed note that shows it. */
export interface HeldHead extends TreeHead {
  readonly origin: string;
  readonly note: Uint8Array;
}

/** The heads of the audit logs as this device saw them: a log that it is shown must contain every one before. */
export class LogHeads {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  async known(): Promise<readonly HeldHead[]> {
    const heads: HeldHead[] = [];
    for (const key of await this.#store.keys(TABLE)) {
      const bytes = await this.#store.get(TABLE, key);
      if (bytes !== null) heads.push(readHead(bytes));
    }
    return heads;
  }

  /** What a server is told, so that it can prove growth. */
  static sizesOf(heads: readonly HeldHead[]): readonly KnownHead[] {
    return heads.map(({ origin, size }) => ({ origin, size }));
  }

  /**
   * Takes a head that contains the one before. Throws `tlog.rolled-back`, `tlog.split-view` and what `verifyGrowth`
   * throws; then the head that was known stays.
   */
  async grow(known: HeldHead | null, next: HeldHead, growth: readonly LogGrowth[]): Promise<void> {
    const shown = growth.find(({ origin, from }) => origin === next.origin && from === known?.size);
    const proof = (shown?.proof ?? []).map(parseBase64);
    verifyGrowth(clientTlogCrypto, known, { next, proof: known === null ? [] : proof });
    const { origin, size, root, note } = next;
    const text = canonicalJson({ origin, size, root: toBase64(root), note: toBase64(note) });
    await this.#store.put(TABLE, toBase64Url(sha256(utf8(origin))), utf8(text));
  }
}

function readHead(bytes: Uint8Array): HeldHead {
  const value = parseStrictJson(parseUtf8(bytes));
  const { origin, size, root, note } = isJsonObject(value) ? value : {};
  if (typeof origin !== 'string' || typeof size !== 'number') throw new StoreDamaged('not a head');
  if (typeof root !== 'string' || typeof note !== 'string') throw new StoreDamaged('not a head');
  return { origin, size, root: parseBase64(root), note: parseBase64(note) };
}
