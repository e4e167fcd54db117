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
  readonly status: 'open' | 'closed';
  /** Of the person who asks. */
  readonly role: 'steward' | 'member';
  readonly openedAt: string;
}

export interface CasesShown {
  readonly cases: readonly CaseShown[];
}

export const CASE_LIMITS = {
  /** Cases of one page. */
  page: 200,
} as const;
