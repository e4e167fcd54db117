import { PASSKEY_LIMITS, SESSION_LIMITS, type SignInChallenge } from '@enlace/contracts';
import { formatInstant, newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { Database } from '../platform/database/database.js';
import { CLOCK, RANDOM } from '../platform/tokens.js';
import { answers, challengeHash, type Flow, type TakenChallenge } from './challenge-hash.js';
import { ChallengesRepository } from './challenges.repository.js';

const CHALLENGE_BYTES = 32;

/** How long a challenge waits: a person who makes passkeys and a recovery kit takes longer than one who signs in. */
const LIFE_MS: Readonly<Record<Flow, number>> = {
  'sign-in': SESSION_LIMITS.challengeMs,
  'step-up': SESSION_LIMITS.challengeMs,
  claim: PASSKEY_LIMITS.registrationMs,
  device: PASSKEY_LIMITS.registrationMs,
};

/** Numbers that are answered once, in time, in the flow that they were made for. Only their hashes are kept. */
@Injectable()
export class Challenges {
  constructor(
    private readonly database: Database,
    private readonly repository: ChallengesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  async issue(flow: Flow, sessionId: string | null): Promise<SignInChallenge> {
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + LIFE_MS[flow];
    const challengeId: string = newId(this.clock, this.random);
    const challenge = toBase64Url(this.random.bytes(CHALLENGE_BYTES));
    await this.database.beforeSignIn((tx) =>
      this.repository.put(tx, {
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
    return this.database.beforeSignIn((tx) => this.repository.take(tx, challengeId));
  }

  /** Whether a challenge of this flow is answered, in time. */
  isAnswered(challenge: TakenChallenge | null, flow: Flow, said: string): boolean {
    return answers(challenge, flow, { said, nowMs: this.clock.nowMs() });
  }
}
