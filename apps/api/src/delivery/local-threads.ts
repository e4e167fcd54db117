import type { PersonId, ThreadId } from '@enlace/kernel';

import type { CommittedEntry, ThreadEnd } from './delivery.repository.js';

/** A thread of which somebody has a socket on this node. */
export interface LocalThread {
  readonly threadId: ThreadId;
  /** Every entry up to here was handed to its recipients, as far as they are on this node. */
  delivered: number;
  /** As far as this node has heard. */
  head: number;
  /** The roster of the last entry that was read. */
  roster: { readonly version: number; readonly personIds: readonly PersonId[] };
  /** Whose thread it is, for the record of what was delivered. */
  about: Pick<ThreadEnd, 'caseId' | 'originator' | 'states'>;
}

const NO_ROSTER = { version: 0, personIds: [] } as const;

/** What a node knows of its threads: how far each was delivered, and how far it goes. In memory alone. */
export class LocalThreads {
  readonly #threads = new Map<ThreadId, LocalThread>();

  get ids(): readonly ThreadId[] {
    return [...this.#threads.keys()];
  }

  find(threadId: ThreadId): LocalThread | null {
    return this.#threads.get(threadId) ?? null;
  }

  /** A thread that begins to be local is delivered from after `delivered` on; one that is stays as it is. */
  keep({ threadId, lastSeq, caseId, originator, states }: ThreadEnd, delivered: number): void {
    const about = { caseId, originator, states };
    const known = this.#threads.get(threadId);
    if (known !== undefined) {
      known.about = about;
      known.head = Math.max(known.head, lastSeq);
      return;
    }
    const start = Math.max(0, Math.min(delivered, lastSeq));
    this.#threads.set(threadId, {
      threadId,
      delivered: start,
      head: lastSeq,
      roster: NO_ROSTER,
      about,
    });
  }

  /** False for a thread that is not local. */
  hear(threadId: ThreadId, seq: number): boolean {
    const known = this.#threads.get(threadId);
    if (known !== undefined) known.head = Math.max(known.head, seq);
    return known !== undefined;
  }

  forget(threadId: ThreadId): void {
    this.#threads.delete(threadId);
  }

  /** Threads with entries to deliver, those that waited longest first. */
  due(most: number): readonly LocalThread[] {
    const due: LocalThread[] = [];
    for (const thread of this.#threads.values()) {
      if (thread.head > thread.delivered) due.push(thread);
      if (due.length === most) break;
    }
    // Whoever had its turn goes to the end, so that a busy thread keeps nobody from theirs.
    for (const thread of due) {
      this.#threads.delete(thread.threadId);
      this.#threads.set(thread.threadId, thread);
    }
    return due;
  }

  /** Whom an entry is for, which is remembered for those after it. */
  recipientsOf(thread: LocalThread, entry: CommittedEntry): readonly PersonId[] {
    const { rosterVersion, personIds } = entry;
    if (personIds !== null) thread.roster = { version: rosterVersion, personIds };
    // An entry names the roster that was known, or brings its own: it is for nobody else.
    return thread.roster.version === rosterVersion ? thread.roster.personIds : [];
  }
}
