import type { CaseId, ThreadId } from '@enlace/kernel';

import type { State } from '../../states.js';

/** Body of `POST /threads`: the genesis of a thread and the package that it names; base64url each. */
export interface ThreadOpening {
  readonly entry: string;
  readonly package: string;
}

/** Body of `POST /threads/:id/entries`: all of them or none, in this order. */
export interface EntriesAppending {
  readonly items: readonly {
    readonly entry: string;
    /** Files that the entry names: who may read the one may fetch the others. */
    readonly attachments?: readonly string[];
  }[];
}

/** Where the log of a thread ends. */
export interface ThreadHead {
  readonly seq: number;
  readonly epoch: number;
  readonly incarnation: number;
}

/** What was taken in: a signed receipt for each entry, 216 bytes in base64url. */
export interface EntriesAppended {
  readonly receipts: readonly string[];
  readonly head: ThreadHead;
}

/** A head among those of all own threads. */
export interface ListedHead extends ThreadHead {
  readonly threadId: ThreadId;
  readonly chain: string;
}

export interface ThreadHeads {
  readonly heads: readonly ListedHead[];
}

/** A thread as whoever stands in it finds it. */
export interface ThreadListed {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly originator: State;
  readonly states: readonly State[];
  readonly status: 'open' | 'closed' | 'shredded';
  readonly standing: 'steward' | 'member' | 'invited';
  /**
   * 32 bytes in base64url, without which the vault's copy of the thread's keys does not open; `null` for whoever is
   * only invited, and once the thread was shredded.
   */
  readonly shredHalf: string | null;
}

export interface ThreadsListed {
  readonly threads: readonly ThreadListed[];
}

export const THREAD_EXPORT_FORMATS = ['bundle', 'pdf', 'disclosure'] as const;
export type ThreadExportFormat = (typeof THREAD_EXPORT_FORMATS)[number];

/** An entry at its place. */
export interface PlacedEntry {
  readonly seq: number;
  /** RFC 3339, to the millisecond: the chain has it. */
  readonly acceptedAt: string;
  readonly entry: string;
}

/** What is left of an entry whose body was erased: all that proves it, in base64url. */
export interface PlacedErasure extends Omit<PlacedEntry, 'entry'> {
  readonly erased: {
    readonly header: string;
    readonly commitment: string;
    readonly bodyHash: string;
    readonly signature: string;
    /** The entry that allows the erasure, or the end of the term. */
    readonly by: number | 'retention';
  };
}

export type ShownEntry = PlacedEntry | PlacedErasure;

/**
 * Answer of `GET /threads/:id/entries`: in the order of the log, those of them that the person who asks may read.
 * Whoever was invited later reads from the invitation on: `before` is the chain before the first entry of the page,
 * from which the reader computes all others. Nothing of it is believed before it is verified. `pageToken` comes where
 * the read goes on: it is the ticket of the next page, for `GET /threads/:id/entries/pages`.
 */
export interface EntriesShown {
  readonly entries: readonly ShownEntry[];
  readonly before: string;
  readonly head: ThreadHead & { readonly chain: string };
  /** The newest of each device, 160 bytes in base64url: how far it says that it has read. */
  readonly beacons: readonly string[];
  readonly pageToken?: string;
}
