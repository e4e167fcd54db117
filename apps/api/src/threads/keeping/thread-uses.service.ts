import { HANDLING_CODES, type Action, type Handling } from '@enlace/contracts';
import type { ConsultationRequest, ThreadExportRequest } from '@enlace/contracts/dto';
import { parseId, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { aboutThread } from '../judging/thread-about.js';
import { ThreadsRepository, type SeenThread } from '../threads.repository.js';
import { KeptThreadsRepository } from './kept-threads.repository.js';

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What members say before they do it with what their devices have: that they look at it, that they take it away. The
 * server hands nothing out here; it is asked, and it is on record with the purpose.
 */
@Injectable()
export class ThreadUses {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly threads: ThreadsRepository,
    private readonly kept: KeptThreadsRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /** Throws `thread.not-found`, `purpose.required`, `body.malformed` for what is not in the log. */
  async consult(act: ActContext, id: string, request: ConsultationRequest): Promise<void> {
    const { firstSeq, lastSeq } = request;
    await this.acts.run(act, async (at) => {
      const thread = await this.#find(at, id);
      this.#permit(at, thread, { action: 'thread.consult' });
      assertRange(thread, { from: firstSeq, to: lastSeq });
      await this.audit.record(at, {
        type: 'thread.consulted',
        outcome: 'success',
        ...placeOf(thread),
        fields: { firstSeq, lastSeq },
      });
    });
  }

  /**
   * Lets a part leave the thread. Throws `thread.not-found`, `purpose.required`, `step-up.required`,
   * `access.denied` for what is for named recipients alone, `body.malformed` for what is not in the log.
   */
  async export(act: ActContext, id: string, request: ThreadExportRequest): Promise<void> {
    const { format, fromSeq, toSeq } = request;
    const action = format === 'disclosure' ? 'entry.disclose' : 'thread.export';
    await this.acts.run(act, async (at) => {
      const thread = await this.#find(at, id);
      const range = { from: fromSeq, to: toSeq };
      const strictest = await this.kept.strictestHandling(at.tx, thread.threadId, range);
      const handling = HANDLING_CODES[strictest] ?? 'EN3';
      this.#permit(at, thread, { action, handling });
      assertRange(thread, range);
      await this.audit.record(at, {
        type: 'thread.exported',
        outcome: 'success',
        ...placeOf(thread),
        fields: { format, fromSeq, toSeq },
      });
    });
  }

  async #find({ tx }: ActTransaction, id: string): Promise<SeenThread> {
    const thread = await this.threads.find(tx, parseId<ThreadId>(id));
    if (thread === null) throw new Refusal('thread.not-found');
    return thread;
  }

  #permit(
    at: ActTransaction,
    thread: SeenThread,
    { action, ...handling }: { readonly action: Action; readonly handling?: Handling },
  ): void {
    const about = { ...aboutThread(thread), ...handling };
    this.permissions.assert(at, action, { about, absent: 'thread.not-found' });
  }
}

function assertRange({ seq }: SeenThread, { from, to }: Range): void {
  if (from > to || to > seq) throw new Refusal('body.malformed');
}

function placeOf({ threadId, caseId, originator, states }: SeenThread) {
  const object = { type: 'thread', id: threadId, ownerState: originator } as const;
  return { object, states, threadId, caseId };
}
