import {
  RECEIPT_HEADER,
  ROUTES,
  type PasskeyAssertion,
  type SessionOpened,
  type SignInChallenge,
  type SignInStatement,
} from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  sha256,
  toBase64Url,
  utf8,
  type DeviceId,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { SIGNING_LABELS, signObject, type Seed, type SigningLabel } from '@enlace/trust';

import { AnswerMalformed } from '../transport/client-error.js';
import {
  grantedBody,
  NO_SESSION_YET,
  wireRequest,
  type Answer,
  type ClientRequest,
  type HttpTransport,
} from '../transport/http-transport.js';
import type { DeviceCounter } from './device-counter.js';
import type { GivenReceipt } from './given-receipt.js';
import type { ProofKey } from './proof-key.js';

const CHALLENGE_BYTES = 32;

/** A device that signs in with its own key, which only States with `allowCliDevices` accept. */
export interface SigningDevice {
  readonly deviceId: DeviceId;
  /** Id of its newest certificate. */
  readonly deviceCert: string;
  readonly seed: Seed;
  /** Hash of the release of this program. */
  readonly build: string;
}

/** A session as the server opened it; token and `ath` belong together. Null: the browser has the token in a cookie. */
export type OpenedSession = Omit<SessionOpened, 'token'> & { readonly token: string | null };
/** A session of a program, which keeps its token itself. */
export type HeldSession = OpenedSession & { readonly token: string };
export type SignInNumber = Pick<SignInChallenge, 'challengeId' | 'challenge'>;

/** A session, with the promise that its opening is on record. */
export interface SignedIn<Opened> {
  readonly session: Opened;
  readonly receipt: GivenReceipt;
  /** The server has seen acts of this device that its counter does not know of. */
  readonly wasSetBack: boolean;
}

const OPENING = { method: 'POST', path: ROUTES.sessions } as const;

interface SignInWith {
  readonly key: ProofKey;
  readonly counter: DeviceCounter;
}

/**
 * Opens a session (method `software-key`): the device signs the server's challenge, the origin it believes to talk to
 * and the key of the session, so that neither is of use elsewhere. What was reported as abandoned is forgotten, and the
 * counter jumps beyond the highest number that the server has seen. Throws the refusal of the server.
 */
export async function signIn(
  transport: HttpTransport,
  device: SigningDevice,
  { key, counter }: SignInWith,
): Promise<SignedIn<HeldSession>> {
  const asked = await askToSignIn(transport);
  const statement = { ...statementOf(transport, device, { key, counter, asked }) } as const;
  const signed = signParts(SIGNING_LABELS.session, statement, device.seed);
  const body = { ...signed, sessionJwk: { ...key.jwk } };
  const answer = await transport.send(wireRequest({ ...OPENING, body }), NO_SESSION_YET);
  const session = readOpened(readObject(answer));
  const receipt = openingReceipt(answer, OPENING, signed);
  return { session, receipt, wasSetBack: await settle(counter, statement, session) };
}

/** The number that a sign-in answers; the page shows it to a passkey together with the key of the session. */
export async function askToSignIn(transport: HttpTransport): Promise<SignInNumber> {
  return readChallenge(
    await ask(transport, { method: 'POST', path: ROUTES.sessionChallenges, body: {} }),
  );
}

/** The same with a passkey of the device beside its key (method `passkey`); the token comes as a cookie. */
export async function signInWithPasskey(
  transport: HttpTransport,
  device: SigningDevice,
  shown: SignInWith & { readonly asked: SignInNumber; readonly assertion: PasskeyAssertion },
): Promise<{ readonly session: OpenedSession; readonly wasSetBack: boolean }> {
  const { key, counter, assertion } = shown;
  const statement = { ...statementOf(transport, device, shown), method: 'passkey' } as const;
  const signed = signParts(SIGNING_LABELS.session, statement, device.seed);
  const body = { ...signed, sessionJwk: { ...key.jwk }, assertion: { ...assertion } };
  const answer = await ask(transport, { method: 'POST', path: ROUTES.sessions, body });
  const session = readOpenedByCookie(answer);
  return { session, wasSetBack: await settle(counter, statement, session) };
}

