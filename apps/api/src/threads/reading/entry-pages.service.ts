import { chainStart, THREAD_LIMITS, type EntriesShown } from '@enlace/contracts';
import type { EntriesQuery, EntryPagesQuery } from '@enlace/contracts/dto';
import { parseId, toBase64Url, type Clock, type ThreadId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { assertTicket, issueTicket } from '../../platform/access/tickets.js';
import { Shedding } from '../../platform/backlog/shedding.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { EntriesRepository, type KeptEntry } from '../entries.repository.js';
import { aboutThread, actionOf } from '../judging/thread-about.js';
import { ThreadsRepository, type SeenThread } from '../threads.repository.js';
import { BeaconsRepository } from './beacons.repository.js';
import { shownEntry } from './shown-entry.js';

/** A page as it was read. */
interface ReadPage {
  readonly kept: readonly KeptEntry[];
  readonly lastSeq: number;
  readonly before: Uint8Array;
  readonly beacons: readonly Uint8Array[];
}

/** A page that is part of a read, and the event that the read is on record with. */
export interface CoveredPage {
  readonly shown: EntriesShown;
  readonly eventId: string;
}

/** What a page shows, besides the thread itself, and how much of it there may be at once. */
@Injectable()
export class PageRows {
  constructor(
    readonly entries: EntriesRepository,
    readonly beacons: BeaconsRepository,
    readonly shedding: Shedding,
  ) {}
}

/**
 * Pages of the log of a thread, as far as its entries were for the person. One read is one event, whatever the number
 * of its pages: the event says how far the read may go, before the first byte of it, and each page hands out the
 * ticket of the next.
 */
@Injectable()
export class EntryPages {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly threads: ThreadsRepository,
    private readonly rows: PageRows,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The first page, and the record of the whole read. Throws `thread.not-found` and `audit.backlogged`. */
  async first(act: ActContext, id: string, query: EntriesQuery): Promise<EntriesShown> {
    const { after, limit, through } = query;
    return this.acts.run(act, async (at) => {
      const thread = await this.#find(at, parseId<ThreadId>(id));
      const { threadId, originator, states, caseId, seq } = thread;
      // Not beyond the head of the same answer, though the log may have gone on since.
      const to = Math.min(through ?? seq, seq);
      const most = through === undefined ? Math.min(limit, to - after) : to - after;
      this.rows.shedding.assertPull(most);
      const page = await this.#read(at, thread, { after, limit, to });
      const lastSeq = through === undefined ? page.lastSeq : Math.max(to, after);
      const { eventId } = await this.audit.record(at, {
        type: 'entry.fetched',
        outcome: 'success',
        object: { type: 'thread', id: threadId, ownerState: originator },
        states,
        threadId,
        caseId,
        fields: {
          firstSeq: page.kept[0]?.seq ?? after,
          lastSeq,
          count: through === undefined ? page.kept.length : lastSeq - after,
          mode: 'backlog',
        },
      });
      return this.#show(act, thread, { page, eventId, to: through === undefined ? 0 : to });
    });
  }

  /**
   * A further page of a read that is on record. Throws `thread.not-found`, also for whoever was removed meanwhile, and
   * `ticket.refused` for what the ticket of the page before does not cover, and `audit.backlogged` while more of it is
   * left than is handed out at once.
   */
  async next(act: ActContext, id: string, { after, limit }: EntryPagesQuery): Promise<CoveredPage> {
    return this.acts.run(act, async (at) => {
      const thread = await this.#find(at, parseId<ThreadId>(id));
      const part = { from: after, to: after + 1, nowMs: this.clock.nowMs() };
      const { eventId, to } = assertTicket(act, subjectOf(thread), part);
      this.rows.shedding.assertPull(to - after);
      const page = await this.#read(at, thread, { after, limit, to });
      return { shown: this.#show(act, thread, { page, eventId, to }), eventId };
    });
  }

  async #find(at: ActTransaction, threadId: ThreadId): Promise<SeenThread> {
    const thread = await this.threads.find(at.tx, threadId);
    if (thread === null) throw new Refusal('thread.not-found');
    this.permissions.assert(at, actionOf('entry.fetch', thread.standing), {
      about: aboutThread(thread),
      absent: 'thread.not-found',
    });
    return thread;
  }

  async #read(
    at: ActTransaction,
    { threadId }: SeenThread,
    { after, limit, to }: { readonly after: number; readonly limit: number; readonly to: number },
  ): Promise<ReadPage> {
    const found = await this.rows.entries.page(at.tx, threadId, { after, limit });
    const within = found.filter(({ seq }) => seq <= to);
    const kept = cutTo(THREAD_LIMITS.pageCharacters, within);
    const first = kept[0]?.seq ?? after + 1;
    const before = await this.rows.entries.chainBefore(at.tx, threadId, first);
    const lastSeq = kept.at(-1)?.seq ?? after;
    const beacons = await this.rows.beacons.list(at.tx, threadId);
    return { kept, lastSeq, before: before ?? chainStart(threadId).chain, beacons };
  }

  #show(
    act: ActContext,
    thread: SeenThread,
    {
      page,
      eventId,
      to,
    }: { readonly page: ReadPage; readonly eventId: string; readonly to: number },
  ): EntriesShown {
    const { kept, lastSeq, before, beacons } = page;
    const { seq, epoch, incarnation, chain } = thread;
    // From the end of this page on: a ticket that is shown again finds its own page again, and no earlier one.
    const terms = { eventId, from: lastSeq, to, expiresAtMs: this.#pageTokenUntil() };
    const goesOn = kept.length > 0 && lastSeq < to;
    return {
      entries: kept.map(shownEntry),
      before: toBase64Url(before),
      head: { seq, epoch, incarnation, chain: toBase64Url(chain) },
      beacons: beacons.map(toBase64Url),
      ...(goesOn ? { pageToken: issueTicket(act, subjectOf(thread), terms).ticket } : {}),
    };
  }

  #pageTokenUntil(): number {
    return this.clock.nowMs() + THREAD_LIMITS.pageTokenMs;
  }
}

function subjectOf({ threadId }: SeenThread) {
  return { direction: 'pages', object: threadId } as const;
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
