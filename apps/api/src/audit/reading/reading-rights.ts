import type { Action } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Permissions } from '../../platform/access/permissions.js';
import type { SessionHash } from '../../platform/database/database.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditorsRepository } from '../auditors.repository.js';

/** Who may ask for events at all. Which of them they see is decided event by event. */
@Injectable()
export class ReadingRights {
  constructor(
    private readonly permissions: Permissions,
    private readonly auditors: AuditorsRepository,
  ) {}

  /**
   * The key of the session to read in. Throws `purpose.required`, and `access.denied` also for those who may see
   * counts or leaves alone: there are none in events.
   */
  async assert(at: ActTransaction, action: Action): Promise<SessionHash> {
    const { state } = getSession(at);
    const obligations = this.permissions.assert(at, action, {
      about: { type: 'event', id: 'events', ownerState: state },
      auditScope: await this.auditors.findScope(at.tx),
    });
    const seesNone = obligations.includes('aggregates-only') || obligations.includes('no-sections');
    if (seesNone || at.act.sidHash === null) throw new Refusal('access.denied');
    return at.act.sidHash;
  }
}
