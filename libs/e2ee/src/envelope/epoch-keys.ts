import { ENTRY_KINDS, type EntryHeader } from '@enlace/contracts';
import { concatBytes, idBytes, u32be, u64be, type ThreadId } from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';

const EPOCH_KEY_BYTES = 32;
const EPOCH_KEY_ID_BYTES = 16;

/** Which epoch of which thread a key is of. */
export interface EpochPlace {
  readonly threadId: ThreadId;
  readonly incarnation: number;
  readonly epoch: number;
}

/** The public name of an epoch key, 16 bytes. Commits state it, so that a key from elsewhere is known for one. */
export function epochKeyId(epochKey: Uint8Array, place: EpochPlace): Uint8Array {
  assertKey(epochKey);
  const input = concatBytes(
    label('enlace/epoch-key-id/v1'),
    idBytes(place.threadId),
    u32be(place.incarnation),
    u64be(place.epoch),
  );
  return sodium.crypto_generichash(EPOCH_KEY_ID_BYTES, input, epochKey);
}

/** What one entry is sealed with. The caller wipes it. */
export interface MessageKey {
  /** For XChaCha20-Poly1305, once. */
  readonly aeadKey: Uint8Array;
  /** Over the header: Poly1305 does not commit to its key, this does. */
  readonly commitment: Uint8Array;
}

/**
 * The key of one entry: bound to its author, kind, id, sequence and nonce, so that a device that forgot its counter
 * still seals under a fresh one (protocol.md, section 5.1). Whoever has it opens that entry and no other.
 */
export function entryKey(
  epochKey: Uint8Array,
  header: Pick<EntryHeader, 'kind' | 'deviceId' | 'entryId' | 'deviceSeq' | 'nonce'>,
): Uint8Array {
  assertKey(epochKey);
  const senderKey = keyedHash(epochKey, label('enlace/sender/v1'), idBytes(header.deviceId));
  const key = keyedHash(
    senderKey,
    label('enlace/message/v1'),
    Uint8Array.of(ENTRY_KINDS[header.kind]),
    idBytes(header.entryId),
    u64be(header.deviceSeq),
    header.nonce,
  );
  sodium.memzero(senderKey);
  return key;
}

/** What an entry is sealed with under its key. */
export function messageKeyUnder(key: Uint8Array, headerBytes: Uint8Array): MessageKey {
  return {
    aeadKey: keyedHash(key, label('enlace/aead/v1')),
    commitment: keyedHash(key, label('enlace/commitment/v1'), headerBytes),
  };
}

/** The same from the key of the epoch. */
export function deriveMessageKey(
  epochKey: Uint8Array,
  header: Pick<EntryHeader, 'kind' | 'deviceId' | 'entryId' | 'deviceSeq' | 'nonce'>,
  headerBytes: Uint8Array,
): MessageKey {
  const key = entryKey(epochKey, header);
  const keys = messageKeyUnder(key, headerBytes);
  sodium.memzero(key);
  return keys;
}

function assertKey(epochKey: Uint8Array): void {
  if (epochKey.length !== EPOCH_KEY_BYTES) throw new RangeError('an epoch key has 32 bytes');
}
