import type { HistoryGrantId, PersonId } from '@enlace/kernel';

/** A part of a log, and the epochs whose keys open it. */
export interface PastRange {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly incarnation: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
}

/** What the log knows of a range, for the person of the session. */
export interface Past {
  /** How many of its entries were for the person when they came. */
  readonly received: number;
  /** Something of the epochs is for named recipients alone. */
  readonly isForNamed: boolean;
}

/** History that an entry gives to one person. */
export interface GivenHistory extends PastRange {
  /** Of the entry. */
  readonly seq: number;
  readonly grantId: HistoryGrantId;
  readonly personId: PersonId;
  /** Of the keys of the devices that it is for. */
  readonly fingerprints: readonly string[];
}
