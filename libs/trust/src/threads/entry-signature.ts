import { ENTRY_LABEL, entrySignedBytes, type Entry } from '@enlace/contracts';
import { concatBytes } from '@enlace/kernel';

import { label, sodium } from '../sodium.js';

/** Whether the device with this public key signed the entry; also of an erased one, by the hash of its body. */
export function isEntrySignedBy(
  entry: Pick<Entry, 'headerBytes' | 'commitment' | 'signature'>,
  bodyHash: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const signed = concatBytes(label(ENTRY_LABEL), entrySignedBytes(entry, bodyHash));
  return sodium.crypto_sign_verify_detached(entry.signature, signed, publicKey);
}
