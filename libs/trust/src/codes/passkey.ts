import {
  canonicalJson,
  concatBytes,
  sha256,
  toBase64Url,
  utf8,
  type JsonObject,
} from '@enlace/kernel';

import { labelledHash } from '../sodium.js';

/** A number that the server gave, as every challenge of a passkey names it. */
interface Given {
  readonly challengeId: string;
  readonly challenge: string;
}

/**
 * What a passkey signs to sign in: the number of the server and the key of the session (RFC 7638), so that the answer
 * opens no other session.
 */
export function passkeyChallenge({
  challengeId,
  challenge,
  sessionKey,
}: Given & { readonly sessionKey: string }): Uint8Array {
  return challengeOf('enlace/passkey/v1', { challengeId, challenge, sessionKey });
}

/** What a passkey signs to let a new device in: its key beside that of the session. */
export function recoveryChallenge(
  asked: Given & { readonly sessionKey: string; readonly signKey: string },
): Uint8Array {
  const { challengeId, challenge, sessionKey, signKey } = asked;
  const said = { challengeId, challenge, sessionKey, signKey };
  return challengeOf('enlace/passkey-recovery/v1', said);
}

/** What a new passkey is made over: the device that it is for, so that no other device brings it in as its own. */
export function registrationChallenge(
  asked: Given & { readonly deviceId: string; readonly signKey: string },
): Uint8Array {
  const { challengeId, challenge, deviceId, signKey } = asked;
  const said = { challengeId, challenge, deviceId, signKey };
  return challengeOf('enlace/passkey-registration/v1', said);
}

/** What a passkey signs for a step-up; `body` is the canonical JSON of the statement. */
export function stepUpChallenge(body: Uint8Array): Uint8Array {
  return labelledHash('enlace/stepup/v1', body);
}

/** How a device certificate names a passkey; `credentialKey` is its public key as the authenticator gave it (COSE). */
export function authenticatorRef(credentialId: Uint8Array, credentialKey: Uint8Array): string {
  return toBase64Url(sha256(concatBytes(credentialId, credentialKey)));
}

function challengeOf(name: string, said: JsonObject): Uint8Array {
  return labelledHash(name, utf8(canonicalJson(said)));
}
