import {
  ByteReader,
  concatBytes,
  idBytes,
  u32be,
  u64be,
  type DeviceId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';

import { ENTRY_KINDS, findEntryKind, isSealedKind, type EntryKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';

/** Bytes of a header, which begins every entry. */
export const ENTRY_HEADER_BYTES = 192;
const VERSION = 1;
const SUITE = 1;
const HANDLING_CODES = 4;
/** Where a UUID has the number of its version (RFC 9562, section 4). */
const VERSION_AT = 14;

/**
 * What the server and the members read of an entry before they open it: 192 bytes, big-endian, in the order of the
 * members (protocol.md, section 2.1).
 */
export interface EntryHeader {
  readonly kind: EntryKind;
  /** The coarse copy of the handling code, EN0 to EN3; 0 for a clear kind. */
  readonly handling: number;
  /** Of the MLS group, from 0. */
  readonly incarnation: number;
  /** The epoch in which the entry was made; for a commit the one that it ends. */
  readonly epoch: number;
  readonly threadId: ThreadId;
  /** 16 bytes; zero for a clear kind. */
  readonly epochKeyId: Uint8Array;
  /** The author's. */
  readonly deviceId: DeviceId;
  /** UUID version 7, made by the author: sent again, it is the same entry. */
  readonly entryId: EntryId;
  /** Of this device in this thread, from 1, without gaps, across incarnations. */
  readonly deviceSeq: number;
  /** The highest sequence that the author had processed, and the chain there. */
  readonly seenSeq: number;
  readonly seenChain: Uint8Array;
  /** Hash of the device's entry before this one; 32 zero bytes for its first. */
  readonly prevHash: Uint8Array;
  /** 24 random bytes; zero for a clear kind. */
  readonly nonce: Uint8Array;
  readonly bodyLength: number;
}

export function encodeEntryHeader(header: EntryHeader): Uint8Array<ArrayBuffer> {
  const bytes = concatBytes(
    Uint8Array.of(VERSION, SUITE, ENTRY_KINDS[header.kind], header.handling),
    u32be(header.incarnation),
    u64be(header.epoch),
    idBytes(header.threadId),
    header.epochKeyId,
    idBytes(header.deviceId),
    idBytes(header.entryId),
    u64be(header.deviceSeq),
    u64be(header.seenSeq),
    header.seenChain,
    header.prevHash,
    header.nonce,
    u32be(0),
    u32be(header.bodyLength),
  );
  decodeEntryHeader(bytes);
  return bytes;
}

/**
 * Throws `entry.malformed`, and for a kind, version or suite that a later build may know `NewerEntry`, which is one of
 * those.
 */
// Attacker-controlled: every byte comes from the server or from a member.
export function decodeEntryHeader(bytes: Uint8Array): EntryHeader {
  const reader = new ByteReader(bytes, EntryMalformed);
  if (reader.u8() !== VERSION || reader.u8() !== SUITE) throw new NewerEntry('another version');
  const kind = findEntryKind(reader.u8());
  if (kind === null) throw new NewerEntry('an unknown kind');
  const header: EntryHeader = {
    kind,
    handling: reader.u8(),
    incarnation: reader.u32(),
    epoch: reader.u64(),
    threadId: reader.id(),
    epochKeyId: reader.take(16),
    deviceId: reader.id(),
    entryId: reader.id(),
    deviceSeq: reader.u64(),
    seenSeq: reader.u64(),
    seenChain: reader.take(32),
    prevHash: reader.take(32),
    nonce: reader.take(24),
    ...readLength(reader),
  };
  reader.end();
  assertRules(header);
  return header;
}

function readLength(reader: ByteReader): Pick<EntryHeader, 'bodyLength'> {
  reader.zeros(4);
  return { bodyLength: reader.u32() };
}

function assertRules(header: EntryHeader): void {
  const isZero = (part: Uint8Array): boolean => part.every((byte) => byte === 0);
  const { kind, handling, deviceSeq, prevHash, epochKeyId, nonce, entryId } = header;
  if (handling >= HANDLING_CODES) throw new EntryMalformed('an unknown handling code');
  if (entryId[VERSION_AT] !== '7') throw new EntryMalformed('an id of another version');
  if (deviceSeq === 0) throw new EntryMalformed('sequences of a device begin at 1');
  if (isZero(prevHash) !== (deviceSeq === 1)) throw new EntryMalformed('a wrong first entry');
  const hasKey = !isZero(epochKeyId) && !isZero(nonce);
  const isBare = isZero(epochKeyId) && isZero(nonce) && handling === 0;
  if (isSealedKind(kind) ? !hasKey : !isBare) throw new EntryMalformed('fields of another kind');
}

/** An entry of a later version: unreadable here, and no sign of an attack. */
export class NewerEntry extends EntryMalformed {}
