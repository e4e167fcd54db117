import {
  AUDIT_EVENT_FIELDS,
  expectedRecord,
  isRefusalTarget,
  REFUSAL_EVENTS,
} from '@enlace/contracts';
import { canonicalJson, type JsonObject } from '@enlace/kernel';
import { EvidenceRefused } from '@enlace/tlog';

import { SIGNING_LABELS, type SigningLabel } from '../labels.js';
import { signedMessage } from '../signed-object.js';
import type { RecordedDevice } from './recorded-device.js';
import {
  bytesIn,
  openRequestProof,
  parseObject,
  type EvidenceCrypto,
  type SignedRequest,
} from './request-proof.js';
import type { Signature, SignatureUses } from './signature-uses.js';

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
 * `proven`: the device signed it. `unbound`: the signature of a request holds, and what ties it to a device or to this
 * act is not in the evidence. `none`: nothing that a certified device could have signed.
 */
export type Attested = 'proven' | 'unbound' | 'none';

/** What one sign-in says of the key of a session. */
export interface SignIn {
  readonly deviceId: string;
  readonly thumbprint: string;
  /** Where the device meant to sign in; null where it did not say. */
  readonly origin: string | null;
}

/** Members of an event that the server says by itself, beside what the device stated. */
const SERVER_SAYS: ReadonlySet<string> = new Set([
  'acr',
  'fromAlias',
  'newDevice',
  'peerAlias',
  'toAlias',
]);

/**
 * Checks what a device signed of an event against what the event says: who acted, with which device, of which State,
 * and what. Throws `tlog.evidence-refused`, `facts.rule` says what does not hold.
 */
export function openAttested(
  crypto: EvidenceCrypto,
  event: ReadEvent,
  find: DeviceFinder,
): Signature {
  const { what, attest } = event;
  if (attest === null) return { kind: 'none' };
  const { proof, body } = attest;
  if (typeof proof === 'string') return openRequest(crypto, event, { proof, find });
  const isClients = what?.['observedBy'] === 'client';
  if (typeof body !== 'string' || !(isClients || isSignIn(what))) return { kind: 'none' };
  const label = isClients ? SIGNING_LABELS.clientEvent : SIGNING_LABELS.session;
  const said = openSigned(crypto, event, { label, find });
  if (isClients && said['type'] !== what['type']) throw new EvidenceRefused('other-type');
  assertSaid(said, what);
  return { kind: 'statement', said, body, isGranted: true };
}

/** The session that a sign-in opened, or null where the event is none. Throws `tlog.evidence-refused`. */
export function readSignIn({ what }: ReadEvent, signature: Signature): SignIn | null {
  if (signature.kind !== 'statement' || !isSignIn(what)) return null;
  const { deviceId, sessionKey, origin } = signature.said;
  if (typeof deviceId !== 'string' || typeof sessionKey !== 'string') {
    throw new EvidenceRefused('statement-form');
  }
  return { deviceId, thumbprint: sessionKey, origin: typeof origin === 'string' ? origin : null };
}

/**
 * Whether the key of a request is that of its device: a sign-in of the same evidence says so under the device's own
 * signature. Throws `tlog.evidence-refused` for a request to another deployment than the one of the sign-in, and for
 * what was signed once and granted twice.
 */
export function judgeAttested(
  { what }: Pick<ReadEvent, 'what'>,
  signature: Signature,
  { signIns, uses }: { readonly signIns: readonly SignIn[]; readonly uses: SignatureUses },
): Attested {
  if (signature.kind === 'none') return 'none';
  const { granted, all } = uses.of(signature);
  if (granted > 1 && signature.isGranted) throw new EvidenceRefused('replayed');
  // A request that was sent again is refused and recorded again: whoever sent it, the device signed it once.
  if (all > 1 && !signature.isGranted) return 'none';
  if (signature.kind === 'statement') return 'proven';
  const { method, path } = signature.request;
  const isOpened = isOfSignIn(signature.request, signIns);
  const isKnown = !signature.isGranted || expectedRecord(method, path) !== null;
  return isOpened && what !== null && isKnown ? 'proven' : 'unbound';
}

function isOfSignIn(
  { deviceId, thumbprint, origin }: SignedRequest,
  signIns: readonly SignIn[],
): boolean {
  const opened = signIns.filter(
    (one) => one.deviceId === deviceId && one.thumbprint === thumbprint,
  );
  if (opened.length === 0) return false;
  const isElsewhere = opened.every((one) => one.origin !== null && one.origin !== origin);
  if (isElsewhere) throw new EvidenceRefused('other-origin');
  return true;
}

