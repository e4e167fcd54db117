import type { CaseId } from '@enlace/kernel';

import type { State } from '../states.js';

/** A case as its members see it. Its name is known to them alone: it travels sealed, inside its threads. */
export interface CaseShown {
  readonly caseId: CaseId;
  readonly ownerState: State;
  /** Whose people may be invited into its threads; sorted. */
  readonly states: readonly State[];
  readonly caseType: string;
  readonly legalBasis: string;
  /** In a closed one no thread begins. */
  readonly status: 'open' | 'closed';
  /** Nothing in its threads is erased, and nothing of the record of them. */
  readonly isHeld: boolean;
  /** Of the person who asks. */
  readonly role: 'steward' | 'member';
  readonly openedAt: string;
}

export interface CasesShown {
  readonly cases: readonly CaseShown[];
}

/** What a hold of a case, or lifting it, has come to. */
export type CaseHeld = Pick<CaseShown, 'caseId' | 'isHeld'>;

export const CASE_LIMITS = {
  /** Cases of one page. */
  page: 200,
  /** Approvals that come with one act. */
  approvals: 8,
  /** Characters of the wire of an approval. */
  approval: 4096,
} as const;
