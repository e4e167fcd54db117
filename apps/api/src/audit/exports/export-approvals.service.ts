import type { AuditExport } from '@enlace/contracts';
import { parseId, type Clock, type PersonId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { ExportsRepository } from './exports.repository.js';
import { aboutExport, describeExport } from './exports.service.js';

/** A second auditor of the State agrees to a large export; the first one downloads it. */
@Injectable()
export class ExportApprovals {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly repository: ExportsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws `export.not-found`, `access.denied`, `purpose.required`, `step-up.required`, `approval.required`. */
  async approve(act: ActContext, exportId: string): Promise<AuditExport> {
    return this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      const kept = await this.repository.find(at.tx, { exportId, state }, this.clock.nowMs());
      // Of what is not there nobody has said a first word, which is no reason to ask for a second one.
      const asking =
        kept === null
          ? { isProposal: true }
          : {
              approvals: [{ personId: parseId<PersonId>(kept.askedBy), state, roles: kept.roles }],
            };
      const about = { type: 'export', id: exportId };
      await this.rights.assert(at, 'audit.export-large', { about, ...asking });
      if (kept === null) throw new Refusal('export.not-found');
      const isApproved = await this.repository.approve(at.tx, exportId, this.clock.nowMs());
      if (!isApproved) throw new Refusal('approval.required');
      const { format, eventIds, expiresAtMs } = kept;
      await this.audit.record(at, {
        type: 'audit.exported',
        ...aboutExport(at, { exportId, caseId: kept.caseId }),
        fields: { format, rows: eventIds.length },
        why: { approvals: [parseId(kept.askedBy), personId] },
      });
      return describeExport(exportId, { format, rows: eventIds.length, isApproved, expiresAtMs });
    });
  }
}
