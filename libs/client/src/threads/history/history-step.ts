import type { ThreadAlert, ThreadView } from '@enlace/e2ee';

import type { StoreChange } from '../../store/local-store.js';
import type { KeptEntry } from '../kept/kept-entry.js';

/** What a range that was given becomes here, in one transaction. */
export interface HistoryStep {
  readonly view: ThreadView;
  readonly entries: readonly KeptEntry[];
  readonly more: readonly StoreChange[];
  /** For the record, where it is news. */
  readonly alert: ThreadAlert | null;
}
