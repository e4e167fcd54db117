import type { PasskeyAssertionInput, RecoveryStatementForm } from '@enlace/contracts/dto';
import { isDomainError, parseBase64Url, type Clock } from '@enlace/kernel';
import {
  recoveryChallenge,
  SIGNING_LABELS,
  verifyPerson,
  type Directory,
  type VerifiedPerson,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { answers, type TakenChallenge } from '../../challenges/challenge-hash.js';
import { DirectoryLog } from '../../directory/directory-log.js';
import {
  isPasskeyOf,
  PasskeyAssertions,
  type ShownPasskey,
} from '../../passkeys/passkey-assertions.service.js';
import { ReentryCodes, type TypedCode } from '../../people/reentry/reentry-codes.service.js';
import { Origins } from '../../platform/access/origins.js';
import type { Transaction } from '../../platform/database/database.js';
import { CLOCK } from '../../platform/tokens.js';
import { findDevice } from '../sign-in/sign-in.js';
import { isSignedByKey, NOBODY, type Claimed } from '../signed-form.js';

/** What came with a recovery and what was taken for it. */
export interface RecoveryAttempt {
  readonly claimed: Claimed<RecoveryStatementForm> | null;
  readonly challenge: TakenChallenge | null;
  readonly sessionKey: string | null;
  readonly assertion: PasskeyAssertionInput | undefined;
  /** A code that is the right one, as far as its own row knows; `null`: none was shown. */
  readonly code: TypedCode | null;
}

/** Who comes back, on what device. */
export interface JudgedRecovery {
  readonly person: VerifiedPerson;
  readonly statement: RecoveryStatementForm;
}

/**
 * Judges who comes back with a device that has no certificate: by a passkey of a device that has one, or by a code of
 * two registrars. Neither opens the vault, and without the vault no certificate is signed.
 */
@Injectable()
export class RecoveryEvidence {
  constructor(
    private readonly directory: DirectoryLog,
    private readonly origins: Origins,
    private readonly passkeys: PasskeyAssertions,
    private readonly codes: ReentryCodes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The person, as the directory stands in this transaction, or `null`. A code and a counter are spent with it. */
  async judge(tx: Transaction, attempt: RecoveryAttempt): Promise<JudgedRecovery | null> {
    const { claimed, challenge, sessionKey } = attempt;
    if (claimed === null) return null;
    const { statement, object } = claimed;
    const nowMs = this.clock.nowMs();
    const directory = await this.directory.current(tx);
    const personId = await this.findPerson(tx, directory, attempt);
    const person = personId === null ? null : findPerson(directory, personId, nowMs);
    const { origin, deviceId } = statement;
    const conditions = [
      isSignedByKey(object, SIGNING_LABELS.recovery, keyIn(statement.signKey)),
      answers(challenge, 'sign-in', { said: statement.challenge, nowMs }),
      origin === this.origins.own || this.origins.isClient(origin),
      statement.sessionKey === sessionKey,
      !isKnownDevice(directory, deviceId),
    ];
    return person !== null && conditions.every(Boolean) ? { person, statement } : null;
  }

  private async findPerson(
    tx: Transaction,
    directory: Directory,
    { claimed, assertion, code }: RecoveryAttempt,
  ): Promise<string | null> {
    if (claimed === null || (assertion === undefined) === (code === null)) return null;
    if (code !== null) return this.codes.spend(tx, code);
    if (assertion === undefined) return null;
    const { challengeId, challenge, sessionKey, signKey } = claimed.statement;
    const asked = recoveryChallenge({ challengeId, challenge, sessionKey, signKey });
    const shown = await this.passkeys.judge(tx, assertion, asked);
    if (shown === null || !isOfValidDevice(directory, shown, this.clock.nowMs())) return null;
    return (await this.passkeys.spend(tx, shown)) ? shown.personId : null;
  }
}

/** Whether a device of the person that stands today names the passkey. */
function isOfValidDevice(directory: Directory, shown: ShownPasskey, nowMs: number): boolean {
  const ids = directory.devices.get(shown.personId) ?? [];
  return ids.some((id) => {
    const device = findDevice(directory, id, nowMs);
    return device !== null && isPasskeyOf(directory, device, shown);
  });
}

/** A device that has had a certificate signs in with it, or is over. */
function isKnownDevice(directory: Directory, deviceId: string): boolean {
  return directory.devices.values().some((ids) => ids.includes(deviceId));
}

function findPerson(directory: Directory, personId: string, nowMs: number): VerifiedPerson | null {
  try {
    return verifyPerson(directory, personId, { nowMs });
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return null;
    throw error;
  }
}

// Attacker-controlled: 43 characters whose last bits may be of nothing.
function keyIn(signKey: string): Uint8Array {
  try {
    return parseBase64Url(signKey);
  } catch {
    return NOBODY;
  }
}
