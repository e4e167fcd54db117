import { sha256 } from '@enlace/kernel';
import type { KeyCrypto, NoteSigner, SigningKey, TlogCrypto } from '@enlace/tlog';
import { sodium } from '@enlace/trust';

/** The ports of `libs/tlog` over libsodium; `cryptoReady` has resolved. */
export const noteCrypto: TlogCrypto & KeyCrypto = {
  sha256,
  hmacSha256: (key, message) => sodium.crypto_auth_hmacsha256(message, key),
  ed25519Verify: ({ signature, message, publicKey }) => {
    try {
      return sodium.crypto_sign_verify_detached(signature, message, publicKey);
    } catch {
      // libsodium throws for lengths that cannot be; to the caller that is a signature that does not verify.
      return false;
    }
  },
  ed25519PublicKey: (seed) => sodium.crypto_sign_seed_keypair(seed).publicKey,
};

/** Signs notes with a stored key. */
export function noteSigner({ key, seed }: SigningKey): NoteSigner {
  const { privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return { key, sign: (message) => sodium.crypto_sign_detached(message, privateKey) };
}
