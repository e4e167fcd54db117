/** Header of a ticket: one recorded act answers with it, its many parts carry it instead of proofs of their own. */
export const TICKET_HEADER = 'enlace-ticket';

export const LOG_LIMITS = {
  /** A ticket for the entries of a log is worth this long. */
  mirrorMs: 10 * 60_000,
} as const;

/** What an end of a log says, with what proves it against the leaf there: nobody's act, so everybody may read it. */
export interface LogTurn {
  readonly index: number;
  /** All of it in base64url; `digests` are those of the five sections, one after the other. */
  readonly leaf: string;
  readonly digests: string;
  readonly salt: string;
  readonly body: string;
}

/** One log of the deployment. All of it is the server's word: what counts is its checkpoint. */
export interface LogSummary {
  /** Name of the log and of its key. */
  readonly origin: string;
  /** Where its checkpoint, tiles and entries are read, below the public origin. */
  readonly path: string;
  readonly vkey: string;
  readonly state: 'open' | 'halted' | 'closed';
  /** Of the newest checkpoint that was signed. */
  readonly size: number;
  /** Origin of the log that this one continues; null for the first. */
  readonly predecessor: string | null;
  /** The first leaf, of a log that continues another one; the last, of one that was closed. */
  readonly opening: LogTurn | null;
  readonly closing: LogTurn | null;
  /** What States signed so that this log goes on where its predecessor lost entries; null for every other one. */
  readonly continuation: string | null;
  /** Of a halted log: the key of the one that would go on, for the States to name it; null for every other one. */
  readonly next: string | null;
}

/** The token of a State's witness, told once. */
export interface WitnessTokenIssued {
  readonly witness: string;
  /** For `Authorization: Bearer`; the one before is worth nothing any more. */
  readonly token: string;
}

/** Permission to read the entries of a log for ten minutes. */
export interface MirrorGranted {
  /** For the header `Enlace-Ticket` of each request for entries, in the same session. */
  readonly ticket: string;
  readonly expiresAt: string;
}
