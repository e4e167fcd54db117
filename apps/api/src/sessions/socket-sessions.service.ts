import { SESSION_LIMITS, type SocketTicket } from '@enlace/contracts';
import {
  formatInstant,
  newId,
  toBase64Url,
  type Clock,
  type EventId,
  type Random,
} from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { getSession } from '../platform/access/acting-session.js';
import type { SessionContext } from '../platform/database/database.js';
import { ticketHash } from '../platform/realtime/session-sockets.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK, RANDOM } from '../platform/tokens.js';
import { SessionsRepository } from './sessions.repository.js';

const TICKET_BYTES = 32;

/** A socket that proved its session, as it stands in the record. */
export interface ConnectedSocket {
  readonly session: SessionContext;
  readonly socketRef: EventId;
  /** The event that says so. */
  readonly eventId: EventId;
}

/** Tickets for sockets, and the record of sockets that proved their session. */
@Injectable()
export class SocketSessions {
  constructor(
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
    private readonly repository: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** A ticket for one handshake of this session within 30 seconds. Only its hash is kept. */
  async issue(act: ActContext, ath: string): Promise<SocketTicket> {
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + SESSION_LIMITS.socketTicketMs;
    const ticket = toBase64Url(this.random.bytes(TICKET_BYTES));
    await this.acts.run(act, ({ tx }) =>
      this.repository.putSocketTicket(tx, { hash: ticketHash(ticket), ath, nowMs, expiresAtMs }),
    );
    return { ticket, expiresAt: formatInstant(expiresAtMs) };
  }

  /** Records that a socket proved its session; it is handled and delivered to from here on. */
  async connect(act: ActContext): Promise<ConnectedSocket> {
    const socketRef: EventId = newId(this.clock, this.random);
    return this.acts.run(act, async (at) => {
      const session = getSession(at);
      const { sessionId, state } = session;
      const { eventId } = await this.audit.record(at, {
        type: 'session.connected',
        outcome: 'success',
        object: { type: 'session', id: sessionId, ownerState: state },
        states: [state],
        fields: { socketRef },
      });
      return { session, socketRef, eventId };
    });
  }
}
