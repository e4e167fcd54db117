import type { SignInChallenge } from './session-wire.js';

/** What a passkey may be and send. */
export const PASSKEY_LIMITS = {
  /** Passkeys of one device, as its certificate lists them. */
  perDevice: 4,
  /** Bytes of a credential id (Web Authentication Level 3, section 5.1.3). */
  credentialIdBytes: 1_023,
  /** Registrations are handed in within this time: two passkeys and a recovery kit are made in between. */
  registrationMs: 60 * 60_000,
} as const;

/** Signatures that are taken, best first: Ed25519, ES256, and RS256 for computers whose chip knows nothing else. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const;

/**
 * What an authenticator answers when it signs in (WebAuthn `AuthenticatorAssertionResponse`), each member in base64url.
 * Results of extensions are no part of it: the secret that opens the vault never leaves the device.
 */
export interface PasskeyAssertion {
  readonly credentialId: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

/** What an authenticator answers when it makes a passkey, attestation `none`. All members are base64url. */
export interface PasskeyRegistration {
  readonly credentialId: string;
  readonly clientDataJSON: string;
  readonly attestationObject: string;
}

/** All passkeys that were made for one challenge. */
export interface PasskeyProof {
  readonly challengeId: string;
  readonly challenge: string;
  readonly registrations: readonly PasskeyRegistration[];
}

/** `POST /people/invitations/claim/options`, `POST /devices/options`: the same for everybody who asks. */
export type PasskeyOptions = SignInChallenge;
