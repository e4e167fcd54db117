import type { AuditEvent, StateCode } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import { AuditRecorder } from '../tlog/audit-recorder.js';
import type { ActTransaction } from '../access/act.js';
import { getSession } from '../access/acting-session.js';
import { LiveSessions, type Revoked } from '../access/live-session.repository.js';

/** The end of a session that somebody else's right ended. */
export function revokedSession(id: string, state: StateCode): AuditEvent<'session.revoked'> {
  return {
    type: 'session.revoked',
    outcome: 'success',
    object: { type: 'session', id, ownerState: state },
    states: [state],
    fields: { cause: 'revoked' },
  };
}

/** Ends sessions with the right that they were opened with: in the act that takes it away, each with its event. */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly sessions: LiveSessions,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * Ends the sessions of a person or a device of the own State and tells every node. After the event of the act itself,
   * and the last that it does: its own session may be one of them.
   */
  async revoke(at: ActTransaction, whose: Revoked): Promise<void> {
    const { state } = getSession(at);
    for (const id of await this.sessions.revoke(at.tx, whose)) {
      await this.audit.record(at, revokedSession(id, state));
    }
  }
}
