import { sodium } from '../sodium.js';

/** What one box is sealed with. */
export interface BoxKeys {
  readonly key: Uint8Array;
  /** 24 bytes. */
  readonly nonce: Uint8Array;
  /** What the box is bound to. */
  readonly bound: Uint8Array;
}

export function sealBox(content: Uint8Array, { key, nonce, bound }: BoxKeys): Uint8Array {
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(content, bound, null, nonce, key);
}

/** The content; throws what libsodium throws, the same for every reason. */
export function openBox(box: Uint8Array, { key, nonce, bound }: BoxKeys): Uint8Array {
  return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, bound, nonce, key);
}
