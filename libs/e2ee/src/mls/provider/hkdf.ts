import { concatBytes } from '@enlace/kernel';

import { sodium } from '../../sodium.js';

/** HMAC and HKDF (RFC 5869) over one hash. */
export interface KeyedHash {
  readonly size: number;
  digest(message: Uint8Array): Uint8Array;
  /** A key of any length, as RFC 2104 has it. */
  mac(key: Uint8Array, message: Uint8Array): Uint8Array;
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

/** RFC 5869, section 2.3: the counter is one byte. */
const MOST_BLOCKS = 255;

export const SHA256_HKDF: KeyedHash = overHash({
  size: 32,
  digest: (message) => sodium.crypto_hash_sha256(message),
  mac: (key, message) => {
    const state = sodium.crypto_auth_hmacsha256_init(key);
    sodium.crypto_auth_hmacsha256_update(state, message);
    return sodium.crypto_auth_hmacsha256_final(state);
  },
});

export const SHA512_HKDF: KeyedHash = overHash({
  size: 64,
  digest: (message) => sodium.crypto_hash_sha512(message),
  mac: (key, message) => {
    const state = sodium.crypto_auth_hmacsha512_init(key);
    sodium.crypto_auth_hmacsha512_update(state, message);
    return sodium.crypto_auth_hmacsha512_final(state);
  },
});

function overHash(hash: Pick<KeyedHash, 'size' | 'digest' | 'mac'>): KeyedHash {
  return {
    ...hash,
    extract: (salt, ikm) => hash.mac(salt, ikm),
    expand: (prk, info, length) => {
      const blocks = Math.ceil(length / hash.size);
      if (blocks > MOST_BLOCKS) throw new RangeError('more bytes than HKDF gives');
      const output = new Uint8Array(blocks * hash.size);
      let last = new Uint8Array();
      for (let block = 1; block <= blocks; block += 1) {
        last = Uint8Array.from(hash.mac(prk, concatBytes(last, info, Uint8Array.of(block))));
        output.set(last, (block - 1) * hash.size);
      }
      return output.slice(0, length);
    },
  };
}