// Attacker-controlled: which signed request the host put beside which event.
function openRequest(
  crypto: EvidenceCrypto,
  event: ReadEvent,
  { proof, find }: { readonly proof: string; readonly find: DeviceFinder },
): Signature {
  const { what, who, occurredAtMs } = event;
  const request = openRequestProof(crypto, proof);
  const isGranted = what === null || what['outcome'] === 'success';
  // Whoever was refused after the session had ended is nobody in the record.
  if (!isGranted && who !== null && who['deviceId'] === undefined) return { kind: 'none' };
  const device = find(request.deviceId, occurredAtMs);
  assertActor(event, request.deviceId, device);
  if (what !== null) assertRequested(what, request);
  return { kind: 'request', request, isGranted };
}

/** The event is one that this request can have led to. */
function assertRequested(what: JsonObject, { method, path, seq }: SignedRequest): void {
  const { type, outcome, objectId, target } = what;
  if (outcome !== 'success') {
    const isRefusal = REFUSAL_EVENTS.some((one) => one === type);
    const isTarget =
      target === undefined || (typeof target === 'string' && isRefusalTarget(target, method, path));
    const isCounted = type !== 'access.throttled' || isInRanges(what['seqs'], seq);
    if (!isRefusal || !isTarget || !isCounted) throw new EvidenceRefused('other-act');
    return;
  }
  const expected = expectedRecord(method, path);
  if (expected === null) return;
  if (!expected.types.some((one) => one === type)) throw new EvidenceRefused('other-act');
  if (expected.objectId !== null && expected.objectId !== objectId) {
    throw new EvidenceRefused('other-object');
  }
}

/** The body of what the device of the event signed. */
function openSigned(
  crypto: EvidenceCrypto,
  event: ReadEvent,
  { label, find }: { readonly label: SigningLabel; readonly find: DeviceFinder },
): JsonObject {
  const { attest, occurredAtMs } = event;
  const body = bytesIn(attest?.['body']);
  const said = parseObject(body);
  const { deviceId } = said;
  if (typeof deviceId !== 'string') throw new EvidenceRefused('statement-form');
  const device = find(deviceId, occurredAtMs);
  if (device === null) throw new EvidenceRefused('device-unknown');
  assertActor(event, deviceId, device);
  const check = {
    signature: bytesIn(attest?.['sig']),
    message: signedMessage(label, body),
    publicKey: device.signKey,
  };
  if (!crypto.ed25519Verify(check)) throw new EvidenceRefused('statement');
  return said;
}

/** What is shown of the actor is the device that signed, its person and their State. */
function assertActor(
  { what, who }: ReadEvent,
  deviceId: string,
  device: RecordedDevice | null,
): void {
  if (who !== null && who['deviceId'] !== deviceId) throw new EvidenceRefused('other-device');
  if (device === null) return;
  if (who !== null && who['actorId'] !== device.personId) throw new EvidenceRefused('other-person');
  const states = [what?.['actorState'], who?.['actorState']];
  if (states.some((state) => state !== undefined && state !== device.state)) {
    throw new EvidenceRefused('other-state');
  }
}

/** What the event says in the words of the device is what the device said. */
function assertSaid(said: JsonObject, what: JsonObject | null): void {
  const rules = new Map<unknown, object>(Object.entries(AUDIT_EVENT_FIELDS)).get(what?.['type']);
  const names = Object.keys(rules ?? {}).filter((name) => !SERVER_SAYS.has(name));
  for (const name of names) {
    const [told, meant] = [what?.[name], said[name]];
    if (told === undefined) continue;
    if (meant === undefined || canonicalJson({ told }) !== canonicalJson({ told: meant })) {
      throw new EvidenceRefused('other-statement');
    }
  }
}

/** With the key of a certified device: one without certificate opens the small session of a recovery. */
function isSignIn(what: JsonObject | null): what is JsonObject {
  return what?.['type'] === 'session.opened' && what['acr'] !== 'recovery';
}

/** Ranges as events write them: `7`, `9-12`. */
function isInRanges(ranges: unknown, seq: number): boolean {
  if (!Array.isArray(ranges)) return false;
  return ranges.some((range: unknown) => {
    const found = typeof range === 'string' ? /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(range) : null;
    if (found === null) return false;
    const [, first, last = first] = found;
    return seq >= Number(first) && seq <= Number(last);
  });
}
