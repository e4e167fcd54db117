/** One entry that somebody tried to append, however often it was sent. Times are of one monotonic clock. */
export interface Send {
  readonly thread: string;
  readonly entryId: string;
  /** Before the first try. */
  readonly startedMs: number;
  /** What the receipt says, and when it came; `null` while no answer has come: it may be there or not. */
  readonly receipt: { readonly seq: number; readonly atMs: number } | null;
}

/** An entry at its place. */
export interface Place {
  readonly seq: number;
  readonly entryId: string;
}

/** The log of one thread as it is in the end, in the order of its table. */
export interface FinalLog {
  readonly thread: string;
  /** Everything up to here was there before the run. */
  readonly after: number;
  readonly entries: readonly Place[];
}

/** What one client showed of a thread, in the order in which it came. */
export interface ShownList {
  readonly client: string;
  readonly thread: string;
  /** The last that the client had before the run, or may not read: its list goes on after it. */
  readonly after: number;
  /** The last that it may read, once it was removed; `null` for whoever stays. */
  readonly until: number | null;
  readonly entries: readonly Place[];
}

/** An event of the audit log that says that an entry was appended. */
export interface Recorded extends Place {
  readonly thread: string;
}

/** What happened in a run: what the clients asked and were told, and what is there in the end. */
export interface RunHistory {
  readonly sends: readonly Send[];
  readonly logs: readonly FinalLog[];
  readonly lists: readonly ShownList[];
  readonly recorded: readonly Recorded[];
}

/** What a run must not show, in the words of the rules C1 to C7. */
export type FindingKind =
  /** C1: acknowledged, and not at the place that the receipt says. */
  | 'lost'
  /** C1, C6: there more than once. */
  | 'duplicate'
  /** There, and nobody sent it. */
  | 'unsent'
  /** C2: sequences do not follow each other. */
  | 'gap'
  /** C3: placed before an entry whose receipt had come when it was first sent. */
  | 'order'
  /** C4: a client showed something else than the log from its place on. */
  | 'shown'
  /** C5: a client showed what came after its removal. */
  | 'after-removal'
  /** C7: an entry without its event, with two, or an event without its entry. */
  | 'recorded';

export interface Finding {
  readonly kind: FindingKind;
  readonly thread: string;
  readonly entryId: string;
}
