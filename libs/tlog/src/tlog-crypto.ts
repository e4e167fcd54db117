/**
 * SHA-256 (FIPS 180-4). Returns 32 bytes that nobody else holds; neither keeps nor changes its input. Synchronous,
 * because a proof is twenty hashes and a rebuild is millions.
 */
export interface Hasher {
  sha256(bytes: Uint8Array): Uint8Array;
}

/** One Ed25519 signature to check: 64 bytes over the message by the 32-byte public key. */
export interface SignatureCheck {
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What opening a note needs. */
export interface NoteCrypto extends Hasher {
  /**
   * RFC 8032, section 5.1.7. `false`, and no exception, for whatever the key did not sign, impossible points
   * included.
   */
  ed25519Verify(check: SignatureCheck): boolean;
}

/** All primitives of this library; libsodium on clients, the platform's own on the server. */
export interface TlogCrypto extends NoteCrypto {
  /** HMAC (RFC 2104) with SHA-256. */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
}

/** What reading a stored signing key needs: its public half is derived and compared, never believed. */
export interface KeyCrypto extends Hasher {
  /** RFC 8032, section 5.1.5: the 32-byte public key of a 32-byte seed. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
}
