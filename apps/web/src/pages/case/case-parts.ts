import type { ListedThread, ResultOf, ShownCase } from '../../protocol/operations.js';

/** What a tab of a case is about. */
export interface CaseTabProps {
  readonly shown: ShownCase;
  readonly threads: readonly ListedThread[];
}

/** What may be done with a case itself. */
export type CaseAct = 'report' | 'change' | 'add-state' | 'remove-state' | 'close' | 'reopen';

/** Which office was told of it. */
export type Reported = ResultOf<'case.report'>;
