import { concatBytes, sha256, utf8 } from '@enlace/kernel';

import {
  decodeEntryHeader,
  encodeEntryHeader,
  ENTRY_HEADER_BYTES,
  type EntryHeader,
} from './entry-header.js';
import { isSealedKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { THREAD_LIMITS } from './thread-limits.js';

const COMMITMENT_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HASH_BYTES = 32;
/** The least that can be padded is 256 bytes, and the tag has 16. */
const SEALED_BODY_MINIMUM = 256 + 16;

/** The label of an entry's signature (Ed25519, by the device's signing key). */
export const ENTRY_LABEL = 'enlace/entry/v1';

/** One item of a thread's log: `header || commitment || body || signature`. */
export interface Entry {
  readonly header: EntryHeader;
  /** The bytes of the header, as they were signed. */
  readonly headerBytes: Uint8Array;
  /** 32 bytes; zero for a clear kind. */
  readonly commitment: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/** An entry whose body was erased: everything else stays verifiable. */
export type ErasedEntry = Omit<Entry, 'body'> & { readonly bodyHash: Uint8Array };

/** What the hash of an entry is made of, whatever its header says. */
type EntryParts = Omit<Entry, 'header'> | Omit<ErasedEntry, 'header'>;

/** Bytes of an entry, which its device signs with `entrySignedBytes`. */
export function encodeEntry({ headerBytes, commitment, body, signature }: Entry): Uint8Array {
  const bytes = concatBytes(headerBytes, commitment, body, signature);
  decodeEntry(bytes);
  return bytes;
}

/** Throws `entry.malformed`. */
// Attacker-controlled: every byte. Its signature, its place and its author's rights are checked by whoever reads it.
export function decodeEntry(bytes: Uint8Array): Entry {
  const headerBytes = bytes.subarray(0, ENTRY_HEADER_BYTES);
  const header = decodeEntryHeader(headerBytes);
  const bodyAt = ENTRY_HEADER_BYTES + COMMITMENT_BYTES;
  const signatureAt = bodyAt + header.bodyLength;
  if (bytes.length !== signatureAt + SIGNATURE_BYTES) throw new EntryMalformed('a wrong length');
  const commitment = bytes.subarray(ENTRY_HEADER_BYTES, bodyAt);
  assertCommitment(header, commitment);
  assertSize(header, bytes.length);
  return {
    header,
    headerBytes,
    commitment,
    body: bytes.subarray(bodyAt, signatureAt),
    signature: bytes.subarray(signatureAt),
  };
}

/**
 * What is kept of an erased entry, in its one layout: header, commitment, SHA-256 of the body, signature. Throws
 * `entry.malformed`.
 */
export function readErasedForm(bytes: Uint8Array): ErasedEntry {
  const hashAt = ENTRY_HEADER_BYTES + COMMITMENT_BYTES;
  const signatureAt = hashAt + HASH_BYTES;
  return decodeErasedEntry({
    headerBytes: bytes.subarray(0, ENTRY_HEADER_BYTES),
    commitment: bytes.subarray(ENTRY_HEADER_BYTES, hashAt),
    bodyHash: bytes.subarray(hashAt, signatureAt),
    signature: bytes.subarray(signatureAt),
  });
}

/** An erased entry from its parts, as a catch-up carries it. Throws `entry.malformed`. */
export function decodeErasedEntry(parts: Omit<ErasedEntry, 'header'>): ErasedEntry {
  const { headerBytes, commitment, bodyHash, signature } = parts;
  const header = decodeEntryHeader(headerBytes);
  const isWhole =
    commitment.length === COMMITMENT_BYTES &&
    bodyHash.length === HASH_BYTES &&
    signature.length === SIGNATURE_BYTES;
  if (!isWhole) throw new EntryMalformed('a part has another length');
  assertCommitment(header, commitment);
  // The body is gone; its length is still what the author signed, and could be of no entry.
  assertSize(header, ENTRY_HEADER_BYTES + COMMITMENT_BYTES + header.bodyLength + SIGNATURE_BYTES);
  return { header, headerBytes, commitment, bodyHash, signature };
}

/** What follows the label of an entry's signature: it covers a hash of the body, so that the body can be erased. */
export function entrySignedBytes(
  entry: Pick<Entry, 'headerBytes' | 'commitment'>,
  bodyHash: Uint8Array,
): Uint8Array {
  return concatBytes(entry.headerBytes, entry.commitment, bodyHash);
}

/** SHA-256 of the body, or the one that an erased entry keeps. */
export function bodyHashOf(entry: EntryParts): Uint8Array {
  return 'bodyHash' in entry ? entry.bodyHash : sha256(entry.body);
}

/** The hash by which the chain, the device's next entry and a receipt name this entry. */
export function entryHash(entry: EntryParts): Uint8Array {
  const label = utf8('enlace/entry-hash/v1\0');
  return sha256(concatBytes(label, entrySignedBytes(entry, bodyHashOf(entry)), entry.signature));
}

/** The bytes of a header that is about to be signed. */
export function layOutHeader(header: EntryHeader): Pick<Entry, 'header' | 'headerBytes'> {
  return { header, headerBytes: encodeEntryHeader(header) };
}

function assertCommitment({ kind }: EntryHeader, commitment: Uint8Array): void {
  const isZero = commitment.every((byte) => byte === 0);
  if (isZero === isSealedKind(kind)) throw new EntryMalformed('a commitment of another kind');
}

function assertSize({ kind, bodyLength }: EntryHeader, length: number): void {
  const fits = isSealedKind(kind)
    ? bodyLength >= SEALED_BODY_MINIMUM && bodyLength <= THREAD_LIMITS.sealedBody
    : length <= THREAD_LIMITS.clearEntry;
  if (!fits) throw new EntryMalformed('an impossible size');
}
