import {
  ROUTES,
  type InvitationStanding,
  type PasskeyProof,
  type StateCode,
} from '@enlace/contracts';
import {
  formatInstant,
  isDomainError,
  isJsonObject,
  parseId,
  toBase64Url,
  type Clock,
  type DeviceId,
  type JsonObject,
  type JsonValue,
  type PersonId,
  type Random,
} from '@enlace/kernel';
import {
  claimCheckDigits,
  invitationCodeHash,
  publicKeyOf,
  signObject,
  SIGNING_LABELS,
  signStatement,
  sodium,
  type Claim,
  type DeviceCert,
  type InvitationText,
  type Seed,
} from '@enlace/trust';

import { readChallenge, type SignInNumber } from '../session/sign-in.js';
import { AnswerMalformed } from '../transport/client-error.js';
import {
  grantedBody,
  NO_SESSION_YET,
  wireRequest,
  type HttpTransport,
} from '../transport/http-transport.js';

const DAY_MS = 86_400_000;
/** A device is certified for at most this long; the client renews it itself. */
const DEVICE_TERM_MS = 90 * DAY_MS;
const STEPS = ['proposed', 'approved', 'claimed', 'certified', 'active', 'cancelled'] as const;

/** What a certificate says of a device beside its id and its person. */
type PublicDevice = Pick<DeviceCert, 'signKey' | 'kemKey' | 'platform' | 'authenticators'>;

/** The keys of a person and of the first device. They never leave it; keep them before the claim is sent. */
export interface ClaimKeys {
  readonly deviceId: DeviceId;
  readonly identitySeed: Seed;
  readonly signSeed: Seed;
  /** Seed of the X-Wing key (draft-connolly-cfrg-xwing-kem). */
  readonly kemSeed: Uint8Array;
  /** Of a browser, whose certificate names its passkeys; a program has none. */
  readonly authenticators?: readonly string[];
}

/** An invitation as its ceremony goes on; the code is of the past by then. */
export interface ClaimedInvitation {
  readonly state: StateCode;
  readonly invitationId: string;
}

/** What an invited person answers with, signed by both keys; the same keys make the same bytes. */
export function signClaim({ state, invitationId, code }: InvitationText, keys: ClaimKeys): string {
  const { deviceId, identitySeed, signSeed } = keys;
  const body = {
    state,
    invitationId,
    codeHash: invitationCodeHash(code),
    identityKey: toBase64Url(publicKeyOf(identitySeed)),
    deviceId,
    ...devicePublicKeys(keys),
    ...platformOf(keys),
  };
  return signObject(SIGNING_LABELS.claim, body, [identitySeed, signSeed]);
}

/** Claims an invitation with keys that were made here. Throws `invitation.refused`, whatever the server's reason. */
export async function claimInvitation(
  transport: HttpTransport,
  invitation: InvitationText,
  keys: ClaimKeys,
): Promise<InvitationStanding> {
  return claim(transport, invitation, { wire: signClaim(invitation, keys) });
}

/** The same from a browser, with the passkeys whose names are in `keys.authenticators`. */
export async function claimWithPasskeys(
  transport: HttpTransport,
  invitation: InvitationText,
  { keys, passkeys }: { readonly keys: ClaimKeys; readonly passkeys: PasskeyProof },
): Promise<InvitationStanding> {
  const { challengeId, challenge } = passkeys;
  const registrations = passkeys.registrations.map((each) => ({ ...each }));
  const wire = signClaim(invitation, keys);
  return claim(transport, invitation, {
    wire,
    passkeys: { challengeId, challenge, registrations },
  });
}

/** The number that new passkeys of a claim are made over. */
export async function askForPasskeys(transport: HttpTransport): Promise<SignInNumber> {
  const request = wireRequest({ method: 'POST', path: ROUTES.invitationClaimOptions, body: {} });
  return readChallenge(await transport.send(request, NO_SESSION_YET).then(grantedBody));
}

async function claim(
  transport: HttpTransport,
  { code }: InvitationText,
  body: JsonObject,
): Promise<InvitationStanding> {
  return post(transport, ROUTES.invitationClaim, { ...body, code: toBase64Url(code) });
}

