import type { CaseId, OfficeId, PersonId } from '@enlace/kernel';

import type { State } from '../states.js';

export const CASE_ROLES = ['steward', 'member'] as const;

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
  readonly role: (typeof CASE_ROLES)[number];
  readonly openedAt: string;
}

export interface CasesShown {
  readonly cases: readonly CaseShown[];
}

/** What a hold of a case, or lifting it, has come to. */
export type CaseHeld = Pick<CaseShown, 'caseId' | 'isHeld'>;

/** Somebody who was made a member or steward of a case, or is one no more. */
export interface CaseMemberShown {
  readonly caseId: CaseId;
  readonly memberId: PersonId;
  /** `null` for whoever is none any more. */
  readonly role: CaseShown['role'] | null;
}

/** The specialised office that was told of a case. */
export interface CaseReported {
  readonly caseId: CaseId;
  readonly officeId: OfficeId;
}

/** How many cases a State has of a kind; of fewer than five nothing is said. */
export interface CaseCount {
  readonly ownerState: State;
  readonly caseType: string;
  readonly status: CaseShown['status'];
  readonly cases: number;
}

export interface CaseStatistics {
  readonly counts: readonly CaseCount[];
}

export const CASE_LIMITS = {
  /** What is counted below it is not said. */
  leastCell: 5,
  /** Counts of one answer. */
  counts: 1_000,
  /** Cases of one page. */
  page: 200,
  /** Approvals that come with one act. */
  approvals: 8,
  /** Characters of the wire of an approval. */
  approval: 4096,
} as const;
