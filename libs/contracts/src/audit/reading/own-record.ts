/** The sections of an event. */
type SectionName = 'what' | 'who' | 'where' | 'why' | 'attest';

export const RECEIPT_LIMITS = {
  /** Leaves of one question. */
  leaves: 100,
  /** Logs whose growth one question is about. */
  logs: 16,
  /** A leaf is promised for this long after its act. */
  dueMs: 60_000,
  /** What may lie at most between the time of an event and the promise: how long an act runs before it commits. */
  actMs: 5 * 60_000,
  /** How far the time of an event may be from the clock of whoever acted; beyond it one of the two is wrong. */
  skewMs: 86_400_000,
  /** How long after the promised time a leaf may be missing before its receipt is disputed. */
  graceMs: 5 * 60_000,
  /** How often a client that stays signed in asks. */
  everyMs: 10 * 60_000,
} as const;

/** What a client has seen of a log before, for which the answer proves that it has only grown. */
export interface KnownHead {
  readonly origin: string;
  readonly size: number;
}

/** A section as it was committed to, in base64. */
export interface ShownSection {
  readonly salt: string;
  readonly bytes: string;
}

/** What became of one receipt. All of it is the server's word until the proof and the commitment are checked. */
export type OwnReceipt =
  | { readonly leaf: string; readonly pending: true }
  | {
      /** As it stands in the log, in base64url: the one that was asked about, or the server lies. */
      readonly leaf: string;
      readonly pending: false;
      readonly origin: string;
      readonly index: number;
      /** The text of a `.tlog-proof` file. */
      readonly proof: string;
      readonly digests: Readonly<Record<SectionName, string>>;
      /** What, who, why and attest, as far as they were not erased. */
      readonly sections: Readonly<Partial<Record<SectionName, ShownSection>>>;
    };

/** That a log has only grown since the size that was named. */
export interface LogGrowth {
  readonly origin: string;
  readonly from: number;
  /** In base64 (RFC 6962, section 2.1.2); empty where nothing was added. */
  readonly proof: readonly string[];
}

export interface OwnReceipts {
  /** In the order of the question. */
  readonly receipts: readonly OwnReceipt[];
  /** Of the logs that were named; all proofs of one answer lead to one checkpoint a log. */
  readonly growth: readonly LogGrowth[];
}

/** One event in one's own name. */
export interface OwnEvent {
  readonly eventId: string;
  readonly occurredAt: string;
  readonly type: string;
  readonly outcome: string;
  /** Where it stands; `null` while it is on its way into the log. */
  readonly place: { readonly origin: string; readonly index: number } | null;
  readonly leafHash: string | null;
  /** The leaf itself, in base64url: what it is asked about by. `null` as the place. */
  readonly leaf: string | null;
  /** The sections that were not erased, as JSON that the server wrote. */
  readonly sections: Readonly<Partial<Record<SectionName, Readonly<Record<string, unknown>>>>>;
}

/** A page of My activity, newest first. */
export interface OwnEvents {
  readonly events: readonly OwnEvent[];
  /** For the next page; `null` on the last one. */
  readonly next: string | null;
}
