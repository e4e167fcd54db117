import sodium from 'libsodium-wrappers-sumo';

import { concatBytes, utf8 } from '@enlace/kernel';

/** The ASCII label and a zero byte, so that no label is the prefix of another. */
export function label(name: string): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8(name), Uint8Array.of(0));
}

/** SHA-256 over a label and what follows it: one label has one input shape. */
export function labelledHash(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sodium.crypto_hash_sha256(concatBytes(label(name), ...parts));
}

/** Resolves when libsodium's WebAssembly is usable; every function that hashes or signs must wait for it. */
export async function cryptoReady(): Promise<void> {
  await sodium.ready;
}

export { sodium };
