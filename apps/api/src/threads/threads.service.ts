import type { Action, ThreadHeads } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { aboutThread, actionOf } from './judging/thread-about.js';
import { ThreadsRepository, type SeenThread } from './threads.repository.js';

export type { SeenThread } from './threads.repository.js';

/** Threads as a whole. */
@Injectable()
export class Threads {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: ThreadsRepository,
  ) {}

  /** Whether the person of an act may tell the others of a thread what goes on. Throws `thread.not-found`. */
  async assertMaySignal(act: ActContext, threadId: ThreadId): Promise<void> {
    await this.acts.run(act, async (at) => {
      const thread = await this.repository.find(at.tx, threadId);
      if (thread === null) throw new Refusal('thread.not-found');
      this.permissions.assert(at, 'thread.signal', {
        about: aboutThread(thread),
        absent: 'thread.not-found',
      });
    });
  }

  /** Where the logs of all own threads end: numbers that say that there is something to fetch. */
  async heads(act: ActContext): Promise<ThreadHeads> {
    return this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      // Of the own list everybody who can be in a thread is a member.
      this.permissions.assert(at, 'thread.heads', {
        about: { type: 'thread', id: personId, ownerState: state, membership: 'member' },
      });
      return { heads: await this.repository.listHeads(at.tx) };
    });
  }

  /** A thread for an act of another feature in it. Throws `thread.not-found` and what the policy refuses with. */
  async find(at: ActTransaction, threadId: ThreadId, action: Action): Promise<SeenThread> {
    const thread = await this.repository.find(at.tx, threadId);
    if (thread === null) throw new Refusal('thread.not-found');
    this.permissions.assert(at, actionOf(action, thread.standing), {
      about: aboutThread(thread),
      absent: 'thread.not-found',
    });
    return thread;
  }
}
