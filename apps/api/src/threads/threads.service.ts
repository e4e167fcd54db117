import { chainStart, THREAD_LIMITS, type EntriesShown, type ThreadHeads } from '@enlace/contracts';
import type { EntriesQuery } from '@enlace/contracts/dto';
import { formatInstant, parseId, toBase64Url, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { EntriesRepository, type KeptEntry } from './entries.repository.js';
import { aboutThread, actionOf } from './judging/thread-about.js';
import { ThreadsRepository } from './threads.repository.js';

/** The reading side of threads: pages of the log, and where the logs end. */
@Injectable()
export class Threads {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: ThreadsRepository,
    private readonly entries: EntriesRepository,
    private readonly audit: AuditRecorder,
  ) {}

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

  /** Entries after a sequence, as far as they were for the person. Throws `thread.not-found`. */
  async page(act: ActContext, id: string, { after, limit }: EntriesQuery): Promise<EntriesShown> {
    const threadId = parseId<ThreadId>(id);
    return this.acts.run(act, async (at) => {
      const thread = await this.repository.find(at.tx, threadId);
      if (thread === null) throw new Refusal('thread.not-found');
      this.permissions.assert(at, actionOf('entry.fetch', thread.standing), {
        about: aboutThread(thread),
        absent: 'thread.not-found',
      });
      const found = await this.entries.page(at.tx, threadId, { after, limit });
      // Not beyond the head of the same answer, though the log may have gone on since.
      const kept = cutTo(
        THREAD_LIMITS.pageCharacters,
        found.filter((one) => one.seq <= thread.seq),
      );
      const [first] = kept;
      const lastSeq = kept.at(-1)?.seq ?? after;
      const before =
        (await this.entries.chainBefore(at.tx, threadId, first?.seq ?? after + 1)) ??
        chainStart(threadId).chain;
      const { originator, states, caseId, seq, epoch, incarnation, chain } = thread;
      await this.audit.record(at, {
        type: 'entry.fetched',
        outcome: 'success',
        object: { type: 'thread', id: threadId, ownerState: originator },
        states,
        threadId,
        caseId,
        fields: {
          firstSeq: first?.seq ?? after,
          lastSeq,
          count: kept.length,
          mode: 'backlog',
        },
      });
      return {
        entries: kept.map((one) => ({
          seq: one.seq,
          acceptedAt: formatInstant(one.acceptedAtMs),
          entry: Buffer.from(one.entry).toString('base64url'),
        })),
        before: toBase64Url(before),
        head: { seq, epoch, incarnation, chain: toBase64Url(chain) },
      };
    });
  }
}

/**
 * As many entries from the first on as fit; always one, so that reading goes on. Whoever was removed and invited again
 * may not read what was between: a page ends there, since the next one says with which chain it begins.
 */
function cutTo(characters: number, entries: readonly KeptEntry[]): readonly KeptEntry[] {
  let total = 0;
  const end = entries.findIndex(({ seq, entry }, at) => {
    total += Math.ceil((entry.length * 4) / 3);
    const isAfterGap = at > 0 && seq !== (entries[at - 1]?.seq ?? 0) + 1;
    return isAfterGap || (total > characters && at > 0);
  });
  return end === -1 ? entries : entries.slice(0, end);
}
