import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEntry, encodeEntry, ENTRY_KINDS, isSealedKind, type Entry } from '@enlace/contracts';
import { parseHex, parseId, sha256, systemRandom, toHex, utf8 } from '@enlace/kernel';
import { isEntrySignedBy } from '@enlace/trust';

import { cryptoReady, sodium } from '../sodium.js';
import { openEntry, sealEntry, type EntryPlace } from './envelope.js';
import { EnvelopeNotOpened } from './envelope-error.js';
import { deriveMessageKey, epochKeyId } from './epoch-keys.js';

interface Vectors {
  readonly epochKey: string;
  readonly signSeed: string;
  readonly nonce: string;
  readonly content: string;
  readonly epochKeyId: string;
  readonly entries: readonly {
    readonly kind: string;
    readonly aeadKey: string;
    readonly bytes: string;
  }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/envelope.json', import.meta.url), 'utf8'),
);

const epochKey = parseHex(vectors.epochKey);
const content = utf8(vectors.content);
const place: EntryPlace = {
  kind: 'message',
  handling: 1,
  incarnation: 0,
  epoch: 5,
  threadId: parseId('01900000-0000-7000-8000-000000000001'),
  deviceId: parseId('01900000-0000-7000-8000-000000000002'),
  entryId: parseId('01900000-0000-7000-8000-000000000003'),
  deviceSeq: 2,
  seenSeq: 9,
  seenChain: new Uint8Array(32).fill(8),
  prevHash: new Uint8Array(32).fill(9),
};
let signKeys: { publicKey: Uint8Array; privateKey: Uint8Array };
beforeAll(async () => {
  await cryptoReady();
  signKeys = sodium.crypto_sign_seed_keypair(parseHex(vectors.signSeed));
});

const seal = (change: Partial<EntryPlace> = {}, random = systemRandom): Entry =>
  sealEntry(content, { ...place, ...change }, { epochKey, signKey: signKeys.privateKey, random });
const isSigned = (entry: Entry): boolean =>
  isEntrySignedBy(entry, sha256(entry.body), signKeys.publicKey);

describe('a sealed entry', () => {
  it('opens for who has the epoch key, and was signed by its device', () => {
    const entry = decodeEntry(encodeEntry(seal()));
    expect(isSigned(entry)).toBe(true);
    expect(openEntry(entry, epochKey)).toEqual(content);
    expect(entry.header.epochKeyId).toEqual(epochKeyId(epochKey, place));
  });

  it('costs 304 bytes beside its padding', () => {
    expect(encodeEntry(seal()).length - 256).toBe(304);
  });

  it('is frozen: keys, bytes', () => {
    expect(toHex(epochKeyId(epochKey, place))).toBe(vectors.epochKeyId);
    expect(vectors.entries.map(({ kind }) => kind)).toEqual(
      Object.keys(ENTRY_KINDS).filter((kind) => isSealedKind(kind as keyof typeof ENTRY_KINDS)),
    );
    for (const { kind, aeadKey, bytes } of vectors.entries) {
      const random = { bytes: () => parseHex(vectors.nonce) };
      const entry = seal({ kind: kind as EntryPlace['kind'] }, random);
      expect(toHex(encodeEntry(entry))).toBe(bytes);
      const keys = deriveMessageKey(epochKey, entry.header, entry.headerBytes);
      expect(toHex(keys.aeadKey)).toBe(aeadKey);
      expect(openEntry(decodeEntry(parseHex(bytes)), epochKey)).toEqual(content);
    }
  });

  it('is refused with any single bit changed: no signature, no opening', () => {
    const bytes = encodeEntry(seal());
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect({ bit, signed: isSignedIfWhole(changed) }).toEqual({ bit, signed: false });
    }
  });

  it('does not open with the header, commitment or body of another one, whoever signs', () => {
    const a = seal();
    const b = seal({ entryId: parseId('01900000-0000-7000-8000-000000000004') });
    const mixtures: readonly Entry[] = [
      { ...a, body: b.body },
      { ...a, commitment: b.commitment },
      { ...a, header: b.header, headerBytes: b.headerBytes },
    ];
    for (const mixture of mixtures) {
      expect(() => openEntry(mixture, epochKey)).toThrow(EnvelopeNotOpened);
    }
  });

  it('does not open under another key, and fails at the commitment before anything is decrypted', () => {
    const other = systemRandom.bytes(32);
    expect(() => openEntry(seal(), other)).toThrow('commitment');
  });

  // Poly1305 alone does not commit to its key: a body can be made that opens under two. The commitment is what refuses.
  it('whose commitment is that of another key does not open under its own', () => {
    const entry = seal();
    const other = systemRandom.bytes(32);
    const { commitment } = deriveMessageKey(other, entry.header, entry.headerBytes);
    expect(() => openEntry({ ...entry, commitment }, epochKey)).toThrow('commitment');
    expect(() => openEntry({ ...entry, commitment }, other)).toThrow('cipher');
  });

  it('has a key of its own for each author, kind, id, sequence and nonce', () => {
    const { header, headerBytes } = seal();
    const headers = [
      header,
      { ...header, kind: 'receipt' as const },
      {
        ...header,
        deviceId: parseId<typeof header.deviceId>('01900000-0000-7000-8000-000000000009'),
      },
      {
        ...header,
        entryId: parseId<typeof header.entryId>('01900000-0000-7000-8000-000000000009'),
      },
      { ...header, deviceSeq: 3 },
      { ...header, nonce: systemRandom.bytes(24) },
    ];
    const keys = headers.map((each) =>
      toHex(deriveMessageKey(epochKey, each, headerBytes).aeadKey),
    );
    expect(new Set(keys).size).toBe(headers.length);
  });
});

describe('the name of an epoch key', () => {
  it('is another for another thread, incarnation, epoch or key', () => {
    const names = [
      epochKeyId(epochKey, place),
      epochKeyId(epochKey, { ...place, threadId: parseId('01900000-0000-7000-8000-000000000009') }),
      epochKeyId(epochKey, { ...place, incarnation: 1 }),
      epochKeyId(epochKey, { ...place, epoch: 6 }),
      epochKeyId(systemRandom.bytes(32), place),
    ].map(toHex);
    expect(new Set(names).size).toBe(names.length);
  });
});

function isSignedIfWhole(bytes: Uint8Array): boolean {
  try {
    return isSigned(decodeEntry(bytes));
  } catch {
    return false;
  }
}
