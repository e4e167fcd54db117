import { describe, expect, it } from '@jest/globals';

import { attachmentChunks, attachmentLength, isAttachmentLength } from './attachment-format.js';

describe('the length of a sealed file', () => {
  it.each([
    [0, 1, 65_601],
    [1, 1, 65_601],
    [65_536, 1, 65_601],
    [65_537, 2, 131_154],
    [8 * 1024 ** 3, 131_072, 8_592_162_864],
  ])('of %d bytes is that of %d chunks', (size, chunks, length) => {
    expect(attachmentChunks(size)).toBe(chunks);
    expect(attachmentLength(size)).toBe(length);
    expect(isAttachmentLength(length)).toBe(true);
  });

  it.each([0, 48, 47, 65_600, 65_602, 131_153, 65_601.5, -65_505])('is never %d', (length) => {
    expect(isAttachmentLength(length)).toBe(false);
  });
});
