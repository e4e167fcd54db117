import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { EvidenceRefused, type TlogCrypto } from '@enlace/tlog';

/** What checking evidence needs beyond the log: P-256 for browsers that make no Ed25519 keys (RFC 7518, 3.4). */
export interface EvidenceCrypto extends TlogCrypto {
  /** `false`, and no exception, for whatever the key did not sign. */
  ecdsaP256Verify(check: {
    readonly x: Uint8Array;
    readonly y: Uint8Array;
    readonly signature: Uint8Array;
    readonly message: Uint8Array;
  }): boolean;
}

/** A request as the key of a session signed it. */
export interface SignedRequest {
  readonly deviceId: string;
  /** The counter of the device: one request, one number. */
  readonly seq: number;
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  /** Of the key that signed (RFC 7638); whose it is, a sign-in says. */
  readonly thumbprint: string;
}

/** An origin as browsers write it, and a path: whatever else `htu` may be, no client of ours signs it. */
const TARGET = /^(https?:\/\/[^/?#]+)(\/[^?#]*)$/;

// Attacker-controlled: what the host kept as the signed request.
/** Reads a request proof (RFC 9449) whose signature holds. Throws `tlog.evidence-refused`. */
export function openRequestProof(crypto: EvidenceCrypto, proof: string): SignedRequest {
  const { jwk, claims, signature, message } = readJwt(proof);
  if (!isProofSigned(crypto, jwk, { signature, message })) throw new EvidenceRefused('proof');
  const { dev, seq, htm, htu } = claims;
  const [, origin, path] = typeof htu === 'string' ? (TARGET.exec(htu) ?? []) : [];
  const isWhole = typeof dev === 'string' && typeof seq === 'number' && Number.isSafeInteger(seq);
  if (!isWhole || typeof htm !== 'string' || origin === undefined || path === undefined) {
    throw new EvidenceRefused('claims');
  }
  const thumbprint = thumbprintOf(crypto, jwk);
  return { deviceId: dev, seq, method: htm, origin, path, thumbprint };
}

function readJwt(proof: string) {
  const parts = proof.split('.');
  const [head = '', payload = '', signed = ''] = parts;
  if (parts.length !== 3) throw new EvidenceRefused('proof-form');
  const header = parseObject(bytesIn(head));
  const jwk = header['jwk'];
  if (header['typ'] !== 'dpop+jwt' || !isJsonObject(jwk)) throw new EvidenceRefused('proof-form');
  const message = utf8(`${head}.${payload}`);
  return { jwk, claims: parseObject(bytesIn(payload)), signature: bytesIn(signed), message };
}

function isProofSigned(
  crypto: EvidenceCrypto,
  jwk: JsonObject,
  { signature, message }: { readonly signature: Uint8Array; readonly message: Uint8Array },
): boolean {
  const x = bytesIn(jwk['x']);
  if (jwk['kty'] === 'OKP' && jwk['crv'] === 'Ed25519') {
    return crypto.ed25519Verify({ signature, message, publicKey: x });
  }
  if (jwk['kty'] !== 'EC' || jwk['crv'] !== 'P-256') return false;
  return crypto.ecdsaP256Verify({ x, y: bytesIn(jwk['y']), signature, message });
}

/** RFC 7638. */
function thumbprintOf(
  crypto: EvidenceCrypto,
  { kty = '', crv = '', x = '', y }: JsonObject,
): string {
  const members = y === undefined ? { kty, crv, x } : { kty, crv, x, y };
  return toBase64Url(crypto.sha256(utf8(canonicalJson(members))));
}

/** An object in bytes of unknown origin. Throws `tlog.evidence-refused`. */
export function parseObject(bytes: Uint8Array): JsonObject {
  const value = refusing(() => parseStrictJson(parseUtf8(bytes)));
  if (!isJsonObject(value)) throw new EvidenceRefused('form');
  return value;
}

/** Bytes that a member holds as base64url. Throws `tlog.evidence-refused`. */
export function bytesIn(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new EvidenceRefused('form');
  return refusing(() => parseBase64Url(value));
}

function refusing<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EvidenceRefused('form', { cause });
  }
}
