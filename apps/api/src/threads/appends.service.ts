import {
  decodeEntry,
  type Action,
  type EntriesAppended,
  type Entry,
  type EntryKind,
} from '@enlace/contracts';
import type { AppendEntriesRequest } from '@enlace/contracts/dto';
import { parseId, type Clock, type ThreadId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { CLOCK } from '../platform/tokens.js';
import { AppendRows } from './append-rows.js';
import { AppendBatch } from './judging/append-batch.js';
import { readBytes } from './read-bytes.js';
import type { ReceiptedEntry, ThreadChangeRows } from './entries.repository.js';
import type { LockedThread } from './judging/locked-thread.js';
import { aboutThread, actionOf, type Asking } from './judging/thread-about.js';
import { certified } from './judging/thread-facts.js';
import { appended } from './repeats.js';
import { ThreadsRepository } from './threads.repository.js';

/** An entry as it came. */
interface Sent {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  /** Files that it names. */
  readonly attachments: readonly string[];
}

/** What can name files. */
const WITH_FILES: ReadonlySet<EntryKind> = new Set(['message', 'record-update', 'record-snapshot']);

/** The end of a thread's log: who may write there, in which order, and what everybody who does is given for it. */
@Injectable()
export class Appends {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly directory: DirectoryLog,
    private readonly threads: ThreadsRepository,
    private readonly rows: AppendRows,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * All of the entries or none, in their order, at the end of the log. The row of the thread is locked from before the
   * first look until the commit. Killed anywhere before it, nothing has happened; after it, the same bytes again find
   * the first receipts. Throws the codes of protocol.md, section 2.6.
   */
  async append(
    act: ActContext,
    id: string,
    request: AppendEntriesRequest,
  ): Promise<EntriesAppended> {
    const threadId = parseId<ThreadId>(id);
    const sent = request.items.map(readSent);
    const entryIds = sent.map(({ entry }) => entry.header.entryId);
    return this.acts.run(act, async (at) => {
      // Both are sent at once, and the directory is read once the thread is held.
      const [found, directory] = await Promise.all([
        this.threads.lock(at.tx, threadId, entryIds),
        this.directory.current(at.tx),
      ]);
      if (found === null) throw new Refusal('thread.not-found');
      const { thread, receipts } = found;
      if (receipts.length > 0) {
        const entries = sent.map(({ entry }) => entry);
        return this.rows.repeats.answer(at, thread, { entries, receipts });
      }
      const nowMs = this.clock.nowMs();
      const { deviceId } = getSession(at);
      const batch = new AppendBatch(thread, {
        device: certified(directory, deviceId, nowMs),
        directory,
        nowMs,
        ...(await this.#named(at, thread, sent)),
        pastOf: async (range) => this.rows.entries.past(at.tx, threadId, range),
        redactable: async (targets) => this.rows.entries.redactable(at.tx, threadId, targets),
        usedApprovals: async (nonces) => this.threads.usedApprovals(at.tx, threadId, nonces),
        assertMay: (actions, now, asking) => this.#assertMay(at, { actions, now, ...asking }),
      });
      await this.#takeAll(at, batch, sent);
      // What is refused counts for nobody: with it, whoever may not write would keep everybody from writing.
      this.rows.rates.assert(threadId, sent.length);
      const entries: ReceiptedEntry[] = [];
      for (const taken of batch.taken) {
        const receipt = await this.rows.events.record(at, taken, directory);
        entries.push({ placed: taken.placed, rosterVersion: taken.rosterVersion, receipt });
      }
      const change = batch.isChanged ? changeOf(batch) : null;
      this.rows.entries.append(at.tx, entries, { after: batch.now, change });
      await this.#recordShred(at, batch);
      await this.#nameFiles(at, threadId, { entries, sent });
      return appended(
        batch.now,
        entries.map(({ receipt }) => receipt),
      );
    });
  }

  /** A commit that does not follow, or may not, is on record as that: two of them cannot both end one epoch. */
  async #takeAll(at: ActTransaction, batch: AppendBatch, sent: readonly Sent[]): Promise<void> {
    for (const { entry, bytes } of sent) {
      const { now } = batch;
      await batch.take(entry, bytes).catch(async (error: unknown) => {
        await this.rows.events.deeds.recordRefusedCommit(at, now, { header: entry.header, error });
        throw error;
      });
    }
  }

  /** After the entries themselves, in the same transaction. Throws `attachment.unknown`: then none of it happens. */
  async #nameFiles(
    { tx }: ActTransaction,
    threadId: ThreadId,
    {
      entries,
      sent,
    }: { readonly entries: readonly ReceiptedEntry[]; readonly sent: readonly Sent[] },
  ): Promise<void> {
    for (const [at, { attachments }] of sent.entries()) {
      const seq = entries[at]?.placed.head.seq;
      if (attachments.length === 0 || seq === undefined) continue;
      const isDone = await this.rows.entries.nameFiles(tx, { threadId, seq, attachments });
      if (!isDone) throw new Refusal('attachment.unknown');
    }
  }

  /** What the entries name: blobs, and places in the log that its end does not tell. */
  async #named({ tx }: ActTransaction, { threadId, head }: LockedThread, sent: readonly Sent[]) {
    const seen = sent.map(({ entry }) => entry.header.seenSeq);
    const earlier = [...new Set(seen)].filter((seq) => seq > 0 && seq < head.seq);
    const entries = sent.map(({ entry }) => entry);
    return {
      chains: await this.rows.entries.chainsAt(tx, threadId, earlier),
      blobs: await this.rows.blobs.findNamed(tx, threadId, entries),
    };
  }

  /** How much is gone is known once it is. */
  async #recordShred(at: ActTransaction, { now, taken }: AppendBatch): Promise<void> {
    const shred = taken.find(({ life }) => life?.action === 'shred')?.life;
    if (shred === null || shred === undefined) return;
    const erased = await this.rows.entries.countErased(at.tx, now.threadId, shred.seq);
    await this.rows.events.deeds.recordErased(at, now, { erased, life: shred });
  }

  #assertMay(
    at: ActTransaction,
    { actions, now: thread, about: said, approvals = [] }: Asked,
  ): void {
    const about = { ...aboutThread(thread), ...said };
    for (const action of actions) {
      const asked = action === 'thread.request-access' ? actionOf(action, thread.standing) : action;
      this.permissions.assert(at, asked, { about, approvals, absent: 'thread.not-found' });
    }
  }
}

function changeOf({ taken, rosters, named, packageHash }: AppendBatch): ThreadChangeRows {
  return {
    rosters,
    named,
    packageHash,
    grants: taken.flatMap(({ history }) => history ?? []),
    redactions: taken.flatMap(({ redaction }) => redaction ?? []),
    lives: taken.flatMap(({ life }) => life ?? []),
  };
}

interface Asked extends Asking {
  readonly actions: readonly Action[];
  readonly now: LockedThread;
}

// Attacker-controlled: the whole text.
function readSent({ entry: text, attachments = [] }: AppendEntriesRequest['items'][number]): Sent {
  const bytes = readBytes(text);
  const entry = decodeEntry(bytes);
  if (attachments.length > 0 && !WITH_FILES.has(entry.header.kind)) {
    throw new Refusal('attachment.unknown');
  }
  return { entry, bytes, attachments };
}
