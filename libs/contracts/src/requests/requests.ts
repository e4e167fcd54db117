import type { RequestId } from '@enlace/kernel';

import type { State } from '../states.js';
import type { RequestStatus } from './moves.js';

/**
 * All that the server knows of a request for assistance: two States, a status with its day, and numbers that say
 * nothing by themselves. What is asked, of whom and why is end-to-end encrypted, and never here.
 */
export interface RequestShown {
  readonly requestId: RequestId;
  readonly requestingState: State;
  readonly requestedState: State;
  readonly status: RequestStatus;
  readonly statusAt: string;
  /** Of the formal letter, as the authority that sent it numbers it. */
  readonly formalReference: string | null;
  /** SHA-256 of 32 random bytes that the members keep and of the version: no hash of a text that can be guessed. */
  readonly versionHash: string | null;
  /** A day without a reason. Shown to the requesting State alone. */
  readonly nextReminderOn: string | null;
  readonly previousRequestId: RequestId | null;
}

export interface RequestsShown {
  readonly requests: readonly RequestShown[];
}

export const REQUEST_LIMITS = {
  /** Requests of one page. */
  page: 200,
  /** Characters of a formal reference. */
  referenceCharacters: 64,
} as const;
