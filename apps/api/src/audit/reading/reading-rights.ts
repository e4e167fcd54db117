import type { Action, Approval, PolicyObject } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Permissions } from '../../platform/access/permissions.js';
import type { SessionHash } from '../../platform/database/database.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditorsRepository } from '../auditors.repository.js';

/** What is asked for, where it is not simply events, and who has agreed. */
interface Asking {
  readonly about?: Pick<PolicyObject, 'type' | 'id'> & Partial<PolicyObject>;
  readonly approvals?: readonly Approval[];
  readonly isProposal?: boolean;
}

/** Who may ask for events at all. Which of them they see is decided event by event. */
@Injectable()
export class ReadingRights {
  constructor(
    private readonly permissions: Permissions,
    private readonly auditors: AuditorsRepository,
  ) {}

  /**
   * The key of the session to read in. Throws `purpose.required`, and `access.denied` also for those who may see
   * counts or leaves alone: there are none in events, and nothing that they could take out or agree to.
   */
  async assert(
    at: ActTransaction,
    action: Action,
    { about = { type: 'event', id: 'events' }, ...asking }: Asking = {},
  ): Promise<SessionHash> {
    const auditScope = await this.auditors.findScope(at.tx);
    if (auditScope === 'technical') throw new Refusal('access.denied');
    const obligations = this.permissions.assert(at, action, {
      about: { ownerState: getSession(at).state, ...about },
      auditScope,
      ...asking,
    });
    const seesNone = obligations.includes('aggregates-only');
    if (seesNone || at.act.sidHash === null) throw new Refusal('access.denied');
    return at.act.sidHash;
  }
}
