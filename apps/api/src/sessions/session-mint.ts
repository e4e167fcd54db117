import { SESSION_LIMITS, type SessionOpened } from '@enlace/contracts';
import { formatInstant, newId, type Clock, type Random } from '@enlace/kernel';
import type { VerifiedPerson } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { newToken, sessionHash } from '../platform/access/session-token.js';
import { freshNonce } from '../platform/proof/proof-nonce.js';
import { tokenHash } from '../platform/proof/request-proof.js';
import { CLOCK, RANDOM } from '../platform/tokens.js';
import type { KeptSession, NewSession } from './sessions.repository.js';

const NONCE_KEY_BYTES = 32;

/** A session with the token that only its client will know. */
export interface MintedSession {
  readonly token: string;
  readonly session: NewSession;
}

/** Whose session it will be, and how that was shown. */
export interface SessionOwner extends Pick<
  NewSession,
  'deviceId' | 'via' | 'acr' | 'keyThumbprint' | 'recoveringKey'
> {
  readonly person: VerifiedPerson;
}

/** Makes sessions and their tokens; what is made is nothing until it is written. */
@Injectable()
export class SessionMint {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  mint({ person, deviceId, via, acr, keyThumbprint, recoveringKey }: SessionOwner): MintedSession {
    const openedAtMs = this.clock.nowMs();
    const token = newToken(this.random);
    const { personId, state, officeId, roles, auditScope } = person;
    const lifeMs = acr === 'recovery' ? SESSION_LIMITS.recoveryMs : SESSION_LIMITS.absoluteMs;
    const session: NewSession = {
      sidHash: sessionHash(token),
      sessionId: newId(this.clock, this.random),
      personId,
      deviceId,
      state,
      officeId,
      roles,
      auditScope,
      acr,
      via,
      keyThumbprint,
      recoveringKey,
      nonceKey: this.random.bytes(NONCE_KEY_BYTES),
      openedAtMs,
      idleUntilMs: openedAtMs + SESSION_LIMITS.idleMs,
      endsAtMs: openedAtMs + lifeMs,
    };
    return { token, session };
  }

  /** A step-up that begins now. */
  stepUp(): { readonly id: string; readonly nowMs: number; readonly expiresAtMs: number } {
    const nowMs = this.clock.nowMs();
    const id: string = newId(this.clock, this.random);
    return { id, nowMs, expiresAtMs: nowMs + SESSION_LIMITS.stepUpMs };
  }

  /** Another token for a session that goes on. */
  remint<Session extends KeptSession>(session: Session): { token: string; session: Session } {
    return { token: newToken(this.random), session };
  }

  /** What the client is told of its session. The token itself travels as a cookie, or beside. */
  describe(
    { token, session }: { readonly token: string; readonly session: KeptSession },
    highestSeq: number,
  ): SessionOpened {
    return {
      sessionId: session.sessionId,
      ...(session.via === 'cli' ? { token } : {}),
      ath: tokenHash(token),
      idleSeconds: SESSION_LIMITS.idleMs / 1_000,
      endsAt: formatInstant(session.endsAtMs),
      nonce: freshNonce(session, this.clock.nowMs()),
      highestSeq,
    };
  }
}
