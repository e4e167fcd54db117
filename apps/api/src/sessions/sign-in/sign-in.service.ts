import { SignInStatementForm, type OpenSessionRequest } from '@enlace/contracts/dto';
import { Injectable } from '@nestjs/common';

import { NO_CHALLENGE } from '../../challenges/challenge-hash.js';
import { Challenges } from '../../challenges/challenges.service.js';
import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { SessionOpenings, type OpenedSession } from '../session-openings.service.js';
import { SignInRefused } from '../sessions.errors.js';
import { readSigned } from '../signed-form.js';
import { SignInEvidence, thumbprintOf, type SignInAttempt } from './sign-in-evidence.js';

/** Opens sessions for devices that the directory vouches for. */
@Injectable()
export class SignIns {
  constructor(
    private readonly challenges: Challenges,
    private readonly evidence: SignInEvidence,
    private readonly openings: SessionOpenings,
  ) {}

  /** Throws `session.refused` for every reason alike: one body, one amount of work. */
  async open(act: ActContext, request: OpenSessionRequest): Promise<OpenedSession> {
    const { body, sig } = request;
    const claimed = readSigned(SignInStatementForm, request);
    const attempt: SignInAttempt = {
      claimed,
      challenge: await this.challenges.take(claimed?.statement.challengeId ?? NO_CHALLENGE),
      sessionKey: await thumbprintOf(request.sessionJwk),
      assertion: request.assertion,
    };
    return this.openings.run({ ...act, attest: { body, sig } }, (at, epoch) =>
      this.openFor(at, epoch, attempt),
    );
  }

  private async openFor(
    at: ActTransaction,
    epoch: string,
    attempt: SignInAttempt,
  ): Promise<OpenedSession> {
    const judged = await this.evidence.judge(at.tx, attempt);
    if (judged === null || attempt.claimed === null || attempt.sessionKey === null) {
      throw new SignInRefused('sign-in refused');
    }
    const { device, passkey } = judged;
    if (passkey !== null && !(await this.evidence.spend(at.tx, passkey))) {
      throw new SignInRefused('the counter of the passkey went back');
    }
    const { person, deviceId, platform } = device;
    const { method: acr, build, abandoned } = attempt.claimed.statement;
    const keyThumbprint = attempt.sessionKey;
    const via = platform === 'cli' ? 'cli' : 'web';
    const owner = { person, deviceId, via, acr, keyThumbprint, recoveringKey: null } as const;
    return this.openings.open(at, owner, { epoch, said: { build, abandoned } });
  }
}
