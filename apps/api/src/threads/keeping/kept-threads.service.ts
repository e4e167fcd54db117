import { THREAD_LIMITS, type ThreadsListed } from '@enlace/contracts';
import type { ThreadsQuery } from '@enlace/contracts/dto';
import type { Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { RANDOM } from '../../platform/tokens.js';
import { KeptThreadsRepository } from './kept-threads.repository.js';

const HALF_BYTES = 32;

/** The own threads, with what the server keeps of the keys to their copies in the vault. */
@Injectable()
export class KeptThreads {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: KeptThreadsRepository,
    private readonly audit: AuditRecorder,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** A page of the threads in which the person stands, with the half of each in which the person is a member. */
  async list(
    act: ActContext,
    { after = null }: { readonly after?: ThreadsQuery['after'] | null },
  ): Promise<ThreadsListed> {
    return this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      // Of the own list everybody who can be in a thread is a member.
      this.permissions.assert(at, 'thread.list', {
        about: { type: 'thread', id: personId, ownerState: state, membership: 'member' },
      });
      const listed = await this.repository.list(at.tx, {
        after,
        limit: THREAD_LIMITS.threadsPerPage,
      });
      const halves = await this.#halves(
        at,
        listed.map(({ threadId }) => threadId),
      );
      await this.audit.record(at, {
        type: 'thread.listed',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: { count: listed.length },
      });
      return {
        threads: listed.map((one) => ({ ...one, shredHalf: halves.get(one.threadId) ?? null })),
      };
    });
  }

  /** A thread has no half before a member asks for it: then it gets one, which stays until it is shredded. */
  async #halves({ tx }: ActTransaction, threads: Parameters<KeptThreadsRepository['halves']>[1]) {
    const known = await this.repository.halves(tx, threads, []);
    const missing = [...known.values()].filter((half) => half === null).length;
    if (missing === 0) return known;
    const fresh = Array.from({ length: missing }, () => this.random.bytes(HALF_BYTES));
    return this.repository.halves(tx, threads, fresh);
  }
}
