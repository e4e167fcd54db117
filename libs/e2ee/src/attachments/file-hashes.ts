import { sodium } from '../sodium.js';

/** A hash in the making; `digest` ends it. */
export interface RunningHash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** Where hashes of whole files come from: the hashes of Node have this shape and are several times faster. */
export interface FileHashing {
  sha256(): RunningHash;
  sha512(): RunningHash;
}

/** For where there is nothing faster: libsodium. */
export const sodiumHashing: FileHashing = {
  sha256: () => {
    const state = sodium.crypto_hash_sha256_init();
    return {
      update: (bytes) => sodium.crypto_hash_sha256_update(state, bytes),
      digest: () => sodium.crypto_hash_sha256_final(state),
    };
  },
  sha512: () => {
    const state = sodium.crypto_hash_sha512_init();
    return {
      update: (bytes) => sodium.crypto_hash_sha512_update(state, bytes),
      digest: () => sodium.crypto_hash_sha512_final(state),
    };
  },
};

/** The hashes of one file: two of what is sealed, because courts ask for either, and one of the sealed bytes. */
export class FileDigests {
  readonly #sha256: RunningHash;
  readonly #sha512: RunningHash;
  readonly #ciphertext: RunningHash;

  constructor(hashing: FileHashing) {
    this.#sha256 = hashing.sha256();
    this.#sha512 = hashing.sha512();
    this.#ciphertext = hashing.sha256();
  }

  plain(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#sha512.update(bytes);
  }

  sealed(bytes: Uint8Array): void {
    this.#ciphertext.update(bytes);
  }

  /** Once. */
  end() {
    return {
      sha256: this.#sha256.digest(),
      sha512: this.#sha512.digest(),
      ciphertextSha256: this.#ciphertext.digest(),
    };
  }
}
