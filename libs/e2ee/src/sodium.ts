import { concatBytes } from '@enlace/kernel';
import { sodium } from '@enlace/trust';

/** `K32`: BLAKE2b-256 under a key of exactly 32 bytes (protocol.md, section 1). */
export function keyedHash(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  if (key.length !== 32) throw new RangeError('a keyed hash takes a key of 32 bytes');
  return sodium.crypto_generichash(32, concatBytes(...parts), key);
}

export { cryptoReady, label, sodium } from '@enlace/trust';
