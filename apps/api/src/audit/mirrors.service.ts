import {
  LOG_LIMITS,
  REGIONAL_AUTHORITY,
  STATES,
  type MirrorGranted,
  type StateCode,
} from '@enlace/contracts';
import type { MirrorRequest } from '@enlace/contracts/dto';
import type { Clock } from '@enlace/kernel';
import { TILE_WIDTH } from '@enlace/tlog';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { issueTicket } from '../platform/access/tickets.js';
import { PublishedLogs } from '../platform/logs/published-logs.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { AuditorsRepository } from './auditors.repository.js';

/** Everybody's acts are in the log. */
const EVERYBODY: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];

/** Tickets for the entries of a log. */
@Injectable()
export class Mirrors {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly audit: AuditRecorder,
    private readonly logs: PublishedLogs,
    private readonly auditors: AuditorsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The stretch is on record, from the beginning of its first bundle, before its first byte is read. Throws
   * `log.not-found` for what is not published, `access.denied`, `purpose.required`.
   */
  async mirror(act: ActContext, request: MirrorRequest): Promise<MirrorGranted> {
    const { origin, toIndex: to } = request;
    const from = request.fromIndex - (request.fromIndex % TILE_WIDTH);
    const log = (await this.logs.list()).find((each) => each.origin === origin);
    return this.acts.run(act, async (at) => {
      await this.#assertMayMirror(at, origin);
      const isPublished = log !== undefined && request.fromIndex < to && to <= log.size;
      if (!isPublished) throw new Refusal('log.not-found');
      const { eventId } = await this.audit.record(at, {
        type: 'audit.mirrored',
        outcome: 'success',
        object: { type: 'log', id: origin, ownerState: REGIONAL_AUTHORITY },
        states: [
          ...new Set<StateCode>([at.session?.state ?? REGIONAL_AUTHORITY, REGIONAL_AUTHORITY]),
        ].toSorted(),
        fields: { fromIndex: from, toIndex: to },
        why: act.why,
      });
      const expiresAtMs = this.clock.nowMs() + LOG_LIMITS.mirrorMs;
      const subject = { direction: 'entries', object: origin } as const;
      return issueTicket(act, subject, { eventId, from, to, expiresAtMs });
    });
  }

  /** A witness has no session; its token is for this. */
  async #assertMayMirror(at: ActTransaction, origin: string): Promise<void> {
    if (at.act.witness !== undefined) return;
    this.permissions.assert(at, 'audit.mirror', {
      about: {
        type: 'log',
        id: origin,
        ownerState: REGIONAL_AUTHORITY,
        states: EVERYBODY,
      },
      auditScope: await this.auditors.findScope(at.tx),
    });
  }
}
