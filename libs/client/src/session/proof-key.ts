import { canonicalJson, sha256, toBase64Url, utf8 } from '@enlace/kernel';
import { publicKeyOf, sodium, type Seed } from '@enlace/trust';

/** The public half of a session key (RFC 8037). */
export interface ProofJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** The key of one session: whoever has the token and not this key can do nothing. */
export interface ProofKey {
  readonly jwk: ProofJwk;
  /** RFC 7638: what the device signs when it opens the session. */
  readonly thumbprint: string;
  sign(message: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>;
}

/** A session key that a program keeps itself, as the command line does between two commands. */
export function softwareProofKey(seed: Seed): ProofKey {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKeyOf(seed)) } as const;
  const { privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return {
    jwk,
    thumbprint: toBase64Url(sha256(utf8(canonicalJson(jwk)))),
    sign: (message) => sodium.crypto_sign_detached(message, privateKey),
  };
}

/** A session key that the platform keeps: made for one session, signs for it, and is read by nobody. */
export async function platformProofKey(): Promise<ProofKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const exported = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: exported.x ?? '' } as const;
  return {
    jwk,
    thumbprint: toBase64Url(sha256(utf8(canonicalJson(jwk)))),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message)),
  };
}
