import { assertCost, WRAP_KINDS, type PassphraseCost, type WrapKind } from '@enlace/contracts';
import { concatBytes } from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';

/** What opens a wrap: the PRF output of a passkey (32 bytes), a typed passphrase, or the bits of a recovery code. */
export type WrapSecret =
  | { readonly kind: 'passkey'; readonly prf: Uint8Array }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'recovery'; readonly code: Uint8Array };

/** The places of a wrap that its key-encryption key is bound to. */
export interface WrapBinding {
  readonly wrapId: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: PassphraseCost;
}

/** The key-encryption key of protocol.md, section 9.1: 32 bytes bound to kind, wrap and salt. */
export function deriveKeyEncryptionKey(secret: WrapSecret, binding: WrapBinding): Uint8Array {
  const bind = (key: Uint8Array) =>
    keyedHash(key, label(`enlace/vault-kek/${secret.kind}/v1`), binding.wrapId, binding.salt);
  switch (secret.kind) {
    case 'passkey':
      return bind(secret.prf);
    case 'recovery':
      return bind(sodium.crypto_hash_sha256(secret.code));
    case 'passphrase':
      return bind(stretchPassphrase(secret.passphrase, binding));
  }
}

/** 32 bytes of Argon2id over the passphrase and the first half of the salt. Throws `vault.malformed` for a bad cost. */
export function stretchPassphrase(
  passphrase: string,
  { salt, cost }: Pick<WrapBinding, 'salt' | 'cost'>,
): Uint8Array {
  assertCost(cost);
  return sodium.crypto_pwhash(
    32,
    passphrase.normalize('NFC'),
    salt.subarray(0, sodium.crypto_pwhash_SALTBYTES),
    cost.passes,
    cost.memoryKiB * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
}

/** The bytes before the box of a wrap; they are its additional data. */
export function encodeWrapHead(
  kind: WrapKind,
  head: WrapBinding & { personId: Uint8Array; createdMs: number; nonce: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const fixed = new Uint8Array(8);
  fixed.set([1, WRAP_KINDS[kind]]);
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(head.createdMs));
  numbers.setUint32(8, head.cost.memoryKiB);
  numbers.setUint32(12, head.cost.passes);
  return concatBytes(
    fixed,
    head.wrapId,
    head.personId,
    new Uint8Array(numbers.buffer),
    head.salt,
    head.nonce,
  );
}
