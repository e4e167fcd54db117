import { concatBytes, idBytes, sha256, type DeviceId, type Random } from '@enlace/kernel';
import type { GrantWrap } from '@enlace/contracts';

import { keyedHash, label, sodium } from '../sodium.js';
import { openBox, sealBox } from './sealed-box.js';

/** Randomness of one encapsulation (draft-connolly-cfrg-xwing-kem, section 5.4). */
const ENCAPSULATION_SEED_BYTES = 64;
/** The key of a wrap is used once. */
const ZERO_NONCE = new Uint8Array(24);

/** A device that a grant is for, and the X-Wing key of its certificate. */
export interface GrantRecipient {
  readonly deviceId: DeviceId;
  readonly kemKey: Uint8Array;
}

/** A secret that only the device and we have; the caller wipes it by `wrapFor`. */
export interface Encapsulated {
  readonly deviceId: DeviceId;
  readonly kemKeyHash: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  readonly shared: Uint8Array;
}

/** `null` for a key that is none: a certificate can hold 1,216 bytes that X-Wing refuses. */
// Attacker-controlled: a person certifies whatever key.
export function encapsulateTo(
  { deviceId, kemKey }: GrantRecipient,
  random: Random,
): Encapsulated | null {
  try {
    const { ciphertext, sharedSecret } = sodium.crypto_kem_xwing_enc_deterministic(
      kemKey,
      random.bytes(ENCAPSULATION_SEED_BYTES),
    );
    const kemKeyHash = sha256(kemKey);
    return { deviceId, kemKeyHash, kemCiphertext: ciphertext, shared: sharedSecret };
  } catch {
    return null;
  }
}

/** The grant's key for one device, under a key that is bound to the head, the device and the encapsulation. */
export function wrapFor(
  { deviceId, kemKeyHash, kemCiphertext, shared }: Encapsulated,
  headBytes: Uint8Array,
  grantKey: Uint8Array,
): GrantWrap {
  const key = keyOf(shared, headBytes, { deviceId, kemKeyHash, kemCiphertext });
  const bound = concatBytes(headBytes, idBytes(deviceId));
  const wrapped = sealBox(grantKey, { key, nonce: ZERO_NONCE, bound });
  sodium.memzero(key);
  sodium.memzero(shared);
  return { deviceId, kemKeyHash, kemCiphertext, wrapped };
}

/** The grant's key. Throws what libsodium throws. */
// Attacker-controlled: the wrap.
export function unwrap(wrap: GrantWrap, headBytes: Uint8Array, kemSeed: Uint8Array): Uint8Array {
  const { privateKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeed);
  const shared = sodium.crypto_kem_xwing_dec(wrap.kemCiphertext, privateKey);
  const key = keyOf(shared, headBytes, wrap);
  try {
    const bound = concatBytes(headBytes, idBytes(wrap.deviceId));
    return openBox(wrap.wrapped, { key, nonce: ZERO_NONCE, bound });
  } finally {
    sodium.memzero(key);
    sodium.memzero(shared);
    sodium.memzero(privateKey);
  }
}

export function kemKeyHashOf(kemSeed: Uint8Array): Uint8Array {
  const { publicKey, privateKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeed);
  sodium.memzero(privateKey);
  return sha256(publicKey);
}

function keyOf(
  shared: Uint8Array,
  headBytes: Uint8Array,
  { deviceId, kemKeyHash, kemCiphertext }: Omit<GrantWrap, 'wrapped'>,
): Uint8Array {
  const name = label('enlace/grant-kek/v1');
  return keyedHash(shared, name, headBytes, idBytes(deviceId), kemKeyHash, kemCiphertext);
}
