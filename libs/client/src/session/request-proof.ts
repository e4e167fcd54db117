import {
  canonicalJson,
  concatBytes,
  sha256,
  toBase64Url,
  utf8,
  type Clock,
  type DeviceId,
  type JsonObject,
  type Random,
} from '@enlace/kernel';

import type { WireRequest } from '../transport/http-transport.js';
import type { ProofKey } from './proof-key.js';

/** What a proof covers: a request, or the first event of a socket. */
type ProvenAct = Pick<WireRequest, 'path' | 'rawQuery' | 'bodyBytes'> & { readonly method: string };

/** What the proofs of one session have in common. */
export interface ProofSource {
  readonly key: ProofKey;
  readonly deviceId: DeviceId;
  /** Base64url of SHA-256 of the token (RFC 9449, section 4.2). */
  readonly ath: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** What differs from one proof to the next. */
export interface ProofPoint {
  readonly origin: string;
  readonly nonce: string;
  readonly seq: number;
  /** A person did something; pings and replication extend no session. */
  readonly isAct: boolean;
}

/**
 * The proof of one request (RFC 9449, section 4.2) with the claims of ours: `bh` covers query and body, `seq` is the
 * device's counter, `dev` the device. `jti` and `iat` are recorded and trusted by nobody.
 */
export async function signRequestProof(
  request: ProvenAct,
  { key, deviceId, ath, clock, random }: ProofSource,
  { origin, nonce, seq, isAct }: ProofPoint,
): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: { ...key.jwk } };
  const claims = {
    htm: request.method,
    htu: `${origin}${request.path}`,
    bh: bodyHash(request),
    ath,
    nonce,
    jti: toBase64Url(random.bytes(16)),
    iat: Math.floor(clock.nowMs() / 1_000),
    seq,
    dev: deviceId,
    act: isAct ? 1 : 0,
  };
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${toBase64Url(await key.sign(utf8(signed)))}`;
}

/** SHA-256 over raw query, a zero byte and the raw body, which RFC 9449 does not cover. */
export function bodyHash({
  rawQuery,
  bodyBytes,
}: Pick<ProvenAct, 'rawQuery' | 'bodyBytes'>): string {
  return toBase64Url(sha256(concatBytes(utf8(rawQuery), Uint8Array.of(0), bodyBytes)));
}

function part(value: JsonObject): string {
  return toBase64Url(utf8(canonicalJson(value)));
}
