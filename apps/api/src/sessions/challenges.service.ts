import { SESSION_LIMITS, type SignInChallenge } from '@enlace/contracts';
import { formatInstant, newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { Database } from '../platform/database/database.js';
import { CLOCK, RANDOM } from '../platform/tokens.js';
import { SessionsRepository, type TakenChallenge } from './sessions.repository.js';
import { answers, challengeHash } from './signed-form.js';

const CHALLENGE_BYTES = 32;

/** Numbers that are answered once, within a minute, in the flow that they were made for. Only their hashes are kept. */
@Injectable()
export class Challenges {
  constructor(
    private readonly database: Database,
    private readonly repository: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  async issue(flow: 'sign-in' | 'step-up', sessionId: string | null): Promise<SignInChallenge> {
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + SESSION_LIMITS.challengeMs;
    const challengeId: string = newId(this.clock, this.random);
    const challenge = toBase64Url(this.random.bytes(CHALLENGE_BYTES));
    await this.database.beforeSignIn((tx) =>
      this.repository.putChallenge(tx, {
        id: challengeId,
        flow,
        hash: challengeHash(challenge),
        sessionId,
        nowMs,
        expiresAtMs,
      }),
    );
    return { challengeId, challenge, expiresAt: formatInstant(expiresAtMs) };
  }

  /**
   * Removes a challenge, in a transaction of its own: whatever becomes of the answer, and also when we die before it is
   * judged, nobody tries twice.
   */
  async take(challengeId: string): Promise<TakenChallenge | null> {
    return this.database.beforeSignIn((tx) => this.repository.takeChallenge(tx, challengeId));
  }

  /** Whether a challenge of this flow is answered, in time. */
  isAnswered(challenge: TakenChallenge, flow: 'sign-in' | 'step-up', said: string): boolean {
    return answers(challenge, flow, { said, nowMs: this.clock.nowMs() });
  }
}
