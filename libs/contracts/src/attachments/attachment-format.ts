/** The sealed file, as far as its length goes (protocol.md, section 7): all that the server knows of it. In bytes. */
export const ATTACHMENT_FORMAT = {
  /** In front of the chunks. */
  headBytes: 48,
  /** Plaintext of every chunk; after the real end come zeros. */
  chunkBytes: 65_536,
  /** A chunk as it is sealed: 17 bytes of the stream more. */
  sealedChunkBytes: 65_536 + 17,
} as const;

const { headBytes, chunkBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;

/** How many chunks a file of `size` bytes has: one at least. */
export function attachmentChunks(size: number): number {
  return Math.max(1, Math.ceil(size / chunkBytes));
}

/** How long a file of `size` bytes is when it is sealed: it tells 64 KiB steps and not the size. */
export function attachmentLength(size: number): number {
  return headBytes + attachmentChunks(size) * sealedChunkBytes;
}

/** Whether a sealed file can be this long. */
export function isAttachmentLength(length: number): boolean {
  return length > headBytes && (length - headBytes) % sealedChunkBytes === 0;
}
