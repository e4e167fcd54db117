import type { Clock } from '@enlace/kernel';
import { readLossTarget, verifyLossStatement } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { Database } from '../platform/database/database.js';
import type { LossRuling, LossRulings } from '../platform/sequencer/loss-rulings.js';
import type { OpenedLogs } from '../platform/sequencer/open-logs.js';
import { CLOCK, OPENED_LOGS } from '../platform/tokens.js';
import { BreakGlassRepository } from './breakglass.repository.js';

/**
 * What States decided about logs that lost entries. The row says only that an act took effect: what it decides is read
 * from what the States signed, and judged once more as every verifier will.
 */
@Injectable()
export class DecidedLosses implements LossRulings {
  constructor(
    private readonly database: Database,
    private readonly repository: BreakGlassRepository,
    private readonly directory: DirectoryLog,
    @Inject(OPENED_LOGS) private readonly opened: Pick<OpenedLogs, 'signers'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async find(origin: string): Promise<LossRuling | null> {
    const now = new Date(this.clock.nowMs());
    const { acts, directory } = await this.database.beforeSignIn(async (tx) => ({
      acts: await this.repository.findInForce(tx, 'leave-recovery', now),
      directory: await this.directory.current(tx),
    }));
    for (const { target, wire } of acts) {
      const named = readLossTarget(target);
      const signer = named.lost.origin === origin ? await this.opened.signers.of(named.next) : null;
      if (signer === null) continue;
      const { lost, reason } = verifyLossStatement(directory, wire);
      return { lost, signer, reason, wire };
    }
    return null;
  }
}
