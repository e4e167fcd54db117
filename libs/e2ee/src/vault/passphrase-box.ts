import type { PassphraseCost } from '@enlace/contracts';
import { concatBytes, type Random } from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';
import { stretchPassphrase } from './key-encryption.js';
import { VaultMalformed, VaultNotOpened } from './vault-error.js';

/** Version, zeros, cost, salt, nonce: what stands before the box and is authenticated with it. */
const HEAD_BYTES = 72;
const TAG_BYTES = 16;

/** How a box is made. `context` says what is inside and whose it is; it is not kept in the box. */
export interface PassphraseBoxOptions {
  readonly context: Uint8Array;
  readonly cost: PassphraseCost;
  readonly random: Random;
}

/**
 * Seals bytes that stay on this machine (a key file, the key of a local store) under a passphrase:
 * `u8 version=1 || u8[7] zero || u32 mKiB || u32 t || salt 32 || nonce 24 || box`. Whoever opens it gives the same
 * context, so that a file put in the place of another does not open.
 */
export function sealWithPassphrase(
  content: Uint8Array,
  passphrase: string,
  { context, cost, random }: PassphraseBoxOptions,
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = 1;
  const view = new DataView(head.buffer);
  view.setUint32(8, cost.memoryKiB);
  view.setUint32(12, cost.passes);
  head.set(random.bytes(56), 16);
  const key = keyOf(passphrase, head, cost);
  const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    content,
    concatBytes(head, context),
    null,
    head.subarray(48),
    key,
  );
  sodium.memzero(key);
  return concatBytes(head, box);
}

/**
 * The content of a box. Throws `vault.malformed` for another form or a cost out of bounds, and `vault.not-opened`, the
 * same for a wrong passphrase, another context and changed bytes.
 */
export function openWithPassphrase(
  sealed: Uint8Array,
  passphrase: string,
  context: Uint8Array,
): Uint8Array {
  // Attacker-controlled: whoever can write the file. Form and cost are compared before the costly function runs.
  if (sealed.length < HEAD_BYTES + TAG_BYTES) throw new VaultMalformed('the box is too short');
  const head = sealed.subarray(0, HEAD_BYTES);
  if (head[0] !== 1 || head.subarray(1, 8).some((byte) => byte !== 0)) {
    throw new VaultMalformed('not a box of version 1');
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const key = keyOf(passphrase, head, {
    memoryKiB: view.getUint32(8),
    passes: view.getUint32(12),
  });
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      sealed.subarray(HEAD_BYTES),
      concatBytes(head, context),
      head.subarray(48),
      key,
    );
  } catch (cause) {
    throw new VaultNotOpened('the box does not open', { cause });
  } finally {
    sodium.memzero(key);
  }
}

function keyOf(passphrase: string, head: Uint8Array, cost: PassphraseCost): Uint8Array {
  const salt = head.subarray(16, 48);
  const stretched = stretchPassphrase(passphrase, { salt, cost });
  const key = keyedHash(stretched, label('enlace/passphrase-box/v1'), salt);
  sodium.memzero(stretched);
  return key;
}
