import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  APPEND_RECEIPT_LABEL,
  entryHash,
  receiptSignedBytes,
  type AppendReceipt,
  type Entry,
} from '@enlace/contracts';
import {
  concatBytes,
  newId,
  systemClock,
  systemRandom,
  utf8,
  type DeviceId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { aClearEntry, aNoteSigner, flipBit, refusalOf } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';

import { verifyAppendReceipts } from './append-receipts.js';

const threadId = newId<ThreadId>(systemClock, systemRandom);
const deviceId = newId<DeviceId>(systemClock, systemRandom);
const signer = aNoteSigner('receipts.enlace.example', { seedByte: 7 });
const trust = { receiptKeys: [signer.key] };

const anEntry = (deviceSeq: number) => aClearEntry({ threadId, deviceId, deviceSeq });

function receiptOf(entry: Entry, change: Partial<AppendReceipt> = {}, by = signer): Uint8Array {
  const said = receiptSignedBytes({
    threadId,
    seq: 6,
    entryId: entry.header.entryId,
    entryHash: entryHash(entry),
    chain: new Uint8Array(32).fill(3),
    acceptedAtMs: 1_800_000_000_000,
    auditLeafHash: new Uint8Array(32).fill(4),
    ...change,
  });
  return concatBytes(said, by.sign(concatBytes(utf8(`${APPEND_RECEIPT_LABEL}\0`), said)));
}

describe('the receipt of an append', () => {
  const entry = anEntry(2);
  const next = anEntry(3);
  const refusal = (receipts: readonly Uint8Array[], entries = [entry], by = trust) =>
    refusalOf(() => verifyAppendReceipts(receipts, entries, by));

  beforeAll(cryptoReady);

  it('is the word of the key of receipts that the entry has its place', () => {
    const receipts = [receiptOf(entry), receiptOf(next, { seq: 7 })];
    const verified = verifyAppendReceipts(receipts, [entry, next], trust);
    expect(verified.map(({ seq }) => seq)).toEqual([6, 7]);
  });

  it('is refused with any bit changed', () => {
    const receipt = receiptOf(entry);
    for (let bit = 0; bit < 8 * receipt.length; bit += 5) {
      expect(refusal([flipBit(receipt, bit)])).not.toBe('accepted');
    }
    for (const cut of [receipt.subarray(1), receipt.subarray(0, -1), new Uint8Array()]) {
      expect(refusal([cut])).toBe('form');
    }
  });

  it('is signed by the announced key, and by no other', () => {
    const other = aNoteSigner('receipts.enlace.example', { seedByte: 8 });
    expect(refusal([receiptOf(entry, {}, other)])).toBe('signature');
    expect(refusal([receiptOf(entry, {}, other)], [entry], { receiptKeys: [] })).toBe('accepted');
    const both = { receiptKeys: [other.key, signer.key] };
    expect(refusal([receiptOf(entry)], [entry], both)).toBe('accepted');
  });

  it.each<[string, Partial<AppendReceipt>, string]>([
    ['another thread', { threadId: newId<ThreadId>(systemClock, systemRandom) }, 'entry'],
    ['another entry', { entryId: newId<EntryId>(systemClock, systemRandom) }, 'entry'],
    ['other bytes', { entryHash: new Uint8Array(32) }, 'entry'],
    ['a place that the author had seen taken', { seq: 5 }, 'place'],
  ])('is of its entry: %s', (_, change, rule) => {
    expect(refusal([receiptOf(entry, change)])).toBe(rule);
  });

  it('has a place for each entry of a batch, one after the other', () => {
    const places = (first: number, second: number) =>
      refusal([receiptOf(entry, { seq: first }), receiptOf(next, { seq: second })], [entry, next]);
    expect(places(6, 8)).toBe('place');
    expect(places(7, 6)).toBe('place');
    expect(refusal([receiptOf(entry)], [entry, next])).toBe('form');
    expect(refusal([receiptOf(next), receiptOf(entry)], [entry, next])).toBe('entry');
  });
});
