import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, parseId, toHex, u64be, utf8, type EventId } from '@enlace/kernel';
import {
  aNoteSigner,
  flipBit,
  flipBits,
  NaiveTree,
  nodeTlogCrypto as crypto,
  refusalOf,
} from '@enlace/testing';

import {
  CommitmentMismatch,
  HashLength,
  IndexOutOfRange,
  LeafMalformed,
  ReceiptMalformed,
  ReceiptSignature,
  SizeOutOfRange,
  VkeyMalformed,
} from '../tlog-error.js';
import { hashLeaf } from '../tree/hash.js';
import {
  decodeDirectoryLeaf,
  DIRECTORY_LEAF_BYTES,
  digestWire,
  encodeDirectoryLeaf,
} from './directory-leaf.js';
import { decodeLeaf, encodeLeaf, LEAF_BYTES, type AuditLeaf } from './leaf.js';
import { manifestHead } from './manifest.js';
import { issueReceipt, RECEIPT_BYTES, verifyReceipt } from './receipt.js';
import {
  commitSections,
  digestSection,
  SECTION_LIMIT_BYTES,
  SECTION_NAMES,
  verifyEvent,
  type SaltedSection,
  type SectionDigests,
  type SectionName,
} from './sections.js';

const eventId = parseId<EventId>('019a0b1c-2d3e-7f40-8a1b-2c3d4e5f6071');
const sections = Object.fromEntries(
  SECTION_NAMES.map((name, at) => [
    name,
    { salt: new Uint8Array(32).fill(at + 1), bytes: utf8(`{"section":"${name}"}`) },
  ]),
) as Record<SectionName, SaltedSection>;
const digests = Object.fromEntries(
  SECTION_NAMES.map((name) => [name, digestSection(crypto, name, sections[name])]),
) as SectionDigests;
const content: AuditLeaf = {
  kind: 'act',
  occurredAtMs: 1_790_000_000_123,
  eventId,
  commitment: commitSections(crypto, digests),
};
const leaf = encodeLeaf(content);

describe('a leaf of the audit log', () => {
  it('has 58 bytes and comes back for every kind and time', () => {
    expect(leaf).toHaveLength(LEAF_BYTES);
    const kind = fc.constantFrom('act', 'manifest', 'life');
    fc.assert(
      fc.property(kind, fc.maxSafeNat(), (some, occurredAtMs) => {
        const written = { ...content, kind: some, occurredAtMs } as AuditLeaf;
        expect(decodeLeaf(encodeLeaf(written))).toEqual(written);
      }),
    );
  });

  it.each([
    ['no byte', new Uint8Array()],
    ['a byte less', leaf.subarray(1)],
    ['a byte more', concatBytes(leaf, Uint8Array.of(0))],
    ['version 2', leaf.with(0, 2)],
    ['kind 0', leaf.with(1, 0)],
    ['kind 4', leaf.with(1, 4)],
    ['a time from 2^53', leaf.with(3, 0x20)],
    ['an id of version 4', leaf.with(16, 0x4f)],
    ['an id of another variant', leaf.with(18, 0xca)],
  ])('never has %s', (_, bytes) => {
    expect(() => decodeLeaf(bytes)).toThrow(LeafMalformed);
  });

  it('is not made of an impossible time, id or commitment', () => {
    for (const occurredAtMs of [-1, 1.5, 2 ** 53]) {
      expect(() => encodeLeaf({ ...content, occurredAtMs })).toThrow(LeafMalformed);
    }
    const commitment = new Uint8Array(31);
    expect(() => encodeLeaf({ ...content, commitment })).toThrow(LeafMalformed);
    const version4 = parseId<EventId>('019a0b1c-2d3e-4f40-8a1b-2c3d4e5f6071');
    expect(() => encodeLeaf({ ...content, eventId: version4 })).toThrow(LeafMalformed);
  });
});

describe('an event', () => {
  it('verifies with all its sections, with some, and with none', () => {
    for (const shown of [[], ['what'], ['where', 'attest'], SECTION_NAMES] as SectionName[][]) {
      const given = Object.fromEntries(shown.map((name) => [name, sections[name]]));
      const verified = verifyEvent(crypto, { leaf, digests, sections: given });
      expect(verified.leaf).toEqual(content);
      expect(Object.keys(verified.sections)).toEqual([...shown]);
    }
  });

  it('is refused at every changed bit of commitment, digest, salt and section', () => {
    const refusals = [
      ...Array.from({ length: 32 * 8 }, (_, bit) => ({ leaf: flipBit(leaf, 26 * 8 + bit) })),
      ...SECTION_NAMES.flatMap((name) => [
        ...flipBits(digests[name]).map((digest) => ({ digests: { ...digests, [name]: digest } })),
        ...(['salt', 'bytes'] as const).flatMap((part) =>
          flipBits(sections[name][part]).map((changed) => ({
            sections: { ...sections, [name]: { ...sections[name], [part]: changed } },
          })),
        ),
      ]),
    ].map((change) => refusalOf(() => verifyEvent(crypto, { leaf, digests, sections, ...change })));
    expect(new Set(refusals)).toEqual(new Set(['tlog.commitment-mismatch']));
  });

  it('does not show one section in the place of another', () => {
    const swapped = { ...sections, who: sections.where, where: sections.who };
    expect(() => verifyEvent(crypto, { leaf, digests, sections: swapped })).toThrow(
      CommitmentMismatch,
    );
    const both = { ...digests, who: digests.where, where: digests.who };
    expect(() => verifyEvent(crypto, { leaf, digests: both, sections: swapped })).toThrow(
      CommitmentMismatch,
    );
  });

  it('has salts of 32 bytes, digests of 32 and sections of at most 4,096', () => {
    const digest = (section: SaltedSection) => () => digestSection(crypto, 'what', section);
    const { salt } = sections.what;
    expect(digest({ salt, bytes: new Uint8Array(SECTION_LIMIT_BYTES) })).not.toThrow();
    expect(digest({ salt, bytes: new Uint8Array(SECTION_LIMIT_BYTES + 1) })).toThrow(
      CommitmentMismatch,
    );
    expect(digest({ salt: salt.subarray(1), bytes: salt })).toThrow(CommitmentMismatch);
    expect(() => commitSections(crypto, { ...digests, why: salt.subarray(1) })).toThrow(HashLength);
  });
});

