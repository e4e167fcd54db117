import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { ATTACHMENT_FORMAT, attachmentLength } from '@enlace/contracts';
import {
  concatBytes,
  parseHex,
  parseId,
  systemRandom,
  toBase64Url,
  toHex,
  type AttachmentId,
  type Random,
  type ThreadId,
} from '@enlace/kernel';

import { cryptoReady, sodium } from '../sodium.js';
import type { SealedFile } from './attachment-reference.js';
import { openAttachment } from './open-attachment.js';
import { sealAttachment } from './seal-attachment.js';

beforeAll(cryptoReady);

const { chunkBytes, headBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;
const threadId = parseId<ThreadId>('01900000-0000-7000-8000-000000000001');
const otherThread = parseId<ThreadId>('01900000-0000-7000-8000-000000000002');
const attachmentId = parseId<AttachmentId>('01900000-0000-7000-8000-0000000000a1');
const otherFile = parseId<AttachmentId>('01900000-0000-7000-8000-0000000000a2');
const place = { attachmentId, threadId, random: systemRandom };

/** The file of the frozen vectors: byte i is i modulo 251. */
const fileOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => at % 251);

async function* inParts(bytes: Uint8Array, length = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function seal(bytes: Uint8Array, sealing: Parameters<typeof sealAttachment>[2] = place) {
  const parts: Uint8Array[] = [];
  const reference = await sealAttachment(
    inParts(bytes),
    async (part) => void parts.push(part),
    sealing,
  );
  return { reference, sealed: concatBytes(...parts) };
}

/** What a reader got before it was done, and the rule that ended it. */
async function open(sealed: Uint8Array, reference: SealedFile, thread = threadId) {
  const parts: Uint8Array[] = [];
  const sink = async (part: Uint8Array) => void parts.push(part);
  const rule = await openAttachment(inParts(sealed), sink, { reference, threadId: thread }).then(
    () => 'whole',
    (error: { facts?: { rule?: string } }) => error.facts?.rule ?? error,
  );
  return { rule, bytes: concatBytes(...parts) };
}

const chunk = (at: number, count = 1): [number, number] => [
  headBytes + at * sealedChunkBytes,
  headBytes + (at + count) * sealedChunkBytes,
];

describe('a sealed file', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 300_000])('of %d bytes comes back whole', async (size) => {
    const { reference, sealed } = await seal(fileOf(size));
    expect(sealed).toHaveLength(attachmentLength(size));
    expect(reference).toMatchObject({ attachmentId, size });
    expect(await open(sealed, reference)).toEqual({ rule: 'whole', bytes: fileOf(size) });
  });

  it('has the hashes that any other program finds', async () => {
    const { reference, sealed } = await seal(fileOf(70_000));
    expect(reference).toMatchObject({
      sha256: toBase64Url(sodium.crypto_hash_sha256(fileOf(70_000))),
      sha512: toBase64Url(sodium.crypto_hash_sha512(fileOf(70_000))),
      ciphertextSha256: toBase64Url(sodium.crypto_hash_sha256(sealed)),
    });
  });

  it('is sealed under another key each time', async () => {
    const [one, other] = [await seal(fileOf(10)), await seal(fileOf(10))];
    expect(one.reference.key).not.toBe(other.reference.key);
    expect(toHex(one.sealed)).not.toBe(toHex(other.sealed));
  });

  it('tells its size in steps of 64 KiB alone', async () => {
    const lengths = await Promise.all([1, 40_000, 65_536].map(async (size) => seal(fileOf(size))));
    expect(new Set(lengths.map(({ sealed }) => sealed.length)).size).toBe(1);
  });

  it('is never held: the source is not read ahead of the sink', async () => {
    let read = 0;
    let written = 0;
    let ahead = 0;
    const source = async function* () {
      for (let at = 0; at < 64; at += 1) {
        read += chunkBytes;
        ahead = Math.max(ahead, read - written);
        yield new Uint8Array(chunkBytes);
      }
    };
    const sink = async (part: Uint8Array) => {
      written += part.length;
      await Promise.resolve();
    };
    await sealAttachment(source(), sink, place);
    expect(ahead).toBeLessThanOrEqual(3 * chunkBytes);
  });

  it('lets go of a source whose sink fails, and gives no reference', async () => {
    let isClosed = false;
    const source = async function* () {
      try {
        for (;;) yield new Uint8Array(chunkBytes);
      } finally {
        isClosed = true;
      }
    };
    const sink = async ({ length }: Uint8Array) => {
      if (length > headBytes) throw new Error('the disk is full');
    };
    await expect(sealAttachment(source(), sink, place)).rejects.toThrow('the disk is full');
    expect(isClosed).toBe(true);
  });
});

