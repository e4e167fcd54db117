import sodium from 'libsodium-wrappers-sumo';

import { concatBytes, utf8 } from '@enlace/kernel';

/** `L("x")` of protocol.md, section 1: the ASCII label and a zero byte, so that no label is the prefix of another. */
export function label(name: string): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8(name), Uint8Array.of(0));
}

/** `K32`: BLAKE2b-256 under a key of exactly 32 bytes (protocol.md, section 1). */
export function keyedHash(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  if (key.length !== 32) throw new RangeError('a keyed hash takes a key of 32 bytes');
  return sodium.crypto_generichash(32, concatBytes(...parts), key);
}

/** Resolves when libsodium's WebAssembly is usable; every other function of this library must wait for it. */
export async function cryptoReady(): Promise<void> {
  await sodium.ready;
}

export { sodium };
