import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
} from 'node:crypto';

import { newVerifierKey, type KeyCrypto, type NoteSigner, type TlogCrypto } from '@enlace/tlog';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 seed in PKCS #8 and of a public key in SPKI. */
const SEED_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The ports of `libs/tlog` over the crypto of Node. */
export const nodeTlogCrypto: TlogCrypto & KeyCrypto = {
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  hmacSha256: (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest()),
  ed25519Verify: ({ signature, message, publicKey }) => {
    const key = Buffer.concat([PUBLIC_KEY_HEAD, publicKey]);
    return verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature);
  },
  ed25519PublicKey: (seed) => {
    const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
    return new Uint8Array(spki.subarray(PUBLIC_KEY_HEAD.length));
  },
};

/** A signer with a key that everybody knows: every byte of its seed is `seedByte`. */
export function aNoteSigner(
  name: string,
  { type = 'ed25519', seedByte = 1 }: { type?: 'ed25519' | 'cosignature'; seedByte?: number } = {},
): NoteSigner {
  const seed = new Uint8Array(32).fill(seedByte);
  const publicKey = nodeTlogCrypto.ed25519PublicKey(seed);
  return {
    key: newVerifierKey(nodeTlogCrypto, { name, type, publicKey }),
    sign: (message) => new Uint8Array(sign(null, message, privateKey(seed))),
  };
}

function privateKey(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([SEED_HEAD, seed]), format: 'der', type: 'pkcs8' });
}
