import {
  ByteReader,
  concatBytes,
  idBytes,
  u64be,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';

import { EntryMalformed } from './entry-malformed.js';

/** The label of a receipt's signature (Ed25519, by the receipt key). */
export const APPEND_RECEIPT_LABEL = 'enlace/append-receipt/v1';
export const APPEND_RECEIPT_BYTES = 216;
const SIGNED_BYTES = 152;
const VERSION = 1;

/** The server's word that an entry has its place: 216 bytes (protocol.md, section 2.4). */
export interface AppendReceipt {
  readonly threadId: ThreadId;
  readonly seq: number;
  readonly entryId: EntryId;
  readonly entryHash: Uint8Array;
  /** The chain after this entry. */
  readonly chain: Uint8Array;
  readonly acceptedAtMs: number;
  /** Ties the entry to its event in the access log. */
  readonly auditLeafHash: Uint8Array;
}

/** What the receipt key signs. */
export function receiptSignedBytes(receipt: AppendReceipt): Uint8Array<ArrayBuffer> {
  return concatBytes(
    Uint8Array.of(VERSION, 0, 0, 0, 0, 0, 0, 0),
    idBytes(receipt.threadId),
    u64be(receipt.seq),
    idBytes(receipt.entryId),
    receipt.entryHash,
    receipt.chain,
    u64be(receipt.acceptedAtMs),
    receipt.auditLeafHash,
  );
}

/** Throws `entry.malformed`. The signature is checked by whoever has the receipt key. */
// Attacker-controlled: the server's answer.
export function decodeAppendReceipt(bytes: Uint8Array): {
  readonly receipt: AppendReceipt;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
} {
  const reader = new ByteReader(bytes, EntryMalformed);
  if (reader.u8() !== VERSION) throw new EntryMalformed('another version');
  reader.zeros(7);
  const receipt = {
    threadId: reader.id<ThreadId>(),
    seq: reader.u64(),
    entryId: reader.id<EntryId>(),
    entryHash: reader.take(32),
    chain: reader.take(32),
    acceptedAtMs: reader.u64(),
    auditLeafHash: reader.take(32),
  };
  const signature = reader.take(64);
  reader.end();
  return { receipt, signed: bytes.subarray(0, SIGNED_BYTES), signature };
}