describe('a file that somebody changed on the way', () => {
  const size = 3 * chunkBytes - 10;
  let file: Awaited<ReturnType<typeof seal>>;
  beforeAll(async () => {
    file = await seal(fileOf(size));
  });

  it('is refused for every changed field of its head, and a byte anywhere in each chunk', async () => {
    const places = [
      ...Array.from({ length: headBytes }, (_, at) => at),
      ...[0, 1, 2].flatMap((at) => [0, 1, 17, 40_000, 65_552].map((byte) => chunk(at)[0] + byte)),
    ];
    for (const at of places) {
      const changed = Uint8Array.from(file.sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const { rule, bytes } = await open(changed, file.reference);
      // The header of the stream is bound by the commitment.
      expect(rule).toBe(at < 24 ? 'head' : at < headBytes ? 'commitment' : 'chunk');
      expect(toHex(bytes)).toBe(toHex(fileOf(size).subarray(0, bytes.length)));
    }
  });

  it.each<[string, (sealed: Uint8Array) => Uint8Array, string]>([
    ['cut in a chunk', (sealed) => sealed.subarray(0, -1), 'length'],
    ['cut between chunks', (sealed) => sealed.subarray(0, chunk(2)[0]), 'length'],
    ['cut to its head', (sealed) => sealed.subarray(0, headBytes), 'length'],
    ['cut in its head', (sealed) => sealed.subarray(0, 40), 'head'],
    ['empty', () => new Uint8Array(), 'head'],
    ['longer by a byte', (sealed) => concatBytes(sealed, Uint8Array.of(0)), 'length'],
    [
      'longer by its last chunk',
      (sealed) => concatBytes(sealed, sealed.subarray(...chunk(2))),
      'length',
    ],
    [
      'with two chunks exchanged',
      (sealed) =>
        concatBytes(
          sealed.subarray(0, headBytes),
          sealed.subarray(...chunk(1)),
          sealed.subarray(...chunk(0)),
          sealed.subarray(...chunk(2)),
        ),
      'chunk',
    ],
    [
      'with a chunk twice',
      (sealed) =>
        concatBytes(
          sealed.subarray(0, headBytes),
          sealed.subarray(...chunk(0)),
          sealed.subarray(...chunk(0)),
          sealed.subarray(...chunk(2)),
        ),
      'chunk',
    ],
    [
      'without a chunk in the middle',
      (sealed) => concatBytes(sealed.subarray(0, chunk(1)[0]), sealed.subarray(...chunk(2))),
      'chunk',
    ],
  ])('is refused when it is %s', async (_, change, expected) => {
    const { rule } = await open(change(file.sealed), file.reference);
    expect(rule).toBe(expected);
  });

  it('does not open in another thread, nor as another file', async () => {
    expect(await open(file.sealed, file.reference, otherThread)).toMatchObject({
      rule: 'commitment',
      bytes: new Uint8Array(),
    });
    const asOther = { ...file.reference, attachmentId: otherFile };
    expect((await open(file.sealed, asOther)).rule).toBe('head');
  });

  it('takes no chunk of another file under the same key', async () => {
    const other = await seal(fileOf(size), { ...place, random: repeating(file.reference.key) });
    expect(other.reference.key).toBe(file.reference.key);
    const planted = concatBytes(
      file.sealed.subarray(0, chunk(1)[0]),
      other.sealed.subarray(...chunk(1)),
      file.sealed.subarray(...chunk(2)),
    );
    expect((await open(planted, file.reference)).rule).toBe('chunk');
  });
});

describe('a reference that a member signed', () => {
  it('is refused when it says another size, key, count or hash than the file has', async () => {
    const { reference, sealed } = await seal(fileOf(70_000));
    const zeros = (length: number) => toBase64Url(new Uint8Array(length));
    const wrong: readonly [Partial<SealedFile>, string][] = [
      [{ size: 69_999 }, 'commitment'],
      [{ size: 200_000 }, 'reference'],
      [{ chunks: 3 }, 'reference'],
      [{ size: 200_000, chunks: 4 }, 'commitment'],
      [{ key: zeros(32) }, 'commitment'],
      [{ commitment: zeros(32) }, 'commitment'],
      [{ commitment: zeros(16) }, 'commitment'],
      [{ sha256: zeros(32) }, 'hash'],
      [{ sha512: zeros(64) }, 'hash'],
      [{ ciphertextSha256: zeros(32) }, 'hash'],
    ];
    for (const [change, rule] of wrong) {
      expect((await open(sealed, { ...reference, ...change })).rule).toBe(rule);
    }
  });
});

interface Frozen {
  readonly threadId: string;
  readonly attachmentId: string;
  readonly randomness: string;
  readonly files: readonly {
    readonly reference: SealedFile;
    readonly head: string;
    /** The first and the last 32 bytes of the chunks. */
    readonly begins: string;
    readonly ends: string;
  }[];
  readonly refused: readonly {
    readonly why: string;
    readonly size: number;
    readonly threadId?: string;
    /** Ranges of the sealed file that make the refused one. */
    readonly ranges: readonly [number, number][];
    readonly more?: string;
    readonly rule: string;
  }[];
}

describe('frozen files', () => {
  const frozen = JSON.parse(
    readFileSync(new URL('../../vectors/attachment.json', import.meta.url), 'utf8'),
  ) as Frozen;
  const sealing = () => ({
    threadId: parseId<ThreadId>(frozen.threadId),
    attachmentId: parseId<AttachmentId>(frozen.attachmentId),
    random: takenFrom(parseHex(frozen.randomness)),
  });

  it('are of the sizes around a chunk', () => {
    const sizes = frozen.files.map(({ reference }) => reference.size);
    expect(sizes).toEqual([0, 1, 65_535, 65_536, 65_537]);
  });

  it.each(frozen.files)('the file of $reference.size bytes is sealed as it was', async (vector) => {
    const { reference, sealed } = await seal(fileOf(vector.reference.size), sealing());
    expect(reference).toEqual(vector.reference);
    expect(toHex(sealed.subarray(0, headBytes))).toBe(vector.head);
    expect(toHex(sealed.subarray(headBytes, headBytes + 32))).toBe(vector.begins);
    expect(toHex(sealed.subarray(-32))).toBe(vector.ends);
    expect((await open(sealed, vector.reference)).rule).toBe('whole');
  });

  it.each(frozen.refused)('is refused: $why', async (vector) => {
    const { reference, sealed } = await seal(fileOf(vector.size), sealing());
    const parts = vector.ranges.map(([from, to]) => sealed.subarray(from, to));
    const changed = concatBytes(...parts, parseHex(vector.more ?? ''));
    const thread = parseId<ThreadId>(vector.threadId ?? frozen.threadId);
    expect((await open(changed, reference, thread)).rule).toBe(vector.rule);
  });
});

/** Gives these bytes one after the other. */
function takenFrom(bytes: Uint8Array): Random {
  let at = 0;
  return {
    bytes(length) {
      at += length;
      return Uint8Array.from(bytes.subarray(at - length, at));
    },
  };
}

/** Draws the file key that another file has, and everything else anew. */
function repeating(key: string): Random {
  const fileKey = sodium.from_base64(key, sodium.base64_variants.URLSAFE_NO_PADDING);
  return {
    bytes: (length) => (length === 32 ? Uint8Array.from(fileKey) : systemRandom.bytes(length)),
  };
}
