import {
  ENTRY_LABEL,
  entrySignedBytes,
  layOutHeader,
  type Entry,
  type EntryHeader,
  type SealedKind,
} from '@enlace/contracts';
import { concatBytes, sha256, type Random } from '@enlace/kernel';

import { label, sodium } from '../sodium.js';
import { EnvelopeNotOpened } from './envelope-error.js';
import { deriveMessageKey, epochKeyId, messageKeyUnder, type MessageKey } from './epoch-keys.js';
import { pad, unpad } from './padding.js';

const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/** Where an entry stands and who makes it; what sealing adds is left out. */
export type EntryPlace = Omit<EntryHeader, 'kind' | 'epochKeyId' | 'nonce' | 'bodyLength'> & {
  readonly kind: SealedKind;
};

/** What an entry is sealed and signed with. */
export interface SealingKeys {
  readonly epochKey: Uint8Array;
  /** The device's signing key, 64 bytes of libsodium. */
  readonly signKey: Uint8Array;
  readonly random: Random;
}

/** Seals and signs one entry. Throws `entry.too-large`. */
export function sealEntry(content: Uint8Array, place: EntryPlace, keys: SealingKeys): Entry {
  const padded = pad(content);
  const laidOut = layOutHeader({
    ...place,
    epochKeyId: epochKeyId(keys.epochKey, place),
    nonce: keys.random.bytes(NONCE_BYTES),
    bodyLength: padded.length + TAG_BYTES,
  });
  const { header, headerBytes } = laidOut;
  const { aeadKey, commitment } = deriveMessageKey(keys.epochKey, header, headerBytes);
  const body = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    padded,
    headerBytes,
    null,
    header.nonce,
    aeadKey,
  );
  sodium.memzero(aeadKey);
  sodium.memzero(padded);
  const unsigned = { ...laidOut, commitment, body };
  return { ...unsigned, signature: signEntry(unsigned, keys.signKey) };
}

/** Signs a clear entry, or one that was just sealed. */
export function signEntry(
  entry: Pick<Entry, 'headerBytes' | 'commitment' | 'body'>,
  signKey: Uint8Array,
): Uint8Array {
  const signed = concatBytes(label(ENTRY_LABEL), entrySignedBytes(entry, sha256(entry.body)));
  return sodium.crypto_sign_detached(signed, signKey);
}

/**
 * The content of a sealed entry whose signature, author and place were checked before: nothing is decrypted for
 * somebody unknown. The commitment is compared first, in constant time. Throws `entry.key-mismatch`.
 */
// Attacker-controlled: a member can sign anything.
export function openEntry(entry: Entry, epochKey: Uint8Array): Uint8Array {
  return openUnder(deriveMessageKey(epochKey, entry.header, entry.headerBytes), entry);
}

/**
 * The content of one entry by its own key, which opens no other: for somebody who was shown this one. The commitment
 * says that no other key opens it to something else. Throws `entry.key-mismatch`.
 */
// Attacker-controlled: the key, by whoever shows the entry.
export function openWithEntryKey(entry: Entry, key: Uint8Array): Uint8Array {
  return openUnder(messageKeyUnder(key, entry.headerBytes), entry);
}

function openUnder({ aeadKey, commitment }: MessageKey, entry: Entry): Uint8Array {
  try {
    if (!sodium.memcmp(commitment, entry.commitment)) throw new EnvelopeNotOpened('commitment');
    return unpad(decrypt(entry, aeadKey));
  } finally {
    sodium.memzero(aeadKey);
  }
}

function decrypt({ header, headerBytes, body }: Entry, aeadKey: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      body,
      headerBytes,
      header.nonce,
      aeadKey,
    );
  } catch (cause) {
    throw new EnvelopeNotOpened('cipher', { cause });
  }
}
