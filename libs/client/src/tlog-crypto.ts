import type { TlogCrypto } from '@enlace/tlog';
import { sodium } from '@enlace/trust';

/** The primitives of `libs/tlog`, by libsodium. */
export const clientTlogCrypto: TlogCrypto = {
  sha256: (bytes) => sodium.crypto_hash_sha256(bytes),
  /** Throws for a key that has not the 32 bytes of a salt; `libs/tlog` has checked that before. */
  hmacSha256: (key, message) => sodium.crypto_auth_hmacsha256(message, key),
  ed25519Verify: ({ signature, message, publicKey }) => {
    try {
      return sodium.crypto_sign_verify_detached(signature, message, publicKey);
    } catch {
      // libsodium throws for lengths that cannot be; to the caller that is a signature that does not verify.
      return false;
    }
  },
};
