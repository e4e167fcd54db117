import type { SessionSummary } from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import type { SessionContext } from '../platform/database/database.js';
import { hintAfterCommit } from '../platform/bus/hint.js';
import { SessionWatch } from '../platform/realtime/session-watch.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { SessionNotFound } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';

type Ending = 'current' | 'all' | { readonly id: string };

/** The live sessions of a person, as that person sees and ends them. */
@Injectable()
export class Sessions {
  constructor(
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
    private readonly repository: SessionsRepository,
    private readonly watch: SessionWatch,
    private readonly permissions: Permissions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(act: ActContext): Promise<readonly SessionSummary[]> {
    return this.acts.run(act, (at) => {
      const { sessionId } = this.assertOwn(at, 'session.list');
      return this.repository.findMine(at.tx, sessionId);
    });
  }

  /**
   * Signs out: this session, one of the person's others, or every one ends with the commit. Throws `session.not-found`
   * for an id that is no live session of the person, whoever else's it is.
   */
  async end(act: ActContext, which: Ending): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { sessionId, state } = this.assertOwn(at, 'session.end');
      const mine = await this.repository.findMine(at.tx, sessionId);
      const one = oneOf(which, sessionId);
      const ended = mine.filter(({ sessionId: id }) => one === null || id === one);
      if (ended.length === 0) throw new SessionNotFound('no such session');
      for (const { sessionId: id } of ended) {
        await this.audit.record(at, {
          type: 'session.closed',
          outcome: 'success',
          object: { type: 'session', id, ownerState: state },
          states: [state],
          fields: { cause: 'signed-out' },
        });
      }
      await this.repository.endMine(at.tx, one, this.clock.nowMs());
      hintAfterCommit(at, { sessionsEnded: true });
    });
    await this.watch.confirm();
  }

  private assertOwn(at: ActTransaction, action: 'session.list' | 'session.end'): SessionContext {
    const session = getSession(at);
    const { sessionId: id, personId, state: ownerState } = session;
    this.permissions.assert(at, action, { about: { type: 'session', id, ownerState, personId } });
    return session;
  }
}

/** The session that is to end; `null` is every one. */
function oneOf(which: Ending, current: string): string | null {
  if (which === 'all') return null;
  return which === 'current' ? current : which.id;
}
