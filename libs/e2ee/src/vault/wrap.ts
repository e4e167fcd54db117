import {
  isOfPerson,
  parseWrap,
  PASSPHRASE_COST_MINIMUM,
  type PassphraseCost,
  type WrapKind,
} from '@enlace/contracts';
import { concatBytes, idBytes, type Clock, type PersonId, type Random } from '@enlace/kernel';

import { sodium } from '../sodium.js';
import { deriveKeyEncryptionKey, encodeWrapHead, type WrapSecret } from './key-encryption.js';
import { VaultMalformed, VaultNotOpened } from './vault-error.js';

const ROOT_KEY_BYTES = 32;
const NO_COST: PassphraseCost = { memoryKiB: 0, passes: 0 };

/** What names the wrap's owner and its cost; `cost` counts for a passphrase only and is the minimum unless given. */
export interface WrapOptions {
  readonly personId: PersonId;
  readonly clock: Clock;
  readonly random: Random;
  readonly cost?: PassphraseCost;
  /** The salt a passkey was evaluated with (its PRF input); drawn fresh for the other kinds. */
  readonly salt?: Uint8Array;
}

/** Wraps the vault root key (32 bytes) under a secret: 160 bytes that the server may keep. */
export function wrapRootKey(
  rootKey: Uint8Array,
  secret: WrapSecret,
  options: WrapOptions,
): Uint8Array<ArrayBuffer> {
  if (rootKey.length !== ROOT_KEY_BYTES) throw new RangeError('a vault root key has 32 bytes');
  const cost = secret.kind === 'passphrase' ? (options.cost ?? PASSPHRASE_COST_MINIMUM) : NO_COST;
  const binding = {
    wrapId: options.random.bytes(16),
    salt: options.salt ?? options.random.bytes(32),
    cost,
  };
  const nonce = options.random.bytes(24);
  const head = encodeWrapHead(secret.kind, {
    ...binding,
    personId: idBytes(options.personId),
    createdMs: options.clock.nowMs(),
    nonce,
  });
  const key = deriveKeyEncryptionKey(secret, binding);
  const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(rootKey, head, null, nonce, key);
  sodium.memzero(key);
  return concatBytes(head, box);
}

/**
 * Opens a wrap of this person. Throws `vault.malformed` for another form, kind, person or a lowered cost, and
 * `vault.not-opened`, the same for a wrong secret and for changed bytes.
 */
export function openWrap(wrap: Uint8Array, secret: WrapSecret, personId: PersonId): Uint8Array {
  // Attacker-controlled: every fixed field is compared before a costly function runs.
  const fields = parseWrap(wrap);
  if (fields.kind !== secret.kind || !isOfPerson(fields, personId)) {
    throw new VaultMalformed('the wrap is of another kind or person');
  }
  const key = deriveKeyEncryptionKey(secret, fields);
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      fields.box,
      fields.head,
      fields.nonce,
      key,
    );
  } catch (cause) {
    throw new VaultNotOpened('the wrap does not open', { cause });
  } finally {
    sodium.memzero(key);
  }
}

/** The kind and the salt of a wrap, which a client needs before it can ask for the secret. Throws `vault.malformed`. */
export function describeWrap(wrap: Uint8Array): {
  readonly kind: WrapKind;
  readonly salt: Uint8Array;
} {
  const { kind, salt } = parseWrap(wrap);
  return { kind, salt };
}
