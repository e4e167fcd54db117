import { createHash } from 'node:crypto';

import { SESSION_LIMITS } from '@enlace/contracts';
import { parseId, toBase64Url, type DeviceId } from '@enlace/kernel';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';

import { Refusal } from '../problem/refusal.js';
import { readClaims, type ProofClaims } from './proof-claims.js';
import { isFreshNonce, type NonceSource } from './proof-nonce.js';
import { SessionKeys } from './session-keys.js';

/** Nothing else is a signature here: not `none`, no shared secrets, no RSA. */
const ALGORITHMS = ['Ed25519', 'EdDSA', 'ES256'];

/** Of this process: what a key is, is the same for everybody. */
const sessionKeys = new SessionKeys();

/** A counter so far below the highest seen is of a device that was set back, or of somebody who found an old proof. */
const SEQ_DISTANCE = 10_000;

/** What a proof must be about, as the server itself saw and configured it; nothing of it is a header of the request. */
export interface ProofTarget {
  /** The method of a request, or the name of a socket event. */
  readonly htm: string;
  /** `PUBLIC_ORIGIN` and the path, without query. */
  readonly htu: string;
  /** `bodyHashOf` the request. */
  readonly bh: string;
}

/** The session that a proof must belong to. */
export interface ProvingSession extends NonceSource {
  readonly deviceId: string;
  readonly keyThumbprint: string;
  /** base64url of SHA-256 of the token. */
  readonly ath: string;
  /** The highest counter that an act of the device has used so far. */
  readonly highestSeq: number;
}

/** A proof that holds, as the act records it. Its `seq` is judged by the act's own transaction. */
export interface RequestProof {
  readonly jwt: string;
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly act: 0 | 1;
}

/** base64url of SHA-256 over raw query, zero byte and raw body: RFC 9449 covers neither. */
export function bodyHashOf(rawQuery: string, body: Uint8Array): string {
  return createHash('sha256').update(rawQuery).update('\0').update(body).digest('base64url');
}

/**
 * The proof of one request (RFC 9449, section 4.3). Throws `proof.nonce` when everything holds but the nonce is not
 * one of the last, so that the client signs again with the same `seq`; `proof.refused` for all else, without a word
 * why.
 */
export async function verifyRequestProof(
  jwt: string | undefined,
  target: ProofTarget,
  { session, nowMs }: { readonly session: ProvingSession; readonly nowMs: number },
): Promise<RequestProof> {
  const claims = await readSigned(jwt, session.keyThumbprint);
  const isAboutThis =
    claims.htm === target.htm && claims.htu === target.htu && claims.bh === target.bh;
  const isOfSession = claims.ath === session.ath && claims.dev === session.deviceId;
  const isStale = claims.seq < session.highestSeq - SEQ_DISTANCE;
  if (jwt === undefined || !isAboutThis || !isOfSession || isStale)
    throw new Refusal('proof.refused');
  if (!isFreshNonce(session, claims.nonce, nowMs)) throw new Refusal('proof.nonce');
  return { jwt, deviceId: parseId(claims.dev), seq: claims.seq, act: claims.act };
}

// Attacker-controlled: any text. The key in its header counts only when it is the one that the device signed for.
async function readSigned(jwt: string | undefined, keyThumbprint: string): Promise<ProofClaims> {
  if (jwt === undefined || jwt.length > SESSION_LIMITS.proofCharacters) {
    throw new Refusal('proof.refused');
  }
  try {
    const key = async ({ typ, jwk, ...rest }: { typ?: string; jwk?: JWK; alg?: string }) => {
      const isProof = typ === 'dpop+jwt' && jwk !== undefined && Object.keys(rest).join() === 'alg';
      if (!isProof) throw new Refusal('proof.refused');
      const asked = { alg: rest.alg ?? '', keyThumbprint };
      const found = await sessionKeys.find(publicHalf(jwk), asked);
      if (found === null) throw new Refusal('proof.refused');
      return found;
    };
    const { payload } = await compactVerify(jwt, key, { algorithms: ALGORITHMS });
    const claims = readClaims(payload);
    if (claims !== null) return claims;
  } catch (cause) {
    throw new Refusal('proof.refused', { cause });
  }
  throw new Refusal('proof.refused');
}

/** A header that carries a private key is refused, whosever it is (RFC 9449, section 4.3, number 7). */
function publicHalf(jwk: JWK): JWK {
  if ('d' in jwk || 'k' in jwk) throw new Refusal('proof.refused');
  return jwk;
}

/** The thumbprint of a session key that can make proofs: Ed25519 or P-256. Throws for every other key. */
export async function sessionKeyThumbprint(jwk: JWK): Promise<string> {
  await importJWK(jwk, jwk.kty === 'OKP' ? 'Ed25519' : 'ES256');
  return calculateJwkThumbprint(jwk);
}

/** The claim `ath` of a token. */
export function tokenHash(token: string): string {
  return toBase64Url(createHash('sha256').update(token).digest());
}
