import { describe, expect, it } from '@jest/globals';
import { THREAD_LIMITS } from '@enlace/contracts';
import { concatBytes } from '@enlace/kernel';

import { EnvelopeNotOpened, EnvelopeTooLarge } from './envelope-error.js';
import { pad, unpad } from './padding.js';

const BUCKETS = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768];

describe('padding', () => {
  it.each(BUCKETS)('fills %i bytes from one more than the bucket below has room for', (bucket) => {
    const least = bucket === 256 ? 0 : bucket / 2;
    for (const length of [least, bucket - 1]) {
      const content = new Uint8Array(length).fill(0);
      const padded = pad(content);
      expect(padded).toHaveLength(bucket);
      expect([...unpad(padded)]).toEqual([...content]);
    }
  });

  it('keeps a content that looks like padding', () => {
    for (const content of [Uint8Array.of(0x80), Uint8Array.of(0x80, 0, 0), new Uint8Array(10)]) {
      expect([...unpad(pad(content))]).toEqual([...content]);
    }
  });

  it('refuses more than one entry holds, and says the limit', () => {
    const { sealedPlaintext } = THREAD_LIMITS;
    expect(pad(new Uint8Array(sealedPlaintext))).toHaveLength(32_768);
    expect(() => pad(new Uint8Array(sealedPlaintext + 1))).toThrow(EnvelopeTooLarge);
    expect(new EnvelopeTooLarge(sealedPlaintext).facts).toEqual({ limit: sealedPlaintext });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['zeros alone', new Uint8Array(256)],
    ['another end', new Uint8Array(256).fill(1)],
    ['no bucket', concatBytes(pad(new Uint8Array(3)), new Uint8Array(1))],
    ['a bucket below the smallest', Uint8Array.of(0x80, ...new Uint8Array(127))],
    ['a larger bucket than needed', concatBytes(pad(new Uint8Array(3)), new Uint8Array(256))],
  ])('is refused for %s', (_, padded) => {
    expect(() => unpad(padded)).toThrow(EnvelopeNotOpened);
  });
});
