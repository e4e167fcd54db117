import { THREAD_LIMITS } from '@enlace/contracts';
import { concatBytes } from '@enlace/kernel';

import { EnvelopeNotOpened, EnvelopeTooLarge } from './envelope-error.js';

const SMALLEST_BUCKET = 256;
const END = 0x80;

/**
 * The content, a byte 0x80, and zeros up to the next power of two from 256 to 32,768 bytes: the server learns a size
 * class and not a size. Throws `entry.too-large` above 32,767 bytes.
 */
export function pad(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content;
  if (length > THREAD_LIMITS.sealedPlaintext) {
    throw new EnvelopeTooLarge(THREAD_LIMITS.sealedPlaintext);
  }
  let bucket = SMALLEST_BUCKET;
  while (bucket <= length) bucket *= 2;
  return concatBytes(content, Uint8Array.of(END), new Uint8Array(bucket - length - 1));
}

/** Throws `entry.key-mismatch` for a padding that `pad` does not make: a content has one padded form. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (end < 0 || padded[end] !== END) throw new EnvelopeNotOpened('padding');
  const isBucket = Number.isInteger(Math.log2(padded.length));
  const isSmallest = padded.length === SMALLEST_BUCKET || end >= padded.length / 2;
  if (!isBucket || padded.length < SMALLEST_BUCKET || !isSmallest) {
    throw new EnvelopeNotOpened('padding');
  }
  return padded.subarray(0, end);
}
