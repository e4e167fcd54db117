import { beforeAll, expect, it } from '@jest/globals';

import { ATTACHMENT_FORMAT } from '@enlace/contracts';
import {
  concatBytes,
  idBytes,
  parseId,
  systemRandom,
  toBase64Url,
  u64be,
  type AttachmentId,
  type ThreadId,
} from '@enlace/kernel';

import { cryptoReady, keyedHash, label, sodium } from '../sodium.js';
import type { SealedFile } from './attachment-reference.js';
import { ChunkStream, fileCommitment, fileHead } from './file-keys.js';
import { openAttachment } from './open-attachment.js';

beforeAll(cryptoReady);

const { chunkBytes } = ATTACHMENT_FORMAT;
const threadId = parseId<ThreadId>('01900000-0000-7000-8000-000000000001');
const attachmentId = parseId<AttachmentId>('01900000-0000-7000-8000-0000000000a1');
const PRIME = 2n ** 130n - 5n;

/** Little-endian number of a block of at most 16 bytes, with the bit that Poly1305 sets above it. */
function numberOf(block: Uint8Array): bigint {
  return block.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + 2n ** 128n;
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

/** What one key makes of the first chunk: its keystream in front, and the one-time key of its Poly1305. */
function inside(fileKey: Uint8Array, head: Uint8Array) {
  const header = head.subarray(24);
  const key = keyedHash(fileKey, label('enlace/attachment-stream/v1'));
  const subkey = sodium.crypto_core_hchacha20(header.subarray(0, 16), key, null);
  const nonce = concatBytes(Uint8Array.of(1, 0, 0, 0), header.subarray(16));
  const stream = (length: number, block: number): Uint8Array =>
    sodium.crypto_stream_chacha20_ietf_xor_ic(new Uint8Array(length), nonce, block, subkey);
  const oneTime = stream(64, 0);
  const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  return {
    tagBlock: stream(64, 1),
    r: (numberOf(oneTime.subarray(0, 16)) - 2n ** 128n) & clamp,
    s: numberOf(oneTime.subarray(16, 32)) - 2n ** 128n,
  };
}

/**
 * One sealed chunk that the stream takes for authentic under two keys, the last one under both: one block of it solves
 * the equation of both tags (Grubbs, Lu and Ristenpart: Message Franking via Committing Authenticated Encryption; Dodis
 * et al.: Fast Message Franking, 2018).
 */
function forTwoKeys(keys: readonly [Uint8Array, Uint8Array], head: Uint8Array): Uint8Array | null {
  const [one, other] = [inside(keys[0], head), inside(keys[1], head)];
  if (one.tagBlock[0] !== other.tagBlock[0]) return null;
  const tagByte = (one.tagBlock[0] ?? 0) ^ sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  const bound = concatBytes(head, idBytes(threadId), u64be(0));
  const padding = new Uint8Array((16 - (bound.length % 16)) % 16);
  const lengths = new DataView(new ArrayBuffer(16));
  lengths.setBigUint64(0, BigInt(bound.length), true);
  lengths.setBigUint64(8, BigInt(64 + chunkBytes), true);
  const cipher = systemRandom.bytes(chunkBytes);
  cipher.fill(0, 0, 16);
  const authenticated = ({ tagBlock }: typeof one): Uint8Array =>
    concatBytes(
      bound,
      padding,
      Uint8Array.of(tagByte),
      tagBlock.subarray(1),
      cipher,
      new Uint8Array(lengths.buffer),
    );
  const sumOf = (side: typeof one): bigint => {
    const bytes = authenticated(side);
    let sum = 0n;
    for (let at = 0; at < bytes.length; at += 16) {
      sum = mod((sum + numberOf(bytes.subarray(at, at + 16))) * side.r);
    }
    return sum;
  };
  // The free block stands this many multiplications before the end.
  const weight = BigInt(chunkBytes / 16 + 1);
  const [sumOne, sumOther] = [sumOf(one), sumOf(other)];
  const factor = mod(power(one.r, weight) - power(other.r, weight));
  const target = mod(sumOther + other.s - sumOne - one.s);
  const block = mod(target * power(factor, PRIME - 2n));
  if (block >= 2n ** 128n) return null;
  cipher.set(bytesOf(block), 0);
  const tag = (sumOf(one) + one.s) % 2n ** 128n;
  const sameTag = (sumOf(other) + other.s) % 2n ** 128n;
  return tag === sameTag ? concatBytes(Uint8Array.of(tagByte), cipher, bytesOf(tag)) : null;
}

it('a chunk that opens under two keys is refused under the second, by the commitment', async () => {
  const fileKey = systemRandom.bytes(32);
  const head = concatBytes(fileHead(attachmentId), systemRandom.bytes(24));
  let second: Uint8Array = fileKey;
  let chunk: Uint8Array | null = null;
  // One second key in 256 gives the same encrypted tag, and one in four of those a block of 128 bits.
  for (let tries = 0; chunk === null && tries < 50_000; tries += 1) {
    second = systemRandom.bytes(32);
    chunk = forTwoKeys([fileKey, second], head);
  }
  if (chunk === null) throw new Error('no such chunk was found');

  const first = new ChunkStream(fileKey, head, threadId).open(chunk);
  const other = new ChunkStream(second, head, threadId).open(chunk);
  expect(first?.isLast).toBe(true);
  expect(other?.isLast).toBe(true);
  expect(first?.bytes).not.toEqual(other?.bytes);

  const sealed = concatBytes(head, chunk);
  const hash = (bytes: Uint8Array): string => toBase64Url(sodium.crypto_hash_sha256(bytes));
  const measures = { threadId, size: chunkBytes, chunks: 1 };
  const reference: SealedFile = {
    attachmentId,
    size: chunkBytes,
    chunks: 1,
    key: toBase64Url(fileKey),
    commitment: toBase64Url(fileCommitment(fileKey, head, measures)),
    sha256: hash(first?.bytes ?? new Uint8Array()),
    sha512: toBase64Url(sodium.crypto_hash_sha512(first?.bytes ?? new Uint8Array())),
    ciphertextSha256: hash(sealed),
  };
  const open = async (shown: SealedFile): Promise<number> => {
    let bytes = 0;
    const source = async function* () {
      yield sealed;
    };
    const sink = async (part: Uint8Array) => void (bytes += part.length);
    await openAttachment(source(), sink, { reference: shown, threadId });
    return bytes;
  };
  await expect(open(reference)).resolves.toBe(chunkBytes);
  await expect(open({ ...reference, key: toBase64Url(second) })).rejects.toMatchObject({
    code: 'attachment.refused',
    facts: { rule: 'commitment' },
  });
});
