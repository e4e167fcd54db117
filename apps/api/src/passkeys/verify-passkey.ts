import {
  PASSKEY_ALGORITHMS,
  type PasskeyAssertion,
  type PasskeyRegistration,
} from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
} from '@enlace/kernel';
import { authenticatorRef } from '@enlace/trust';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  cose,
  decodeAttestationObject,
  decodeCredentialPublicKey,
} from '@simplewebauthn/server/helpers';

/** An RSA key that may still sign: 2,048 bits. */
const RSA_MODULUS_BYTES = 256;

/** What was signed and from where it may come. */
interface Expected {
  readonly challenge: Uint8Array;
  readonly isClient: (origin: string) => boolean;
}

/** A passkey that was made, with somebody present whom the authenticator has verified. */
export interface NewPasskey {
  readonly credentialId: Uint8Array;
  readonly credentialKey: Uint8Array;
  /** How a device certificate names it. */
  readonly ref: string;
  readonly counter: number;
  /** The model, as the authenticator calls itself: nobody vouches for it. */
  readonly aaguid: string;
  /** It is kept, or may be kept, by an account that copies it to other machines. */
  readonly isSynced: boolean;
}

/**
 * The passkey behind a registration, or `null` for whatever does not hold. Attestation `none` alone: the formats with
 * certificates have us fetch what their certificates name, and nobody needs them.
 */
// Attacker-controlled: everything in the registration; a fault of the decoder is a refusal.
export async function verifyRegistration(
  { credentialId, clientDataJSON, attestationObject }: PasskeyRegistration,
  expected: Expected,
): Promise<NewPasskey | null> {
  const origin = readOrigin(clientDataJSON, expected.isClient);
  if (origin === null || readFormat(attestationObject) !== 'none') return null;
  const response = await verifyRegistrationResponse({
    response: {
      ...credential(credentialId),
      response: { clientDataJSON, attestationObject },
    },
    ...against(expected.challenge, origin),
    supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
  }).catch(() => null);
  if (response?.verified !== true) return null;
  const { credential: made, aaguid, credentialDeviceType } = response.registrationInfo;
  if (made.id !== credentialId || !isLongEnough(made.publicKey)) return null;
  return {
    credentialId: parseBase64Url(made.id),
    credentialKey: made.publicKey,
    ref: authenticatorRef(parseBase64Url(made.id), made.publicKey),
    counter: made.counter,
    aaguid,
    isSynced: credentialDeviceType === 'multiDevice',
  };
}

/**
 * What an assertion says that this key signed, or `null`. The counter is judged by whoever keeps it, under the lock of
 * its row.
 */
// Attacker-controlled: everything in the assertion.
export async function verifyAssertion(
  { credentialId, clientDataJSON, authenticatorData, signature }: PasskeyAssertion,
  credentialKey: Uint8Array,
  expected: Expected,
): Promise<{ readonly counter: number; readonly isSynced: boolean } | null> {
  const origin = readOrigin(clientDataJSON, expected.isClient);
  if (origin === null) return null;
  const response = await verifyAuthenticationResponse({
    response: {
      ...credential(credentialId),
      response: { clientDataJSON, authenticatorData, signature },
    },
    ...against(expected.challenge, origin),
    credential: { id: credentialId, publicKey: Uint8Array.from(credentialKey), counter: 0 },
  }).catch(() => null);
  if (response?.verified !== true) return null;
  const { newCounter, credentialDeviceType } = response.authenticationInfo;
  return { counter: newCounter, isSynced: credentialDeviceType === 'multiDevice' };
}

function credential(id: string) {
  return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
}

/** The passkeys of an origin belong to its host (Web Authentication Level 3, section 4, RP ID). */
function against(challenge: Uint8Array, origin: string) {
  return {
    expectedChallenge: toBase64Url(challenge),
    expectedOrigin: origin,
    expectedRPID: new URL(origin).hostname,
    requireUserVerification: true,
  };
}

/** The page that asked, when it is one of ours and not in a frame of somebody else's. */
function readOrigin(clientDataJSON: string, isClient: (origin: string) => boolean): string | null {
  const data = attempt(() => parseStrictJson(parseUtf8(parseBase64Url(clientDataJSON))));
  if (data === null || !isJsonObject(data)) return null;
  const { origin, crossOrigin = false, topOrigin } = data;
  const isOurs = typeof origin === 'string' && isClient(origin);
  return isOurs && crossOrigin === false && topOrigin === undefined ? origin : null;
}

function readFormat(attestationObject: string): string | null {
  return attempt(() =>
    decodeAttestationObject(Uint8Array.from(parseBase64Url(attestationObject))).get('fmt'),
  );
}

function isLongEnough(credentialKey: Uint8Array<ArrayBuffer>): boolean {
  const key = decodeCredentialPublicKey(credentialKey);
  if (!cose.isCOSEPublicKeyRSA(key)) return true;
  return (key.get(cose.COSEKEYS.n)?.length ?? 0) >= RSA_MODULUS_BYTES;
}

/** What a decoder of foreign bytes makes of them; `null` for whatever it refuses. */
function attempt<Value>(decode: () => Value): Value | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
