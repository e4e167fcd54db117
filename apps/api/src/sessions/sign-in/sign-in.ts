import type { SignInStatementForm } from '@enlace/contracts/dto';
import { isDomainError } from '@enlace/kernel';
import {
  policyOf,
  SIGNING_LABELS,
  verifyDevice,
  type Directory,
  type VerifiedDevice,
} from '@enlace/trust';

import { answers, type TakenChallenge } from '../../challenges/challenge-hash.js';
import { isPasskeyOf, type ShownPasskey } from '../../passkeys/passkey-assertions.service.js';
import { isSignedByKey, NOBODY, type Claimed } from '../signed-form.js';

/** What the server itself knows, against which a claim is judged. */
export interface SignInGrounds {
  readonly directory: Directory | null;
  /** A device whose chain is walked in place of one that has none. */
  readonly decoy: string | null;
  readonly challenge: TakenChallenge | null;
  /** Whether an answer of a passkey came along, sound or not. */
  readonly isPasskeyShown: boolean;
  /** The passkey that signed this challenge for this key; `null`: none did. */
  readonly passkey: ShownPasskey | null;
  /** Thumbprint of the key that the session's proofs will be made with. */
  readonly sessionKey: string | null;
  readonly isOwnOrigin: (origin: string) => boolean;
  readonly nowMs: number;
}

/**
 * The device that signs in, or `null`. Every condition is judged whatever the others say, an unknown device against a
 * key that signed nothing and after the chain of another: neither the answer nor its time tells which one failed.
 */
export function judgeSignIn(
  claimed: Claimed<SignInStatementForm> | null,
  grounds: SignInGrounds,
): VerifiedDevice | null {
  if (claimed === null) return null;
  const { statement, object } = claimed;
  const { challenge, nowMs } = grounds;
  const device = findDevice(grounds.directory, statement.deviceId, nowMs);
  if (device === null && grounds.decoy !== null)
    findDevice(grounds.directory, grounds.decoy, nowMs);
  const conditions = [
    isSignedByKey(object, SIGNING_LABELS.session, device?.signKey ?? NOBODY),
    answers(challenge, 'sign-in', { said: statement.challenge, nowMs }),
    grounds.isOwnOrigin(statement.origin),
    statement.sessionKey === grounds.sessionKey,
    statement.deviceCert === device?.deviceCert,
    isMethodAllowed(grounds, statement, device),
  ];
  return conditions.every(Boolean) ? device : null;
}

/** The device behind an id with its whole chain, or `null`. */
export function findDevice(
  directory: Directory | null,
  deviceId: string,
  nowMs: number,
): VerifiedDevice | null {
  if (directory === null) return null;
  try {
    return verifyDevice(directory, deviceId, { nowMs });
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return null;
    throw error;
  }
}

/** A key in a file is enough only for a program, and only where the State says so; for all else a passkey signs. */
function isMethodAllowed(
  { directory, passkey, isPasskeyShown }: SignInGrounds,
  { method }: SignInStatementForm,
  device: VerifiedDevice | null,
): boolean {
  if (directory === null || device === null) return false;
  const { platform, person } = device;
  if (method === 'passkey') return passkey !== null && isPasskeyOf(directory, device, passkey);
  const isAllowed = platform === 'cli' && policyOf(directory, person.state).allowCliDevices;
  return method === 'software-key' && !isPasskeyShown && isAllowed;
}
