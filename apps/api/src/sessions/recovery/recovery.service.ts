import { RecoveryStatementForm, type OpenRecoveryRequest } from '@enlace/contracts/dto';
import { parseId, type DeviceId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import { NO_CHALLENGE } from '../../challenges/challenge-hash.js';
import { Challenges } from '../../challenges/challenges.service.js';
import { ReentryCodes, type TypedCode } from '../../people/reentry/reentry-codes.service.js';
import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { SessionOpenings, type OpenedSession } from '../session-openings.service.js';
import { SignInRefused } from '../sessions.errors.js';
import { readSigned } from '../signed-form.js';
import { thumbprintOf } from '../sign-in/sign-in-evidence.js';
import { RecoveryEvidence, type RecoveryAttempt } from './recovery-evidence.js';

/** Opens the sessions of people who come back with a device that nobody has certified yet. */
@Injectable()
export class Recoveries {
  constructor(
    private readonly challenges: Challenges,
    private readonly evidence: RecoveryEvidence,
    private readonly codes: ReentryCodes,
    private readonly openings: SessionOpenings,
  ) {}

  /**
   * A session of a quarter of an hour, in which the vault is fetched and one certificate handed in. Throws
   * `session.refused` for every reason alike; a wrong code is counted although it is refused.
   */
  async open(act: ActContext, request: OpenRecoveryRequest): Promise<OpenedSession> {
    const { body, sig, assertion, reentry } = request;
    const claimed = readSigned(RecoveryStatementForm, request);
    const attempt: RecoveryAttempt = {
      claimed,
      challenge: await this.challenges.take(claimed?.statement.challengeId ?? NO_CHALLENGE),
      sessionKey: await thumbprintOf(request.sessionJwk),
      assertion,
      code: reentry ?? null,
    };
    const isCode = await this.tryCode(attempt.code);
    return this.openings.run({ ...act, attest: { body, sig } }, async (at, epoch) => {
      if (!isCode) throw new SignInRefused('no such code');
      return this.openFor(at, epoch, attempt);
    });
  }

  private async tryCode(code: TypedCode | null): Promise<boolean> {
    return code === null || this.codes.try(code);
  }

  private async openFor(
    at: ActTransaction,
    epoch: string,
    attempt: RecoveryAttempt,
  ): Promise<OpenedSession> {
    const judged = await this.evidence.judge(at.tx, attempt);
    if (judged === null || attempt.sessionKey === null) {
      throw new SignInRefused('recovery refused');
    }
    const { person, statement } = judged;
    const owner = {
      person,
      deviceId: parseId<DeviceId>(statement.deviceId),
      via: at.act.via === 'cli' ? 'cli' : 'web',
      acr: 'recovery',
      keyThumbprint: attempt.sessionKey,
      recoveringKey: statement.signKey,
    } as const;
    return this.openings.open(at, owner, {
      epoch,
      said: { build: statement.build, abandoned: [] },
    });
  }
}
