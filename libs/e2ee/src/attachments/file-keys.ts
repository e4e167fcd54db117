import { ATTACHMENT_FORMAT } from '@enlace/contracts';
import {
  concatBytes,
  idBytes,
  u64be,
  utf8,
  type AttachmentId,
  type ThreadId,
} from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';

const VERSION = 1;
const SUITE = 1;
export const FILE_KEY_BYTES = 32;
export const STREAM_HEADER_BYTES = 24;

/** Which file, in which thread. */
export interface FilePlace {
  readonly attachmentId: AttachmentId;
  readonly threadId: ThreadId;
}

/** What stands in front of the header of the stream: format, size of a chunk, and whose file it is. */
export function fileHead(attachmentId: AttachmentId): Uint8Array {
  const chunkBits = Math.log2(ATTACHMENT_FORMAT.chunkBytes);
  const form = Uint8Array.of(VERSION, SUITE, chunkBits, 0);
  return concatBytes(utf8('ENLA'), form, idBytes(attachmentId));
}

/** Encrypts or decrypts the chunks of one file, in their order. */
export class ChunkStream {
  readonly #state: ReturnType<typeof sodium.crypto_secretstream_xchacha20poly1305_init_pull>;
  /** `A || threadId || u64 i`. */
  readonly #bound: Uint8Array<ArrayBuffer>;
  readonly #index: DataView;
  #at = 0;

  constructor(fileKey: Uint8Array, head: Uint8Array, threadId: ThreadId) {
    const key = keyedHash(fileKey, label('enlace/attachment-stream/v1'));
    const header = head.subarray(head.length - STREAM_HEADER_BYTES);
    // Both directions begin in the same state; this call takes the header where the other one would draw it.
    this.#state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
    sodium.memzero(key);
    this.#bound = concatBytes(head, idBytes(threadId), u64be(0));
    this.#index = new DataView(this.#bound.buffer, this.#bound.length - 8);
  }

  seal(chunk: Uint8Array, isLast: boolean): Uint8Array {
    const tag = tagOf(isLast);
    return sodium.crypto_secretstream_xchacha20poly1305_push(
      this.#state,
      chunk,
      this.#nextBound(),
      tag,
    );
  }

  /** `null` for a chunk that does not open here; else its bytes, and whether it says to be the last. */
  open(sealed: Uint8Array): { readonly bytes: Uint8Array; readonly isLast: boolean } | null {
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(
      this.#state,
      sealed,
      this.#nextBound(),
    );
    if (opened === false) return null;
    const { message: bytes, tag } = opened;
    const isLast = tag === tagOf(true);
    return isLast || tag === tagOf(false) ? { bytes, isLast } : null;
  }

  #nextBound(): Uint8Array {
    this.#index.setBigUint64(0, BigInt(this.#at));
    this.#at += 1;
    return this.#bound;
  }
}

function tagOf(isLast: boolean): number {
  return isLast
    ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
    : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

/**
 * Over the key, the file, the thread and its size: the stream alone opens under several keys at once, when somebody
 * takes the trouble, and then shows each reader something else.
 */
export function fileCommitment(
  fileKey: Uint8Array,
  head: Uint8Array,
  measures: { readonly threadId: ThreadId; readonly size: number; readonly chunks: number },
): Uint8Array {
  return keyedHash(
    fileKey,
    label('enlace/attachment-commit/v1'),
    head,
    idBytes(measures.threadId),
    u64be(measures.size),
    u64be(measures.chunks),
  );
}
