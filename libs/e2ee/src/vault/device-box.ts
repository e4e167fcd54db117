import { concatBytes, type Random } from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';
import { VaultMalformed, VaultNotOpened } from './vault-error.js';

const HEAD_BYTES = 8;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
/** Randomness of one encapsulation (draft-connolly-cfrg-xwing-kem, section 5.4). */
const ENCAPSULATION_SEED_BYTES = 64;
const TRANSCRIPT_BYTES = 32;

/**
 * Seals what one device hands to another one of the same person: `u8 version=1 || u8[7] zero || encapsulation 1,120 ||
 * nonce 24 || ciphertext`, under an X-Wing secret that is bound to everything both have said to each other. Whoever
 * stood between them, and so has another transcript with each, opens nothing.
 */
export function sealForDevice(
  content: Uint8Array,
  to: { readonly kemKey: Uint8Array; readonly transcript: Uint8Array },
  random: Random,
): Uint8Array<ArrayBuffer> {
  const { ciphertext, sharedSecret } = sodium.crypto_kem_xwing_enc_deterministic(
    to.kemKey,
    random.bytes(ENCAPSULATION_SEED_BYTES),
  );
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = 1;
  const nonce = random.bytes(NONCE_BYTES);
  const bound = concatBytes(head, ciphertext, to.transcript);
  const key = keyOf(sharedSecret, to.transcript);
  const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(content, bound, null, nonce, key);
  sodium.memzero(key);
  return concatBytes(head, ciphertext, nonce, box);
}

/**
 * The content of such a box. Throws `vault.malformed` for another form, and `vault.not-opened`, the same for another
 * key, another transcript and changed bytes.
 */
// Attacker-controlled: it came through the server.
export function openFromDevice(
  box: Uint8Array,
  { kemSeed, transcript }: { readonly kemSeed: Uint8Array; readonly transcript: Uint8Array },
): Uint8Array {
  const nonceAt = HEAD_BYTES + sodium.crypto_kem_xwing_CIPHERTEXTBYTES;
  const contentAt = nonceAt + NONCE_BYTES;
  if (box.length < contentAt + TAG_BYTES) throw new VaultMalformed('the box is too short');
  const head = box.subarray(0, HEAD_BYTES);
  if (head[0] !== 1 || head.subarray(1).some((byte) => byte !== 0)) {
    throw new VaultMalformed('not a box of version 1');
  }
  const ciphertext = box.subarray(HEAD_BYTES, nonceAt);
  const { privateKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeed);
  const key = keyOf(sodium.crypto_kem_xwing_dec(ciphertext, privateKey), transcript);
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      box.subarray(contentAt),
      concatBytes(head, ciphertext, transcript),
      box.subarray(nonceAt, contentAt),
      key,
    );
  } catch (cause) {
    throw new VaultNotOpened('the box does not open', { cause });
  } finally {
    sodium.memzero(key);
  }
}

function keyOf(shared: Uint8Array, transcript: Uint8Array): Uint8Array {
  if (transcript.length !== TRANSCRIPT_BYTES) throw new RangeError('a transcript has 32 bytes');
  const key = keyedHash(shared, label('enlace/device-box/v1'), transcript);
  sodium.memzero(shared);
  return key;
}
