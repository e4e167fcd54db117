import type { StateCode } from '../states.js';

/** What one request of the directory may ask for. */
export const DIRECTORY_LIMITS = {
  /** Statements of one page. */
  statements: 500,
  /** Cards of one request; their hashes stand in the query. */
  cards: 100,
  /** Characters of the canonical JSON of a card. */
  cardCharacters: 4_096,
} as const;

/** One statement of the log, as every client replicates it. Its wire proves itself; the rest is the server's word. */
export interface LoggedStatement {
  readonly index: number;
  /** RFC 3339, informative. */
  readonly acceptedAt: string;
  readonly wire: string;
}

/** The name and title behind a certificate; compare it with the hash that the certificate carries. */
export interface PersonCard {
  /** The hash, as in the certificate. */
  readonly card: string;
  readonly state: StateCode;
  /** Canonical JSON; null once it was erased. */
  readonly body: string | null;
  /** base64url of 32 bytes; null once it was erased. */
  readonly salt: string | null;
}

/** Where a statement was put. */
export interface StatementAccepted {
  readonly index: number;
  readonly statementId: string;
}

/** Where a contact stands in its own life; whether it is in its term is judged by the dates in the log. */
export type ContactStepName = 'proposed' | 'approved' | 'rejected';

/** What a step of a contact answers. */
export interface ContactStanding {
  readonly contactId: string;
  readonly step: ContactStepName | 'confirmed';
}

/** What a socket is told when the directory grew. Revocations come along: a valid one counts when it is seen. */
export interface DirectoryChanged {
  readonly size: number;
  /** Wires of revocations among what is new, oldest first. */
  readonly revocations: readonly string[];
}
