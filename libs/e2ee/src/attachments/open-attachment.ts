import { ATTACHMENT_FORMAT, attachmentChunks } from '@enlace/contracts';
import {
  equalBytes,
  parseBase64Url,
  parseId,
  type AttachmentId,
  type ThreadId,
} from '@enlace/kernel';

import { sodium } from '../sodium.js';
import { AttachmentRefused } from './attachment-error.js';
import type { SealedFile } from './attachment-reference.js';
import { FileDigests, sodiumHashing, type FileHashing } from './file-hashes.js';
import { ChunkStream, fileCommitment, fileHead } from './file-keys.js';
import { PartReader, type ByteSink, type ByteSource } from './part-reader.js';

const { chunkBytes, headBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;

export interface FileOpening {
  /** From a signed message of this very thread, which was verified before. */
  readonly reference: SealedFile;
  readonly threadId: ThreadId;
  readonly hashing?: FileHashing;
}

/**
 * Opens a file as it is read: never more than two chunks are held. Each chunk is verified before it goes to the sink,
 * but what the sink has is the file only when this resolves: until then it may be a part of it, or the beginning of
 * something else. Throws `attachment.refused`.
 */
// Attacker-controlled: every byte of the source; and the reference is as honest as the member who signed it.
export async function openAttachment(
  source: ByteSource,
  sink: ByteSink,
  opening: FileOpening,
): Promise<void> {
  const digests = new FileDigests(opening.hashing ?? sodiumHashing);
  const parts = new PartReader(source);
  try {
    await openChunks(parts, sink, { ...opening, digests });
  } finally {
    await parts.close();
  }
  assertHashes(digests, opening.reference);
}

async function openChunks(
  parts: PartReader,
  sink: ByteSink,
  opening: FileOpening & { readonly digests: FileDigests },
): Promise<void> {
  const { digests, reference } = opening;
  const { size, chunks } = reference;
  if (chunks !== attachmentChunks(size)) throw new AttachmentRefused('reference');
  const head = await parts.take(headBytes);
  digests.sealed(head);
  const stream = openStream(head, opening);
  for (let at = 0; at < chunks; at += 1) {
    const sealed = await parts.take(sealedChunkBytes);
    if (sealed.length !== sealedChunkBytes) throw new AttachmentRefused('length');
    const opened = stream.open(sealed);
    if (opened === null) throw new AttachmentRefused('chunk');
    if (opened.isLast !== (at === chunks - 1)) throw new AttachmentRefused('end');
    const bytes = withoutZeros(opened.bytes, size - at * chunkBytes);
    digests.sealed(sealed);
    digests.plain(bytes);
    if (bytes.length > 0) await sink(bytes);
  }
  if ((await parts.take(1)).length > 0) throw new AttachmentRefused('length');
}

/** The commitment is compared before anything is decrypted. */
function openStream(head: Uint8Array, { reference, threadId }: FileOpening): ChunkStream {
  const expected = fileHead(parseId<AttachmentId>(reference.attachmentId));
  const isOurs =
    head.length === headBytes && equalBytes(head.subarray(0, expected.length), expected);
  if (!isOurs) throw new AttachmentRefused('head');
  const fileKey = parseBase64Url(reference.key);
  try {
    const commitment = fileCommitment(fileKey, head, { threadId, ...reference });
    if (!isSame(commitment, reference.commitment)) throw new AttachmentRefused('commitment');
    return new ChunkStream(fileKey, head, threadId);
  } finally {
    sodium.memzero(fileKey);
  }
}

/** What of a chunk is the file; `left` bytes of it have not come before this chunk. */
function withoutZeros(chunk: Uint8Array, left: number): Uint8Array {
  if (chunk.length !== chunkBytes) throw new AttachmentRefused('chunk');
  if (left >= chunkBytes) return chunk;
  if (chunk.subarray(left).some((byte) => byte !== 0)) throw new AttachmentRefused('padding');
  return chunk.subarray(0, left);
}

function assertHashes(digests: FileDigests, reference: SealedFile): void {
  const { sha256, sha512, ciphertextSha256 } = digests.end();
  const isWhole =
    isSame(ciphertextSha256, reference.ciphertextSha256) &&
    isSame(sha256, reference.sha256) &&
    isSame(sha512, reference.sha512);
  if (!isWhole) throw new AttachmentRefused('hash');
}

function isSame(bytes: Uint8Array, text: string): boolean {
  const other = parseBase64Url(text);
  return bytes.length === other.length && sodium.memcmp(bytes, other);
}
