import { concatBytes, utf8, type Random } from '@enlace/kernel';

import { sodium } from '../../sodium.js';
import { SHA256_HKDF } from './hkdf.js';

/** A key encapsulation of RFC 9180, section 4. Keys are bytes; a private key is kept by whoever asked for it. */
export interface Kem {
  /** The registered number. */
  readonly id: number;
  readonly publicKeyBytes: number;
  readonly privateKeyBytes: number;
  readonly encapsulatedBytes: number;
  deriveKeyPair(ikm: Uint8Array): { privateKey: Uint8Array; publicKey: Uint8Array };
  encapsulate(publicKey: Uint8Array): { enc: Uint8Array; shared: Uint8Array };
  decapsulate(enc: Uint8Array, privateKey: Uint8Array): Uint8Array;
}

const KEY_BYTES = 32;
const X25519_ID = 0x0020;
/** draft-connolly-cfrg-xwing-kem: 32 bytes for ML-KEM-768, 32 for X25519. */
const X_WING_ID = 0x647a;
const ENCAPSULATION_SEED_BYTES = 64;

/** `LabeledExtract` and `LabeledExpand` of RFC 9180, section 4, for one suite id. */
export function labeled(hash: typeof SHA256_HKDF, suiteId: Uint8Array) {
  const version = utf8('HPKE-v1');
  return {
    extract: (salt: Uint8Array, name: string, ikm: Uint8Array): Uint8Array =>
      hash.extract(salt, concatBytes(version, suiteId, utf8(name), ikm)),
    expand: (prk: Uint8Array, info: readonly [string, Uint8Array], length: number): Uint8Array =>
      hash.expand(prk, concatBytes(u16(length), version, suiteId, utf8(info[0]), info[1]), length),
  };
}

export function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** DHKEM(X25519, HKDF-SHA256). A point of low order is refused by libsodium. */
export function x25519Kem(random: Random): Kem {
  const { extract, expand } = labeled(SHA256_HKDF, concatBytes(utf8('KEM'), u16(X25519_ID)));
  const none = new Uint8Array();
  const sharedOf = (secret: Uint8Array, kemContext: Uint8Array): Uint8Array =>
    expand(extract(none, 'eae_prk', secret), ['shared_secret', kemContext], KEY_BYTES);
  const deriveKeyPair: Kem['deriveKeyPair'] = (ikm) => {
    const privateKey = expand(extract(none, 'dkp_prk', ikm), ['sk', none], KEY_BYTES);
    return { privateKey, publicKey: sodium.crypto_scalarmult_base(privateKey) };
  };
  return {
    id: X25519_ID,
    publicKeyBytes: KEY_BYTES,
    privateKeyBytes: KEY_BYTES,
    encapsulatedBytes: KEY_BYTES,
    deriveKeyPair,
    encapsulate: (publicKey) => {
      const own = deriveKeyPair(random.bytes(KEY_BYTES));
      const secret = sodium.crypto_scalarmult(own.privateKey, publicKey);
      return {
        enc: own.publicKey,
        shared: sharedOf(secret, concatBytes(own.publicKey, publicKey)),
      };
    },
    decapsulate: (enc, privateKey) =>
      sharedOf(
        sodium.crypto_scalarmult(privateKey, enc),
        concatBytes(enc, sodium.crypto_scalarmult_base(privateKey)),
      ),
  };
}

/** X-Wing: ML-KEM-768 with X25519. The private key is the seed; the shared secret is used as it is. */
export function xWingKem(random: Random): Kem {
  return {
    id: X_WING_ID,
    publicKeyBytes: sodium.crypto_kem_xwing_PUBLICKEYBYTES,
    privateKeyBytes: sodium.crypto_kem_xwing_SECRETKEYBYTES,
    encapsulatedBytes: sodium.crypto_kem_xwing_CIPHERTEXTBYTES,
    deriveKeyPair: (ikm) =>
      sodium.crypto_kem_xwing_seed_keypair(sodium.crypto_xof_shake256(KEY_BYTES, ikm)),
    encapsulate: (publicKey) => {
      const { ciphertext, sharedSecret } = sodium.crypto_kem_xwing_enc_deterministic(
        publicKey,
        random.bytes(ENCAPSULATION_SEED_BYTES),
      );
      return { enc: ciphertext, shared: sharedSecret };
    },
    decapsulate: (enc, privateKey) => sodium.crypto_kem_xwing_dec(enc, privateKey),
  };
}
