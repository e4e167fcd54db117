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

import { SIGNING_LABELS, type SigningLabel } from '../labels.js';
import { signedMessage } from '../signed-object.js';
import type { RecordedDevice } from './recorded-device.js';

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

/** The sections of one event that were verified, as objects. */
export interface ReadEvent {
  readonly occurredAtMs: number;
  readonly what: JsonObject | null;
  readonly who: JsonObject | null;
  readonly attest: JsonObject | null;
}

/** Finds who held a device when something happened; null when the evidence does not say. */
export type DeviceFinder = (deviceId: string, atMs: number) => RecordedDevice | null;

/**
 * `proven`: the device signed it. `unbound`: the signature of a request holds, and the sign-in that ties its key to a
 * device is not in the evidence. `none`: nothing that a certified device could have signed.
 */
export type Attested = 'proven' | 'unbound' | 'none';

/** The session keys that devices signed for, as `<device> <thumbprint>`. */
export type SessionKeys = ReadonlySet<string>;

/** The session that a sign-in opened, or null where the event is none. Throws `tlog.evidence-refused`. */
export function readSignIn(
  crypto: EvidenceCrypto,
  event: ReadEvent,
  find: DeviceFinder,
): string | null {
  const { what, attest } = event;
  if (attest === null || !isSignIn(what)) return null;
  const said = openSigned(crypto, event, { label: SIGNING_LABELS.session, find });
  const { deviceId, sessionKey } = said;
  if (typeof deviceId !== 'string' || typeof sessionKey !== 'string') {
    throw new EvidenceRefused('statement-form');
  }
  return `${deviceId} ${sessionKey}`;
}

/** Checks what a device signed of an event. Throws `tlog.evidence-refused`, `facts.rule` says what does not hold. */
export function judgeAttested(
  crypto: EvidenceCrypto,
  event: ReadEvent,
  { find, sessions }: { readonly find: DeviceFinder; readonly sessions: SessionKeys },
): Attested {
  const { what, attest } = event;
  if (attest === null) return 'none';
  const { proof, body } = attest;
  if (typeof proof === 'string') return judgeProof(crypto, event, { proof, sessions });
  const isClients = what?.['observedBy'] === 'client';
  if (typeof body !== 'string' || !(isClients || isSignIn(what))) return 'none';
  const label = isClients ? SIGNING_LABELS.clientEvent : SIGNING_LABELS.session;
  const said = openSigned(crypto, event, { label, find });
  if (isClients && said['type'] !== what['type']) throw new EvidenceRefused('other-type');
  return 'proven';
}

// Attacker-controlled: what the host kept as the signed request. Its key counts as the device's only when a sign-in of
// the same evidence says so under the device's own signature.
function judgeProof(
  crypto: EvidenceCrypto,
  { who }: ReadEvent,
  { proof, sessions }: { readonly proof: string; readonly sessions: SessionKeys },
): Attested {
  const { jwk, claims, signature, message } = readJwt(proof);
  if (!isProofSigned(crypto, jwk, { signature, message })) throw new EvidenceRefused('proof');
  const deviceId = claims['dev'];
  if (typeof deviceId !== 'string' || !Number.isSafeInteger(claims['seq'])) {
    throw new EvidenceRefused('claims');
  }
  if (who !== null && who['deviceId'] !== deviceId) throw new EvidenceRefused('other-device');
  return sessions.has(`${deviceId} ${thumbprintOf(crypto, jwk)}`) ? 'proven' : 'unbound';
}

function readJwt(proof: string) {
  const parts = proof.split('.');
  const [head = '', payload = '', signed = ''] = parts;
  if (parts.length !== 3) throw new EvidenceRefused('proof-form');
  const header = readPart(head);
  const jwk = header['jwk'];
  if (header['typ'] !== 'dpop+jwt' || !isJsonObject(jwk)) throw new EvidenceRefused('proof-form');
  const message = utf8(`${head}.${payload}`);
  return { jwk, claims: readPart(payload), signature: bytesIn(signed), message };
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

/** The body of what the device of the event signed. */
function openSigned(
  crypto: EvidenceCrypto,
  { attest, who, occurredAtMs }: ReadEvent,
  { label, find }: { readonly label: SigningLabel; readonly find: DeviceFinder },
): JsonObject {
  const body = bytesIn(attest?.['body']);
  const said = parseObject(body);
  const { deviceId } = said;
  if (typeof deviceId !== 'string') throw new EvidenceRefused('statement-form');
  if (who !== null && who['deviceId'] !== deviceId) throw new EvidenceRefused('other-device');
  const device = find(deviceId, occurredAtMs);
  if (device === null) throw new EvidenceRefused('device-unknown');
  if (who !== null && who['actorId'] !== device.personId) throw new EvidenceRefused('other-person');
  const check = {
    signature: bytesIn(attest?.['sig']),
    message: signedMessage(label, body),
    publicKey: device.signKey,
  };
  if (!crypto.ed25519Verify(check)) throw new EvidenceRefused('statement');
  return said;
}

/** With the key of a certified device: one without certificate opens the small session of a recovery. */
function isSignIn(what: JsonObject | null): boolean {
  return what?.['type'] === 'session.opened' && what['acr'] !== 'recovery';
}

function readPart(text: string): JsonObject {
  return parseObject(bytesIn(text));
}

/** An object in bytes of unknown origin. Throws `tlog.evidence-refused`. */
export function parseObject(bytes: Uint8Array): JsonObject {
  const value = refusing(() => parseStrictJson(parseUtf8(bytes)));
  if (!isJsonObject(value)) throw new EvidenceRefused('form');
  return value;
}

function bytesIn(value: JsonValue | undefined): Uint8Array {
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
