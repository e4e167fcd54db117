import { formatInstant } from '@enlace/kernel';
import type { SignInChallenge, StepUpGranted } from '@enlace/contracts';
import {
  StepUpStatementForm,
  type PasskeyAssertionInput,
  type StepUpRequest,
} from '@enlace/contracts/dto';
import { SIGNING_LABELS, stepUpChallenge, type VerifiedDevice } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { NO_CHALLENGE, type TakenChallenge } from '../challenges/challenge-hash.js';
import { Challenges } from '../challenges/challenges.service.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { sessionHash } from '../platform/access/session-token.js';
import { SessionEnded } from '../platform/database/database-errors.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { SessionMint } from './session-mint.js';
import { SessionsRepository } from './sessions.repository.js';
import { SignInEvidence } from './sign-in/sign-in-evidence.js';
import { isSignedByKey, NO_SIGNATURE, readSigned, type Claimed } from './signed-form.js';

/** A session that goes on under another token, with one step-up in hand. */
export interface ElevatedSession {
  readonly token: string;
  readonly via: 'web' | 'cli';
  readonly answer: StepUpGranted;
}

interface ShownAgain {
  readonly claimed: Claimed<StepUpStatementForm>;
  readonly challenge: TakenChallenge | null;
  readonly assertion: PasskeyAssertionInput | undefined;
}

/** Shows once more who is there, for one act with one body. */
@Injectable()
export class StepUps {
  constructor(
    private readonly challenges: Challenges,
    private readonly evidence: SignInEvidence,
    private readonly mint: SessionMint,
    private readonly repository: SessionsRepository,
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
  ) {}

  /** A challenge that this session alone can answer. */
  async challenge(act: ActContext): Promise<SignInChallenge> {
    const sessionId = await this.acts.run(act, async (at) => getSession(at).sessionId);
    return this.challenges.issue('step-up', sessionId);
  }

  /**
   * Throws `step-up.required` when what was shown does not hold, or is not what the session was opened with: the
   * step-up is still to be done.
   */
  async elevate(act: ActContext, request: StepUpRequest): Promise<ElevatedSession> {
    const { body, sig = NO_SIGNATURE, assertion } = request;
    const claimed = readSigned(StepUpStatementForm, { body, sig });
    const challenge = await this.challenges.take(claimed?.statement.challengeId ?? NO_CHALLENGE);
    return this.acts.run(act, async (at) => {
      const holds = claimed !== null && (await this.judge(at, { claimed, challenge, assertion }));
      if (!holds) throw new Refusal('step-up.required');
      return this.grant(at, claimed.statement);
    });
  }

  private async judge(at: ActTransaction, shown: ShownAgain): Promise<boolean> {
    const { deviceId, sessionId, acr } = getSession(at);
    const { claimed, challenge, assertion } = shown;
    const device = await this.evidence.find(at.tx, deviceId);
    const isAnswered =
      challenge?.sessionId === sessionId &&
      this.challenges.isAnswered(challenge, 'step-up', claimed.statement.challenge);
    if (device === null || !isAnswered) return false;
    if (acr === 'passkey') return this.isShownByPasskey(at, device, shown);
    return (
      acr === 'software-key' &&
      assertion === undefined &&
      isSignedByKey(claimed.object, SIGNING_LABELS.stepUp, device.signKey)
    );
  }

  private async isShownByPasskey(
    { tx }: ActTransaction,
    device: VerifiedDevice,
    { claimed, assertion }: ShownAgain,
  ): Promise<boolean> {
    if (assertion === undefined) return false;
    const challenge = stepUpChallenge(claimed.object.bodyBytes);
    const passkey = await this.evidence.findPasskeyOf(tx, device, { assertion, challenge });
    return passkey !== null && this.evidence.spend(tx, passkey);
  }

  /** The old token is dead with the commit, for sockets as well. */
  private async grant(
    at: ActTransaction,
    { action, objectId, bodyHash }: StepUpStatementForm,
  ): Promise<ElevatedSession> {
    const { sessionId, state, deviceId } = getSession(at);
    await this.audit.record(at, {
      type: 'session.elevated',
      outcome: 'success',
      object: { type: 'session', id: sessionId, ownerState: state },
      states: [state],
      fields: { action },
    });
    const stepUp = this.mint.stepUp();
    await this.repository.putStepUp(at.tx, { ...stepUp, action, objectId, bodyHash });
    const highestSeq = await this.repository.highestSeq(at.tx, deviceId);
    const kept = at.act.sidHash && (await this.repository.findKept(at.tx, at.act.sidHash));
    if (kept === null) throw new SessionEnded('the session is not valid');
    const { token, session } = this.mint.remint(kept);
    await this.repository.rotate(at.tx, sessionHash(token));
    const answer = {
      ...this.mint.describe({ token, session }, highestSeq),
      stepUpId: stepUp.id,
      stepUpUntil: formatInstant(stepUp.expiresAtMs),
    };
    return { token, via: session.via, answer };
  }
}
