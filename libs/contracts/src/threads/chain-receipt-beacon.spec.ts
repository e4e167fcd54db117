import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { concatBytes, parseHex, parseId, toHex, type ThreadId } from '@enlace/kernel';

import { APPEND_RECEIPT_BYTES, decodeAppendReceipt, receiptSignedBytes } from './append-receipt.js';
import { BEACON_BYTES, beaconSignedBytes, decodeBeacon } from './beacon.js';
import { chainStart, nextChain } from './chain.js';
import { EntryMalformed } from './entry-malformed.js';

const vectors: {
  readonly threadId: string;
  readonly chain: readonly {
    seq: number;
    acceptedAtMs: number;
    entryHash: string;
    chain: string;
  }[];
  readonly receipt: Readonly<Record<string, string | number>> & { readonly bytes: string };
  readonly beacon: Readonly<Record<string, string | number>> & { readonly bytes: string };
} = JSON.parse(
  readFileSync(new URL('../../vectors/chain-receipt-beacon.json', import.meta.url), 'utf8'),
);
const threadId = parseId<ThreadId>(vectors.threadId);
const inHex = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : value,
    ]),
  );

describe('the chain of a thread', () => {
  it('is frozen', () => {
    const [first, ...rest] = vectors.chain;
    let head = chainStart(threadId);
    expect(toHex(head.chain)).toBe(first?.chain);
    for (const { seq, acceptedAtMs, entryHash, chain } of rest) {
      head = nextChain(head, { acceptedAtMs, entryHash: parseHex(entryHash) });
      expect({ seq: head.seq, chain: toHex(head.chain) }).toEqual({ seq, chain });
    }
  });

  it('is another for another thread, order, time or entry', () => {
    const start = chainStart(threadId);
    const entryHash = new Uint8Array(32).fill(1);
    const other = new Uint8Array(32).fill(2);
    const at = (acceptedAtMs: number, hash = entryHash) => ({ acceptedAtMs, entryHash: hash });
    const chains = [
      chainStart(parseId('01900000-0000-7000-8000-000000000009')),
      start,
      nextChain(start, at(1)),
      nextChain(start, at(2)),
      nextChain(start, at(1, other)),
      nextChain({ ...start, seq: 1 }, at(1)),
      nextChain(nextChain(start, at(1)), at(1, other)),
      nextChain(nextChain(start, at(1, other)), at(1)),
    ].map(({ chain }) => toHex(chain));
    expect(new Set(chains).size).toBe(chains.length);
  });
});

const SIGNED = [
  {
    name: 'receipt',
    vector: vectors.receipt,
    length: APPEND_RECEIPT_BYTES,
    read: (bytes: Uint8Array) => {
      const { receipt, signed, signature } = decodeAppendReceipt(bytes);
      return { fields: receipt, again: receiptSignedBytes(receipt), signed, signature };
    },
  },
  {
    name: 'beacon',
    vector: vectors.beacon,
    length: BEACON_BYTES,
    read: (bytes: Uint8Array) => {
      const { beacon, signed, signature } = decodeBeacon(bytes);
      return { fields: beacon, again: beaconSignedBytes(beacon), signed, signature };
    },
  },
];

describe.each(SIGNED)('a $name', ({ vector, length, read }) => {
  const bytes = parseHex(vector.bytes);

  it('is frozen, and its signature covers all but itself', () => {
    const { fields, again, signed, signature } = read(bytes);
    const { bytes: _, ...expected } = vector;
    expect(inHex(fields)).toEqual(expected);
    expect(bytes).toHaveLength(length);
    expect(toHex(concatBytes(again, signature))).toBe(vector.bytes);
    expect(toHex(signed)).toBe(toHex(again));
  });

  it('is refused when a byte is missing or added, or is of another version', () => {
    for (let end = 0; end < bytes.length; end += 1) {
      expect(() => read(bytes.subarray(0, end))).toThrow(EntryMalformed);
    }
    expect(() => read(concatBytes(bytes, Uint8Array.of(0)))).toThrow(EntryMalformed);
    for (let at = 0; at < 8; at += 1) {
      const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? 7 : byte));
      expect(() => read(changed)).toThrow(EntryMalformed);
    }
  });
});
