import { SESSION_LIMITS, type SessionOpened } from '@enlace/contracts';
import { SignInStatementForm, type OpenSessionRequest } from '@enlace/contracts/dto';
import type { VerifiedDevice } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { NO_CHALLENGE } from '../../challenges/challenge-hash.js';
import { Challenges } from '../../challenges/challenges.service.js';
import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { Acts } from '../../platform/access/acts.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { SessionMint, type MintedSession } from '../session-mint.js';
import { SignInRefused } from '../sessions.errors.js';
import { SessionsRepository } from '../sessions.repository.js';
import { SignInEvidence, thumbprintOf, type SignInAttempt } from './sign-in-evidence.js';
import { readSigned } from '../signed-form.js';

/** A session that was opened, and the token for whoever opened it. */
export interface OpenedSession {
  readonly token: string;
  readonly via: 'web' | 'cli';
  readonly answer: SessionOpened;
}

/** Opens sessions for devices that the directory vouches for. */
@Injectable()
export class SignIns {
  constructor(
    private readonly challenges: Challenges,
    private readonly evidence: SignInEvidence,
    private readonly mint: SessionMint,
    private readonly repository: SessionsRepository,
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
  ) {}

  /** Throws `session.refused` for every reason alike: one body, one amount of work. */
  async open(act: ActContext, request: OpenSessionRequest): Promise<OpenedSession> {
    const { body, sig } = request;
    const signedAct = { ...act, attest: { body, sig } };
    const claimed = readSigned(SignInStatementForm, request);
    const attempt: SignInAttempt = {
      claimed,
      challenge: await this.challenges.take(claimed?.statement.challengeId ?? NO_CHALLENGE),
      sessionKey: await thumbprintOf(request.sessionJwk),
      assertion: request.assertion,
    };
    return this.acts.run(signedAct, async (at) => {
      try {
        return await this.openFor(at, attempt);
      } catch (error) {
        if (error instanceof SignInRefused) await this.recordRefusal(at.act);
        throw error;
      }
    });
  }

  /**
   * The directory is read after the epoch: what is revoked in between makes this transaction run again, what is revoked
   * after it ends the session that it opened.
   */
  private async openFor(at: ActTransaction, attempt: SignInAttempt): Promise<OpenedSession> {
    const epoch = await this.repository.revocationEpoch(at.tx);
    const judged = await this.evidence.judge(at.tx, attempt);
    if (judged === null || attempt.claimed === null || attempt.sessionKey === null) {
      throw new SignInRefused('sign-in refused');
    }
    const { device, passkey } = judged;
    if (passkey !== null && !(await this.evidence.spend(at.tx, passkey))) {
      throw new SignInRefused('the counter of the passkey went back');
    }
    const { method: acr } = attempt.claimed.statement;
    const minted = this.mint.mint(device, { acr, keyThumbprint: attempt.sessionKey });
    const highestSeq = await this.repository.highestSeq(at.tx, device.deviceId);
    await this.recordOpening(at, { attempt, device, minted, isNew: highestSeq === 0 });
    const replaced = await this.repository.open(at.tx, minted.session, {
      epoch,
      perPerson: SESSION_LIMITS.perPerson,
    });
    for (const { sessionId } of replaced) await this.recordReplacement(at, device, sessionId);
    const answer = this.mint.describe(minted, highestSeq);
    return { token: minted.token, via: minted.session.via, answer };
  }

  private async recordOpening(
    at: ActTransaction,
    opening: {
      readonly attempt: SignInAttempt;
      readonly device: VerifiedDevice;
      readonly minted: MintedSession;
      readonly isNew: boolean;
    },
  ): Promise<void> {
    const { attempt, device, minted, isNew } = opening;
    const { state } = device.person;
    const event = {
      type: 'session.opened' as const,
      outcome: 'success' as const,
      object: { type: 'session' as const, id: minted.session.sessionId, ownerState: state },
      states: [state],
      fields: {
        method: minted.session.acr,
        acr: minted.session.acr,
        newDevice: isNew,
        build: attempt.claimed?.statement.build ?? '',
        abandoned: attempt.claimed?.statement.abandoned ?? [],
      },
    };
    await this.audit.record(at, event, signerOf(device));
  }

  private async recordReplacement(
    at: ActTransaction,
    device: VerifiedDevice,
    sessionId: string,
  ): Promise<void> {
    const { state } = device.person;
    const event = {
      type: 'session.closed' as const,
      outcome: 'success' as const,
      object: { type: 'session' as const, id: sessionId, ownerState: state },
      states: [state],
      fields: { cause: 'replaced' },
    };
    await this.audit.record(at, event, signerOf(device));
  }

  /**
   * On a connection of its own, before this one rolls back. Who it claimed to be is no fact: nothing of it was shown.
   */
  private async recordRefusal(act: ActContext): Promise<void> {
    await this.audit.recordDenied(act, {
      type: 'session.refused',
      reasonCode: 'session.refused',
      fields: { attemptedAlias: '' },
    });
  }
}

function signerOf({ deviceId, person: { personId, state } }: VerifiedDevice) {
  return { deviceId, personId, state };
}
