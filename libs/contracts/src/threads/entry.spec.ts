import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { concatBytes, parseHex, parseId, toHex } from '@enlace/kernel';

import {
  bodyHashOf,
  decodeEntry,
  decodeErasedEntry,
  encodeEntry,
  entryHash,
  layOutHeader,
  type Entry,
} from './entry.js';
import { decodeEntryHeader, NewerEntry, type EntryHeader } from './entry-header.js';
import { ENTRY_KINDS, isEntryKind, isSealedKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { THREAD_LIMITS } from './thread-limits.js';

interface EntryVector {
  readonly kind: string;
  readonly bytes: string;
  readonly entryHash: string;
  readonly bodyHash: string;
}
const vectors: readonly EntryVector[] = JSON.parse(
  readFileSync(new URL('../../vectors/entry.json', import.meta.url), 'utf8'),
);

const filled = (length: number, from: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (from + at) % 255 || 1);

const sealed: EntryHeader = {
  kind: 'message',
  handling: 1,
  incarnation: 2,
  epoch: 3,
  threadId: parseId('01900000-0000-7000-8000-000000000001'),
  epochKeyId: filled(16, 1),
  deviceId: parseId('01900000-0000-7000-8000-000000000002'),
  entryId: parseId('01900000-0000-7000-8000-000000000003'),
  deviceSeq: 4,
  seenSeq: 5,
  seenChain: filled(32, 2),
  prevHash: filled(32, 3),
  nonce: filled(24, 4),
  bodyLength: 272,
};
const clear: EntryHeader = {
  ...sealed,
  kind: 'leave',
  handling: 0,
  epochKeyId: new Uint8Array(16),
  nonce: new Uint8Array(24),
  bodyLength: 9,
};
const entryOf = (header: EntryHeader): Entry => ({
  ...layOutHeader(header),
  commitment: isSealedKind(header.kind) ? filled(32, 5) : new Uint8Array(32),
  body: filled(header.bodyLength, 6),
  signature: filled(64, 7),
});
describe('an entry', () => {
  it.each([sealed, clear])('of kind $kind is what was laid out', (header) => {
    const entry = entryOf(header);
    const bytes = encodeEntry(entry);
    expect(decodeEntry(bytes)).toEqual(entry);
    expect(bytes.length - header.bodyLength).toBe(288);
  });

  it.each(vectors)(
    'of kind $kind is frozen: bytes, hash, and hash of its erased form',
    (vector) => {
      const bytes = parseHex(vector.bytes);
      const entry = decodeEntry(bytes);
      expect(entry.header.kind).toBe(vector.kind);
      expect(toHex(encodeEntry(entry))).toBe(vector.bytes);
      expect(toHex(entryHash(entry))).toBe(vector.entryHash);
      const { body: _, header: __, ...rest } = entry;
      const erased = decodeErasedEntry({ ...rest, bodyHash: bodyHashOf(entry) });
      expect(toHex(erased.bodyHash)).toBe(vector.bodyHash);
      expect(toHex(entryHash(erased))).toBe(vector.entryHash);
    },
  );

  it('has a frozen vector of every kind', () => {
    expect(vectors.map(({ kind }) => kind)).toEqual(Object.keys(ENTRY_KINDS));
  });

  it('is refused when a byte is missing or added', () => {
    const bytes = encodeEntry(entryOf(sealed));
    for (let length = 0; length < bytes.length; length += 1)
      expect(hashIfWhole(bytes.subarray(0, length))).toBeNull();
    expect(hashIfWhole(concatBytes(bytes, Uint8Array.of(0)))).toBeNull();
  });

  it('has another hash, or is refused, for every bit that is changed', () => {
    const bytes = encodeEntry(entryOf(sealed));
    const hash = toHex(entryHash(decodeEntry(bytes)));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const found = hashIfWhole(changed);
      expect(found).not.toBe(hash);
    }
  });

  it.each<[string, Partial<EntryHeader>]>([
    ['a handling code that is none', { handling: 4 }],
    ['a first sequence of zero', { deviceSeq: 0 }],
    ['a first entry that has one before it', { deviceSeq: 1 }],
    ['a later entry that has none before it', { prevHash: new Uint8Array(32) }],
    [
      'an id that was not made by the clock',
      { entryId: parseId('01900000-0000-4000-8000-000000000003') },
    ],
    ['no key', { epochKeyId: new Uint8Array(16) }],
    ['no nonce', { nonce: new Uint8Array(24) }],
    ['fields of a sealed kind in a clear one', { kind: 'leave' }],
  ])('is refused for %s', (_, change) => {
    expect(() => layOutHeader({ ...sealed, ...change })).toThrow(EntryMalformed);
  });

  it('is refused for a handling code outside a sealed body', () => {
    expect(() => layOutHeader({ ...clear, handling: 1 })).toThrow(EntryMalformed);
  });

  it.each([
    ['a sealed body that no padding makes', sealed, 271],
    ['a sealed body beyond the limit', sealed, THREAD_LIMITS.sealedBody + 1],
    ['a clear entry beyond the limit', clear, THREAD_LIMITS.clearEntry - 287],
  ])('is refused for %s, erased as well', (_, header, bodyLength) => {
    const { body: _gone, header: _read, ...kept } = entryOf({ ...header, bodyLength });
    expect(() => encodeEntry(entryOf({ ...header, bodyLength }))).toThrow(EntryMalformed);
    expect(() => decodeErasedEntry({ ...kept, bodyHash: filled(32, 1) })).toThrow(EntryMalformed);
  });

  it('fits at the limits', () => {
    const largest = entryOf({ ...sealed, bodyLength: THREAD_LIMITS.sealedBody });
    expect(encodeEntry(largest)).toHaveLength(33_072);
    const longest = entryOf({ ...clear, bodyLength: THREAD_LIMITS.clearEntry - 288 });
    expect(encodeEntry(longest)).toHaveLength(THREAD_LIMITS.clearEntry);
  });

  it('of a kind, version or suite that is not known yet is newer, not damaged', () => {
    const { headerBytes } = layOutHeader(sealed);
    for (const at of [0, 1, 2]) {
      const changed = Uint8Array.from(headerBytes);
      changed[at] = 0x7f;
      expect(() => decodeEntryHeader(changed)).toThrow(NewerEntry);
    }
  });

  it('is refused with a reserved field, or a commitment of another kind', () => {
    const bytes = encodeEntry(entryOf(sealed));
    expect(hashIfWhole(Uint8Array.from(bytes, (byte, at) => (at === 187 ? 1 : byte)))).toBeNull();
    expect(
      hashIfWhole(Uint8Array.from(bytes, (byte, at) => (at >= 192 && at < 224 ? 0 : byte))),
    ).toBeNull();
    const bare = encodeEntry(entryOf(clear));
    expect(hashIfWhole(Uint8Array.from(bare, (byte, at) => (at === 200 ? 1 : byte)))).toBeNull();
  });

  it('that was erased is refused when a part has another length', () => {
    const { headerBytes, commitment, signature } = entryOf(sealed);
    const parts = { headerBytes, commitment, signature, bodyHash: filled(32, 1) };
    expect(decodeErasedEntry(parts).header).toEqual(sealed);
    for (const name of ['headerBytes', 'commitment', 'bodyHash', 'signature'] as const) {
      const short = { ...parts, [name]: parts[name].subarray(1) };
      expect(() => decodeErasedEntry(short)).toThrow(EntryMalformed);
    }
  });
});

it('names of kinds are the table’s, and nothing of its prototype', () => {
  expect(isEntryKind('message')).toBe(true);
  expect(isEntryKind('constructor')).toBe(false);
});

/** `null` for bytes that are refused, which is the only other thing that may happen to them. */
function hashIfWhole(bytes: Uint8Array): string | null {
  try {
    return toHex(entryHash(decodeEntry(bytes)));
  } catch (error) {
    if (error instanceof EntryMalformed) return null;
    throw error;
  }
}
