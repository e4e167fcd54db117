import { ATTACHMENT_FORMAT, attachmentChunks } from '@enlace/contracts';
import { concatBytes, toBase64Url, type Random } from '@enlace/kernel';

import { sodium } from '../sodium.js';
import type { SealedFile } from './attachment-reference.js';
import { FileDigests, sodiumHashing, type FileHashing } from './file-hashes.js';
import {
  ChunkStream,
  FILE_KEY_BYTES,
  fileCommitment,
  fileHead,
  STREAM_HEADER_BYTES,
  type FilePlace,
} from './file-keys.js';
import { PartReader, type ByteSink, type ByteSource } from './part-reader.js';

const { chunkBytes } = ATTACHMENT_FORMAT;

export interface FileSealing extends FilePlace {
  readonly random: Random;
  readonly hashing?: FileHashing;
}

/**
 * Seals a file as it is read: never more than two chunks are held. What went to the sink is whole when this resolves,
 * with the part of the signed reference that it gives. The key is new each time; a sealing that was cut off cannot go
 * on and begins again with another id.
 */
export async function sealAttachment(
  source: ByteSource,
  sink: ByteSink,
  { attachmentId, threadId, random, hashing = sodiumHashing }: FileSealing,
): Promise<SealedFile> {
  const fileKey = random.bytes(FILE_KEY_BYTES);
  const head = concatBytes(fileHead(attachmentId), random.bytes(STREAM_HEADER_BYTES));
  const stream = new ChunkStream(fileKey, head, threadId);
  const digests = new FileDigests(hashing);
  const parts = new PartReader(source);
  const give = async (sealed: Uint8Array): Promise<void> => {
    digests.sealed(sealed);
    await sink(sealed);
  };
  let size = 0;
  try {
    await give(head);
    let chunk = await parts.take(chunkBytes);
    for (let isLast = false; !isLast;) {
      const next = await parts.take(chunkBytes);
      isLast = next.length === 0;
      digests.plain(chunk);
      size += chunk.length;
      await give(stream.seal(toFullChunk(chunk), isLast));
      chunk = next;
    }
  } finally {
    await parts.close();
  }
  const chunks = attachmentChunks(size);
  const commitment = fileCommitment(fileKey, head, { threadId, size, chunks });
  const { sha256, sha512, ciphertextSha256 } = digests.end();
  const key = toBase64Url(fileKey);
  sodium.memzero(fileKey);
  return {
    attachmentId,
    size,
    chunks,
    key,
    commitment: toBase64Url(commitment),
    sha256: toBase64Url(sha256),
    sha512: toBase64Url(sha512),
    ciphertextSha256: toBase64Url(ciphertextSha256),
  };
}

/** With zeros up to the size of a chunk: sizes show in steps of 64 KiB. */
function toFullChunk(chunk: Uint8Array): Uint8Array {
  if (chunk.length === chunkBytes) return chunk;
  return concatBytes(chunk, new Uint8Array(chunkBytes - chunk.length));
}