function statementOf(
  transport: HttpTransport,
  { deviceId, deviceCert, build }: SigningDevice,
  { key, counter, asked }: SignInWith & { readonly asked: SignInNumber },
) {
  return {
    origin: transport.origin,
    ...asked,
    deviceId,
    deviceCert,
    sessionKey: key.thumbprint,
    method: 'software-key',
    build,
    abandoned: [...counter.abandoned],
  } as const satisfies SignInStatement;
}

async function settle(
  counter: DeviceCounter,
  { abandoned }: Pick<SignInStatement, 'abandoned'>,
  { highestSeq }: OpenedSession,
): Promise<boolean> {
  await counter.forget(abandoned);
  return counter.jumpBeyond(highestSeq);
}

async function ask(transport: HttpTransport, request: ClientRequest): Promise<JsonObject> {
  return readObject(await transport.send(wireRequest(request), NO_SESSION_YET));
}

function readObject(answer: Answer): JsonObject {
  const body = grantedBody(answer);
  if (!isJsonObject(body)) throw new AnswerMalformed('object');
  return body;
}

/** The promise that the opening of a session is on record. */
export function openingReceipt(
  { headers }: Answer,
  { method, path }: Pick<ClientRequest, 'method' | 'path'>,
  attest: JsonObject,
): GivenReceipt {
  const target = `${method} ${path}`;
  return { receipt: headers.get(RECEIPT_HEADER), attest, target, isGranted: true };
}

/** Body and the one signature of a signed object, as sign-in and step-up take them. */
export function signParts(
  label: SigningLabel,
  statement: JsonObject,
  seed: Seed,
): { body: string; sig: string } {
  const wire = parseStrictJson(signObject(label, statement, [seed]));
  const { body, sigs } = isJsonObject(wire) ? wire : {};
  const items: readonly JsonValue[] = Array.isArray(sigs) ? sigs : [];
  const [first] = items;
  const sig = isJsonObject(first) ? first['sig'] : undefined;
  if (typeof body !== 'string' || typeof sig !== 'string') throw new RangeError('not a wire');
  return { body, sig };
}

// Attacker-controlled: a server may send any challenge. It is signed together with the origin and under a label of its
// own, so that no challenge makes this signature mean anything else.
export function readChallenge(body: JsonValue): Pick<SignInChallenge, 'challengeId' | 'challenge'> {
  const { challengeId, challenge } = isJsonObject(body) ? body : {};
  if (typeof challengeId !== 'string' || !/^[0-9a-f-]{36}$/.test(challengeId)) {
    throw new AnswerMalformed('challengeId');
  }
  if (typeof challenge !== 'string' || bytesIn(challenge)?.length !== CHALLENGE_BYTES) {
    throw new AnswerMalformed('challenge');
  }
  return { challengeId, challenge };
}

/** A session in the server's answer; its token and its hash belong together. Throws `client.answer-malformed`. */
export function readOpened(body: JsonObject): HeldSession {
  const { token } = body;
  const { ath, ...session } = readOpenedByCookie(body);
  if (typeof token !== 'string') throw new AnswerMalformed('session');
  // The hash is no secret: the server must not make us prove another token than the one we hold.
  if (toBase64Url(sha256(utf8(token))) !== ath) throw new AnswerMalformed('ath');
  return { ...session, ath, token };
}

/**
 * A session whose token came as a cookie, out of sight: a server that names the hash of another one makes proofs that
 * it refuses itself. Throws `client.answer-malformed`.
 */
export function readOpenedByCookie(body: JsonObject): OpenedSession {
  const { sessionId, ath, idleSeconds, endsAt, nonce, highestSeq } = body;
  const isWhole =
    typeof sessionId === 'string' &&
    typeof ath === 'string' &&
    typeof idleSeconds === 'number' &&
    typeof endsAt === 'string' &&
    typeof nonce === 'string' &&
    typeof highestSeq === 'number' &&
    highestSeq >= 0;
  if (!isWhole) throw new AnswerMalformed('session');
  return { sessionId, token: null, ath, idleSeconds, endsAt, nonce, highestSeq };
}

function bytesIn(text: string): Uint8Array | null {
  try {
    return parseBase64Url(text);
  } catch {
    return null;
  }
}
