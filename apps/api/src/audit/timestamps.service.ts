import { REGIONAL_AUTHORITY } from '@enlace/contracts';
import type { TimestampRequest } from '@enlace/contracts/dto';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { EVERYBODY } from '../platform/sequencer/everybody.js';
import { PublishedLogs } from '../platform/logs/published-logs.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { AuditorsRepository } from './auditors.repository.js';

/**
 * What authorities of time said of checkpoints. The server calls none and reads no token: the hash of one is on record,
 * so that whoever shows the token later shows that it was there.
 */
@Injectable()
export class Timestamps {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly audit: AuditRecorder,
    private readonly logs: PublishedLogs,
    private readonly auditors: AuditorsRepository,
  ) {}

  /** Throws `log.not-found` for a checkpoint that was not published, `access.denied`, `purpose.required`. */
  async tell(
    act: ActContext,
    { origin, size, tsaName, tokenHash }: TimestampRequest,
  ): Promise<void> {
    const log = (await this.logs.list()).find((each) => each.origin === origin);
    const checkpoint = log === undefined ? null : await this.logs.checkpointAt(log, size);
    await this.acts.run(act, async (at) => {
      const object = { type: 'log', id: origin, ownerState: REGIONAL_AUTHORITY } as const;
      this.permissions.assert(at, 'audit.mirror', {
        about: { ...object, states: EVERYBODY },
        auditScope: await this.auditors.findScope(at.tx),
      });
      if (checkpoint === null) throw new Refusal('log.not-found');
      await this.audit.record(at, {
        type: 'audit.timestamped',
        outcome: 'success',
        object,
        // Everybody's acts are in the log: the auditors of all States see who had its time attested.
        states: EVERYBODY.toSorted(),
        fields: { size, tsaName, tokenHash },
        why: act.why,
      });
    });
  }
}
