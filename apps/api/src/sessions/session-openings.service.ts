import { SESSION_LIMITS, type SessionOpened } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { SessionMint, type SessionOwner } from './session-mint.js';
import { SignInRefused } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';

/** A session that was opened, and the token for whoever opened it. */
export interface OpenedSession {
  readonly token: string;
  readonly via: 'web' | 'cli';
  readonly answer: SessionOpened;
}

/** What the device said of itself when it signed in. */
interface Said {
  readonly build: string;
  readonly abandoned: readonly string[];
}

/** Opens sessions, and puts on record that it did or that it refused. Who may have one is judged by others. */
@Injectable()
export class SessionOpenings {
  constructor(
    private readonly mint: SessionMint,
    private readonly repository: SessionsRepository,
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * Runs a sign-in. The directory is read after the epoch: what is revoked in between makes this transaction run again,
   * what is revoked after it ends the session that it opened.
   */
  async run(
    act: ActContext,
    work: (at: ActTransaction, epoch: string) => Promise<OpenedSession>,
  ): Promise<OpenedSession> {
    return this.acts.run(act, async (at) => {
      try {
        return await work(at, await this.repository.revocationEpoch(at.tx));
      } catch (error) {
        if (error instanceof SignInRefused) await this.recordRefusal(at.act);
        throw error;
      }
    });
  }

  /** Throws `session.refused` for a person who is frozen. */
  async open(
    at: ActTransaction,
    owner: SessionOwner,
    { epoch, said }: { readonly epoch: string; readonly said: Said },
  ): Promise<OpenedSession> {
    const minted = this.mint.mint(owner);
    const { sessionId, state, acr, via } = minted.session;
    const { personId, deviceId } = minted.session;
    const signer = { personId, deviceId, state };
    const highestSeq = await this.repository.highestSeq(at.tx, deviceId);
    const common = { outcome: 'success', states: [state] } as const;
    const opened = {
      ...common,
      type: 'session.opened',
      object: { type: 'session', id: sessionId, ownerState: state },
      fields: { method: acr, acr, newDevice: highestSeq === 0, ...said },
    } as const;
    await this.audit.record(at, opened, signer);
    const perPerson = SESSION_LIMITS.perPerson;
    const replaced = await this.repository.open(at.tx, minted.session, { epoch, perPerson });
    for (const { sessionId: id } of replaced) {
      const closed = {
        ...common,
        type: 'session.closed',
        object: { type: 'session', id, ownerState: state },
        fields: { cause: 'replaced' },
      } as const;
      await this.audit.record(at, closed, signer);
    }
    const answer = this.mint.describe(minted, highestSeq);
    return { token: minted.token, via, answer };
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
