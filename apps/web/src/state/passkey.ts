import { DomainError, systemRandom } from '@enlace/kernel';

import type { PresenceAsked } from '../protocol/messages.js';
import type { ArgsOf, ResultOf } from '../protocol/operations.js';

/** Best first: Ed25519, ES256, and RS256 for computers whose chip knows nothing else (RFC 9053, RFC 8812). */
const ALGORITHMS = [-8, -7, -257] as const;
const TIMEOUT_MS = 5 * 60_000;

/** The person, the browser or the authenticator did not go on; `facts.reason` is the browser's name for it. */
export class PasskeyRefused extends DomainError {
  override readonly code = 'client.passkey-refused';
  override readonly kind = 'forbidden';
}

/** The authenticator holds a passkey of this enrolment already: the spare one needs another authenticator. */
class PasskeyKnown extends DomainError {
  override readonly code = 'client.passkey-known';
  override readonly kind = 'conflict';
}

/**
 * Makes a passkey. Its members come one by one, so that the output of its pseudo-random function cannot be sent along:
 * it goes to the worker as a buffer of its own, or is null where the authenticator has none. Some give it only at the
 * first use; they are used at once. Throws `client.passkey-refused`, `client.passkey-known`.
 */
export async function makePasskey(
  options: ResultOf<'enrol.passkey-options'>,
): Promise<ArgsOf<'enrol.add-passkey'>> {
  const { rpId, challenge, credentials, prfSalt, userId, userName } = options;
  const credential = await asked(async () =>
    navigator.credentials.create({
      publicKey: {
        rp: { id: rpId, name: 'Enlace' },
        user: { id: userId, name: userName, displayName: userName },
        challenge,
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: credentials.map((id) => ({ type: 'public-key', id })),
        attestation: 'none',
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: prfSalt } } },
      },
    }),
  );
  const { response, rawId } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw refused('form');
  const { prf } = credential.getClientExtensionResults();
  const output = outputOf(prf);
  return {
    credentialId: rawId,
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
    authenticatorData: response.getAuthenticatorData(),
    prf: output === null && prf?.enabled === true ? await firstUse(rpId, rawId, prfSalt) : output,
  };
}

/** Shows who is there with a passkey of this device. Throws `client.passkey-refused`. */
export async function showPasskey({
  prfSalt,
  ...options
}: ResultOf<'session.ask'>): Promise<ArgsOf<'session.open'>> {
  const { shown, extensions } = await assertion(options, { prf: { eval: { first: prfSalt } } });
  return { ...shown, prf: outputOf(extensions.prf) };
}

/** The same for one act in the midst of a session; the vault needs nothing then. Throws `client.passkey-refused`. */
export async function signPresence(request: PresenceAsked): Promise<ArgsOf<'presence.show'>> {
  return (await assertion(request, {})).shown;
}

async function assertion(
  { rpId, challenge, credentials }: Pick<PresenceAsked, 'rpId' | 'challenge' | 'credentials'>,
  extensions: AuthenticationExtensionsClientInputs,
) {
  const credential = await asked(async () =>
    navigator.credentials.get({
      publicKey: {
        rpId,
        challenge,
        allowCredentials: credentials.map((id) => ({ type: 'public-key', id })),
        userVerification: 'required',
        timeout: TIMEOUT_MS,
        extensions,
      },
    }),
  );
  const { response, rawId } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw refused('form');
  const { clientDataJSON, authenticatorData, signature } = response;
  return {
    shown: { credentialId: rawId, clientDataJSON, authenticatorData, signature },
    extensions: credential.getClientExtensionResults(),
  };
}

/** Signs a number that nobody asked for and that goes nowhere: the output is what is wanted. */
async function firstUse(rpId: string, id: ArrayBuffer, prfSalt: ArrayBuffer) {
  const challenge = systemRandom.bytes(32).buffer;
  return (await showPasskey({ rpId, challenge, credentials: [id], prfSalt })).prf;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    if (cause.name === 'InvalidStateError') throw new PasskeyKnown('known', { cause });
    throw refused(cause.name, cause);
  }
  throw refused('form');
}

function refused(reason: string, cause?: unknown): PasskeyRefused {
  return new PasskeyRefused('no passkey', { cause, facts: { reason } });
}

function outputOf(prf: AuthenticationExtensionsClientOutputs['prf']): ArrayBuffer | null {
  const first = prf?.results?.first;
  if (first === undefined) return null;
  return first instanceof ArrayBuffer
    ? first
    : Uint8Array.from(new Uint8Array(first.buffer, first.byteOffset, first.byteLength)).buffer;
}
