import type { ClientEventForm } from '@enlace/contracts/dto';
import type { Clock, JsonObject } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { Threads } from '../../threads/threads.service.js';
import { ClientEventsRepository } from './client-events.repository.js';
import { eventOf } from './stated-event.js';

/** One statement, verified, with the bytes that prove it. */
export interface Stated {
  readonly statement: ClientEventForm;
  readonly attest: JsonObject;
}

/** Makes events of statements, each once. */
@Injectable()
export class StatedEvents {
  constructor(
    private readonly repository: ClientEventsRepository,
    private readonly threads: Threads,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** 1 when it became an event, 0 when it was one already. Throws as `eventOf`, and what the policy refuses with. */
  async keep(
    at: ActTransaction,
    directory: Directory,
    { statement, attest }: Stated,
  ): Promise<number> {
    const receivedAtMs = this.clock.nowMs();
    if (!(await this.repository.take(at.tx, statement.id, receivedAtMs))) return 0;
    const event = await eventOf(statement, {
      directory,
      session: getSession(at),
      aliasOf: async (person) => this.audit.findAlias(at, person),
      findFile: async (file) => this.repository.findFile(at.tx, file),
      findThread: async (threadId) => this.repository.findThread(at.tx, threadId),
      assertMayTransfer: async (threadId) => {
        await this.threads.find(at, threadId, 'attachment.transfer');
      },
    });
    await this.audit.recordStated(at, event, { attest, receivedAtMs });
    return 1;
  }
}
