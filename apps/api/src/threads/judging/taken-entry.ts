import type { PersonId } from '@enlace/kernel';

import type { LifeChange, Redaction } from './deeds.js';
import type { GivenHistory } from './history.js';
import type { Committed } from './judge-commit.js';
import type { PlacedEntry } from './judge-entry.js';
import type { LockedThread } from './locked-thread.js';

/** What an entry did to the thread, for the record of it. */
export interface TakenEntry {
  readonly placed: PlacedEntry;
  readonly before: LockedThread;
  readonly after: LockedThread;
  /** Frozen with the entry: whom it is for. */
  readonly recipients: readonly PersonId[];
  readonly rosterVersion: number;
  readonly commit: Committed | null;
  readonly history: GivenHistory | null;
  readonly redaction: Redaction | null;
  readonly life: LifeChange | null;
}

/** A blob that an entry of the batch names. */
export interface NamedBlob {
  readonly sha256: Uint8Array;
  readonly seq: number;
  /** Of a grant of history. */
  readonly grantId: string | null;
}

/** A roster that begins with an entry of the batch. */
export interface NewRoster {
  readonly version: number;
  readonly personIds: readonly PersonId[];
}

/** What an entry does besides being there. */
export type Deed = Pick<TakenEntry, 'commit' | 'history' | 'redaction' | 'life'>;

/** What an entry does that only stands there. */
export const NO_DEED: Deed = { commit: null, history: null, redaction: null, life: null };
