import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

import type { KeyCrypto, TlogCrypto } from '@enlace/tlog';
import { cryptoReady, sodium } from '@enlace/trust';

await cryptoReady();

/**
 * RFC 8410, section 7 and 4: what stands before a 32-byte Ed25519 seed in PKCS #8 and before a public key in SPKI.
 */
const SEED_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The primitives of `libs/tlog`, by the crypto of the platform. */
export const nodeTlogCrypto: TlogCrypto & KeyCrypto = {
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  hmacSha256: (key, message) => sodium.crypto_auth_hmacsha256(message, key),
  ed25519Verify: ({ signature, message, publicKey }) => {
    const der = Buffer.concat([PUBLIC_KEY_HEAD, publicKey]);
    return verify(
      null,
      message,
      createPublicKey({ key: der, format: 'der', type: 'spki' }),
      signature,
    );
  },
  ed25519PublicKey: (seed) => {
    const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
    return new Uint8Array(spki.subarray(PUBLIC_KEY_HEAD.length));
  },
};

function privateKey(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([SEED_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

/** Signs with one key, which is read once. RFC 8032: the same 64 bytes for the same message. */
export function ed25519Signer(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const key = privateKey(seed);
  return (message) => new Uint8Array(sign(null, message, key));
}
