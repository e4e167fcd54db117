import {
  concatBytes,
  equalBytes,
  idBytes,
  type Clock,
  type PersonId,
  type Random,
} from '@enlace/kernel';

import { sodium } from '../sodium.js';
import {
  assertCost,
  deriveKeyEncryptionKey,
  encodeWrapHead,
  PASSPHRASE_COST_MINIMUM,
  WRAP_KINDS,
  type PassphraseCost,
  type WrapKind,
  type WrapSecret,
} from './key-encryption.js';
import { VaultMalformed, VaultNotOpened } from './vault-error.js';

/** Length of a wrap, version 1 (protocol.md, section 9.1). */
export const WRAP_BYTES = 160;
const ROOT_KEY_BYTES = 32;
const NO_COST: PassphraseCost = { memoryKiB: 0, passes: 0 };

/** A wrap as it lies on the server, taken apart; nothing in it is trusted before its box opens. */
interface WrapFields {
  readonly kind: WrapKind;
  readonly wrapId: Uint8Array;
  readonly personId: Uint8Array;
  readonly cost: PassphraseCost;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly head: Uint8Array;
  readonly box: Uint8Array;
}

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
  const fields = parseWrap(wrap);
  if (fields.kind !== secret.kind || !equalBytes(fields.personId, idBytes(personId))) {
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

// Attacker-controlled: the server hands out wraps. Every fixed field is compared before a costly function runs.
function parseWrap(wrap: Uint8Array): WrapFields {
  if (wrap.length !== WRAP_BYTES) throw new VaultMalformed('a wrap has 160 bytes');
  const view = new DataView(wrap.buffer, wrap.byteOffset, wrap.byteLength);
  const kind = kindOf(view.getUint8(1));
  if (view.getUint8(0) !== 1 || kind === null || wrap.subarray(2, 8).some((byte) => byte !== 0)) {
    throw new VaultMalformed('not a wrap of version 1');
  }
  const cost = { memoryKiB: view.getUint32(48), passes: view.getUint32(52) };
  if (kind === 'passphrase') assertCost(cost);
  else if (cost.memoryKiB !== 0 || cost.passes !== 0)
    throw new VaultMalformed('a cost without passphrase');
  return {
    kind,
    cost,
    wrapId: wrap.subarray(8, 24),
    personId: wrap.subarray(24, 40),
    salt: wrap.subarray(56, 88),
    nonce: wrap.subarray(88, 112),
    head: wrap.subarray(0, 112),
    box: wrap.subarray(112),
  };
}

function kindOf(code: number): WrapKind | null {
  const names: readonly WrapKind[] = ['passkey', 'passphrase', 'recovery'];
  return names.find((name) => WRAP_KINDS[name] === code) ?? null;
}
