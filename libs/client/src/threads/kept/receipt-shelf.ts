import { decodeAppendReceipt, type AppendReceipt } from '@enlace/contracts';
import {
  canonicalJson,
  parseBase64Url,
  toBase64Url,
  toHex,
  u64be,
  utf8,
  type ThreadId,
} from '@enlace/kernel';

import { KeptReceipts } from '../../audit/receipts/kept-receipts.js';
import type { LocalStore, StoreChange } from '../../store/local-store.js';
import { kept } from './kept-fields.js';

const TABLE = 'append-receipts';

/** What the server signed for an entry of this device, and the bytes that prove it to others. */
export interface HeldReceipt extends AppendReceipt {
  readonly bytes: Uint8Array;
}

/**
 * The server's word that own entries have their places, durable before the answer is believed: whoever denies one later
 * has signed that it was taken in. One goes when the log was read past it and its leaf of the access log was proven;
 * place and chain stay with the entry.
 */
export class ReceiptShelf {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** Those of a thread for places beyond what was read of it. Throws `store.damaged`. */
  async beyond(threadId: ThreadId, readSeq: number): Promise<readonly HeldReceipt[]> {
    const held: HeldReceipt[] = [];
    for (const { name, seq } of await this.#names(threadId)) {
      const value = seq > readSeq ? await this.#store.get(TABLE, name) : null;
      if (value !== null) held.push(readReceipt(value));
    }
    return held;
  }

  /** Forgets what the log was read past and what is proven besides. */
  async sift(threadId: ThreadId, readSeq: number): Promise<void> {
    const read = (await this.#names(threadId)).filter(({ seq }) => seq <= readSeq);
    if (read.length === 0) return;
    const proven = await KeptReceipts.proven(this.#store);
    const done = read.filter(({ leaf }) => proven.has(leaf));
    const gone = done.map(({ name }) => ({ table: TABLE, key: name, value: null }));
    if (gone.length > 0) await this.#store.commit(gone);
  }

  static keep(receipt: HeldReceipt): StoreChange {
    const value = utf8(canonicalJson({ v: 1, receipt: toBase64Url(receipt.bytes) }));
    return { table: TABLE, key: nameOf(receipt), value };
  }

  async #names(threadId: ThreadId) {
    const names = (await this.#store.keys(TABLE)).filter((name) => name.startsWith(threadId));
    return names.toSorted().map((name) => {
      const [, seq = '', leaf = ''] = name.split('.');
      return { name, seq: Number.parseInt(seq, 16), leaf };
    });
  }
}

/** Two words about one place are two receipts. */
function nameOf({ threadId, seq, auditLeafHash }: AppendReceipt): string {
  return `${threadId}.${toHex(u64be(seq))}.${toHex(auditLeafHash)}`;
}

function readReceipt(value: Uint8Array): HeldReceipt {
  return kept.value(value, ({ receipt }) => {
    const bytes = parseBase64Url(kept.text(receipt));
    return { ...decodeAppendReceipt(bytes).receipt, bytes };
  });
}