/** How far the ceremony is. Throws the server's `invitation.refused` when this device has claimed nothing. */
export async function pollClaim(
  transport: HttpTransport,
  claimed: ClaimedInvitation,
  {
    keys,
    clock,
    random,
  }: { readonly keys: ClaimKeys; readonly clock: Clock; readonly random: Random },
): Promise<InvitationStanding> {
  const body = {
    state: claimed.state,
    invitationId: claimed.invitationId,
    at: formatInstant(clock.nowMs()),
    nonce: toBase64Url(random.bytes(16)),
  };
  const wire = signObject(SIGNING_LABELS.claimPoll, body, [keys.signSeed]);
  return post(transport, ROUTES.invitationClaimStatus, { wire });
}

/** The first certificate of the device, signed by the identity key that two registrars have certified. */
export function signClaimedDevice(
  { state, personId }: { readonly state: StateCode; readonly personId: PersonId },
  keys: ClaimKeys,
  clock: Clock,
): string {
  const { deviceId, identitySeed } = keys;
  const device = { state, personId, deviceId, ...devicePublicKeys(keys), ...platformOf(keys) };
  return signFirstCertificate(device, identitySeed, clock);
}

/** The first certificate of a device whose keys may be elsewhere. */
export function signFirstCertificate(
  device: Pick<DeviceCert, 'state' | 'personId' | 'deviceId' | keyof PublicDevice>,
  identitySeed: Seed,
  clock: Clock,
): string {
  const nowMs = clock.nowMs();
  const term = {
    notBefore: formatInstant(nowMs),
    notAfter: formatInstant(nowMs + DEVICE_TERM_MS),
  };
  const head = { type: 'device-cert', v: 1, issuedAt: formatInstant(nowMs), serial: 1 } as const;
  return signStatement({ ...head, ...device, ...term }, [identitySeed]);
}

/**
 * Hands in the certificate of the device. The same certificate may be handed in again after a lost answer: a server
 * that has it says so, and that is no failure.
 */
export async function enrolClaimedDevice(
  transport: HttpTransport,
  { invitationId }: Pick<ClaimedInvitation, 'invitationId'>,
  wire: string,
): Promise<void> {
  try {
    await post(transport, ROUTES.invitationClaimDevice, { invitationId, wire });
  } catch (error) {
    const isKnown = isDomainError(error, 'statement.refused') && error.facts['rule'] === 'repeated';
    if (!isKnown) throw error;
  }
}

/** The sixty digits that person and registrar compare face to face before anybody is certified. */
export function claimDigits({ identitySeed, signSeed }: ClaimKeys): string {
  return claimCheckDigits(publicKeyOf(identitySeed), publicKeyOf(signSeed));
}

function platformOf({ authenticators }: ClaimKeys): Pick<Claim, 'platform' | 'authenticators'> {
  return authenticators === undefined
    ? { platform: 'cli', authenticators: [] }
    : { platform: 'browser', authenticators: [...authenticators] };
}

function devicePublicKeys({ signSeed, kemSeed }: ClaimKeys): { signKey: string; kemKey: string } {
  const { publicKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeed);
  return { signKey: toBase64Url(publicKeyOf(signSeed)), kemKey: toBase64Url(publicKey) };
}

async function post(
  transport: HttpTransport,
  path: string,
  body: JsonObject,
): Promise<InvitationStanding> {
  const request = wireRequest({ method: 'POST', path, body });
  return readStanding(await transport.send(request, NO_SESSION_YET).then(grantedBody));
}

// Attacker-controlled: a server may say any step. It can only make the client wait or ask: what counts is signed.
function readStanding(body: JsonValue): InvitationStanding {
  const value = isJsonObject(body) ? body : {};
  const { invitationId, personId } = value;
  const step = STEPS.find((each) => each === value['step']);
  if (typeof invitationId !== 'string' || typeof personId !== 'string' || step === undefined) {
    throw new AnswerMalformed('standing');
  }
  return { invitationId, personId: parseId(personId), step };
}