describe('a leaf of the directory log', () => {
  const wireDigest = digestWire(crypto, utf8('statement'));
  const written = { kind: 7, acceptedAtMs: 1_790_000_000_123, wireDigest };
  const bytes = encodeDirectoryLeaf(written);

  it('has 42 bytes and comes back', () => {
    expect(bytes).toHaveLength(DIRECTORY_LEAF_BYTES);
    expect(decodeDirectoryLeaf(bytes)).toEqual(written);
    expect(toHex(wireDigest)).toBe(
      toHex(crypto.sha256(utf8('enlace/directory/entry/v1\0statement'))),
    );
  });

  it('has version 1, a kind, and a time below 2^53', () => {
    for (const broken of [
      bytes.subarray(1),
      bytes.with(0, 2),
      bytes.with(1, 0),
      bytes.with(3, 0x20),
    ]) {
      expect(() => decodeDirectoryLeaf(broken)).toThrow(LeafMalformed);
    }
    for (const kind of [0, 256, 1.5]) {
      expect(() => encodeDirectoryLeaf({ ...written, kind })).toThrow(LeafMalformed);
    }
    expect(() => encodeDirectoryLeaf({ ...written, acceptedAtMs: -1 })).toThrow(LeafMalformed);
    expect(() => encodeDirectoryLeaf({ ...written, wireDigest: new Uint8Array() })).toThrow(
      LeafMalformed,
    );
  });
});

describe('a receipt', () => {
  const signer = aNoteSigner('receipts.enlace.example');
  const dueByMs = 1_790_000_060_123;
  const receipt = issueReceipt(signer, { leaf, dueByMs });

  it('has 130 bytes and verifies for its key alone', () => {
    expect(receipt).toHaveLength(RECEIPT_BYTES);
    const verified = verifyReceipt(crypto, receipt, signer.key);
    expect(verified).toEqual({ leaf: content, leafBytes: leaf, dueByMs });
    const other = aNoteSigner('receipts.enlace.example', { seedByte: 2 });
    expect(() => verifyReceipt(crypto, receipt, other.key)).toThrow(ReceiptSignature);
  });

  it('is refused at every changed bit', () => {
    const refusals = flipBits(receipt).map((changed) =>
      refusalOf(() => verifyReceipt(crypto, changed, signer.key)),
    );
    expect(new Set(refusals)).toEqual(
      new Set(['tlog.receipt-signature', 'tlog.leaf-malformed', 'tlog.receipt-malformed']),
    );
  });

  it('is refused at another length, and with a witness key', () => {
    expect(() => verifyReceipt(crypto, receipt.subarray(1), signer.key)).toThrow(ReceiptMalformed);
    const longer = concatBytes(receipt, Uint8Array.of(0));
    expect(() => verifyReceipt(crypto, longer, signer.key)).toThrow(ReceiptMalformed);
    const witness = aNoteSigner('w', { type: 'cosignature' });
    expect(() => verifyReceipt(crypto, receipt, witness.key)).toThrow(VkeyMalformed);
    expect(() => issueReceipt(signer, { leaf: leaf.subarray(1), dueByMs })).toThrow(LeafMalformed);
  });
});

describe("a State's manifest", () => {
  const rows = [2, 3, 7, 9_007_199_254_740_990].map((index) => ({
    index,
    leafHash: hashLeaf(crypto, u64be(index)),
  }));

  it('is the tree over index and leaf hash of its rows', () => {
    const data = rows.map(({ index, leafHash }) => concatBytes(u64be(index), leafHash));
    expect(manifestHead(crypto, rows)).toEqual({ size: 4, root: new NaiveTree(data).root() });
    expect(manifestHead(crypto, [])).toEqual({ size: 0, root: new NaiveTree([]).root() });
  });

  it('has ascending rows of an index and a hash', () => {
    expect(() => manifestHead(crypto, rows.toReversed())).toThrow(IndexOutOfRange);
    expect(() => manifestHead(crypto, [...rows.slice(0, 1), ...rows])).toThrow(IndexOutOfRange);
    expect(() => manifestHead(crypto, [{ index: -1, leafHash: leaf }])).toThrow(SizeOutOfRange);
    expect(() => manifestHead(crypto, [{ index: 1, leafHash: leaf }])).toThrow(HashLength);
  });
});
