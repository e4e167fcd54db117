import { GROUP_SUITES, type SuiteName } from '@enlace/contracts';
import { concatBytes, equalBytes, type Random } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { sodium } from '../../sodium.js';
import { GroupError } from '../group-error.js';
import type { CiphersuiteImpl } from '../library.js';
import { SHA256_HKDF, SHA512_HKDF, type KeyedHash } from './hkdf.js';
import { AEAD_SIZES, attempt, baseHpke, decryptAead, encryptAead } from './hpke.js';
import { x25519Kem, xWingKem, type Kem } from './kem.js';

type Hpke = CiphersuiteImpl['hpke'];
type Signature = CiphersuiteImpl['signature'];

/** Registered numbers of RFC 9180, section 7.2. */
const KDF_IDS = { sha256: 0x0001, sha512: 0x0003 } as const;
const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** RFC 8410, section 7: everything of a PKCS #8 key but the seed. */
const PKCS8_HEAD = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

/**
 * The primitives of a suite for the library, all from libsodium; `cryptoReady()` comes before. What the library asks
 * for as a promise is computed at once. Interoperates with the library's own providers in both suites.
 */
export function suiteProvider(name: SuiteName, random: Random): CiphersuiteImpl {
  const isHybrid = name === GROUP_SUITES.xWing;
  const hash = isHybrid ? SHA512_HKDF : SHA256_HKDF;
  const kem = isHybrid ? xWingKem(random) : x25519Kem(random);
  const kdfId = isHybrid ? KDF_IDS.sha512 : KDF_IDS.sha256;
  return {
    name,
    hash: hashOf(hash),
    kdf: {
      size: hash.size,
      extract: async (salt, ikm) => hash.extract(salt, ikm),
      expand: async (prk, info, length) => hash.expand(prk, info, length),
    },
    hpke: hpkeOf(kem, { id: kdfId, hash }, random),
    signature: ed25519(random),
    rng: { randomBytes: (length) => random.bytes(length) },
  };
}

function hashOf(hash: KeyedHash): CiphersuiteImpl['hash'] {
  return {
    digest: async (data) => hash.digest(data),
    mac: async (key, data) => hash.mac(key, data),
    verifyMac: async (key, mac, data) => equalBytes(hash.mac(key, data), mac),
  };
}

/** What stands for a CryptoKey: the library hands keys back to us and never looks inside. */
interface ByteKey {
  readonly bytes: Uint8Array;
}

function hpkeOf(kem: Kem, kdf: { id: number; hash: KeyedHash }, random: Random): Hpke {
  const hpke = baseHpke(kem, kdf);
  const publicKey = (bytes: Uint8Array) => ({ type: 'public', bytes }) as const;
  const privateKey = (bytes: Uint8Array) => ({ type: 'private', bytes }) as const;
  const bytesOf = (key: ByteKey): Uint8Array => key.bytes;
  const pairOf = (ikm: Uint8Array) => {
    const pair = kem.deriveKeyPair(ikm);
    return { publicKey: publicKey(pair.publicKey), privateKey: privateKey(pair.privateKey) };
  };
  const none = new Uint8Array();
  return {
    ...AEAD_SIZES,
    importPublicKey: async (bytes) => publicKey(sized(bytes, kem.publicKeyBytes)),
    importPrivateKey: async (bytes) => privateKey(sized(bytes, kem.privateKeyBytes)),
    exportPublicKey: async (key) => bytesOf(key),
    exportPrivateKey: async (key) => bytesOf(key),
    deriveKeyPair: async (ikm) => pairOf(ikm),
    generateKeyPair: async () => pairOf(random.bytes(SEED_BYTES)),
    seal: async (...[key, plaintext, info, aad = none]) =>
      hpke.seal(bytesOf(key), { plaintext, info, aad }),
    open: async (...[key, enc, ct, info, aad = none]) =>
      hpke.open(bytesOf(key), { enc, ct, info, aad }),
    encryptAead: async (...[key, nonce, aad = none, plaintext]) =>
      encryptAead({ key, nonce, aad }, plaintext),
    decryptAead: async (...[key, nonce, aad = none, sealed]) =>
      decryptAead({ key, nonce, aad }, sealed),
    exportSecret: async (...[key, exporterContext, length, info]) => {
      const { enc, exportSecret } = hpke.sendExport(bytesOf(key), info);
      return { enc, secret: exportSecret(exporterContext, length) };
    },
    importSecret: async (...[key, exporterContext, enc, length, info]) =>
      hpke.receiveExport(bytesOf(key), enc, info).exportSecret(exporterContext, length),
  };
}

/** Private keys are seeds of 32 bytes; PKCS #8 of 48 bytes is taken too, because other providers make it. */
function ed25519(random: Random): Signature {
  return {
    sign: async (signKey, message) =>
      attempt('signature', () => {
        const pair = sodium.crypto_sign_seed_keypair(seedOf(signKey));
        const signature = sodium.crypto_sign_detached(message, pair.privateKey);
        sodium.memzero(pair.privateKey);
        return signature;
      }),
    // False for keys and signatures of another length too: they come from outside.
    verify: async (publicKey, message, signature) =>
      publicKey.length === SEED_BYTES &&
      signature.length === SIGNATURE_BYTES &&
      sodium.crypto_sign_verify_detached(signature, message, publicKey),
    keygen: async () => {
      const signKey = random.bytes(SEED_BYTES);
      return { signKey, publicKey: publicKeyOf(signKey) };
    },
  };
}

function seedOf(signKey: Uint8Array): Uint8Array {
  if (signKey.length === SEED_BYTES) return signKey;
  const seed = signKey.subarray(PKCS8_HEAD.length);
  if (seed.length !== SEED_BYTES || !equalBytes(signKey, concatBytes(PKCS8_HEAD, seed))) {
    throw new GroupError('group.cryptography', 'refused: form of a signature key');
  }
  return seed;
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) {
    throw new GroupError('group.cryptography', 'refused: length of a key');
  }
  return bytes;
}
