import { DomainError, type ErrorFacts } from '@enlace/kernel';

/** Why an item of a thread cannot be read: the whole list (protocol.md, section 5.4). */
export type Reason =
  | 'not-granted'
  | 'key-pending'
  | 'device-state-lost'
  | 'sequence-gap'
  | 'fork'
  | 'not-authentic'
  | 'sender-excluded'
  | 'damaged'
  | 'newer-format'
  | 'redacted'
  | 'retention-ended';

/**
 * What a client does. `suspend`: the thread stays readable, sending is off, and pulling again may help; `skip`: a
 * placeholder stands for the entry and the rest goes on; `warn`: shown with a mark; `refuse`: what came is discarded.
 */
export type AlertResponse = 'suspend' | 'skip' | 'warn' | 'refuse';

/** What each alert about a thread leads to; what an item is missing for, where it is missing. */
export const THREAD_ALERTS = {
  GAP: { response: 'suspend', reason: 'sequence-gap' },
  FORK: { response: 'suspend', reason: 'fork' },
  REPLAY: { response: 'skip', reason: null },
  BAD_SIG: { response: 'suspend', reason: 'not-authentic' },
  UNKNOWN_DEVICE: { response: 'skip', reason: 'not-authentic' },
  UNCERTIFIED: { response: 'skip', reason: 'not-authentic' },
  UNAUTHORIZED: { response: 'skip', reason: 'sender-excluded' },
  STALE_EPOCH: { response: 'skip', reason: 'damaged' },
  KEY_MISMATCH: { response: 'skip', reason: 'damaged' },
  MALFORMED: { response: 'skip', reason: 'damaged' },
  HANDLING_MISMATCH: { response: 'warn', reason: null },
  BAD_COMMIT: { response: 'suspend', reason: null },
  BAD_GRANT: { response: 'refuse', reason: 'not-granted' },
  ROLLBACK: { response: 'suspend', reason: 'device-state-lost' },
} as const satisfies Readonly<
  Record<string, { readonly response: AlertResponse; readonly reason: Reason | null }>
>;

export type ThreadAlertKind = keyof typeof THREAD_ALERTS;

/** Something that no honest server and member bring about. `facts` hold sequences, ids and names of rules. */
export interface ThreadAlert {
  readonly kind: ThreadAlertKind;
  readonly facts: ErrorFacts;
}

/** A check of an entry that fails; the receipt of the entry turns it into its alert. */
export class EntryRefused extends DomainError {
  override readonly code = 'entry.refused';
  override readonly kind = 'integrity';

  constructor(
    readonly alert: ThreadAlertKind,
    rule: string,
    options: { cause?: unknown } = {},
  ) {
    super(`the entry is refused: ${alert}, ${rule}`, { ...options, facts: { alert, rule } });
  }
}

export function holdUnless(
  condition: boolean,
  alert: ThreadAlertKind,
  rule: string,
): asserts condition {
  if (!condition) throw new EntryRefused(alert, rule);
}

/**
 * What a check needs that the caller can bring: then the same entry is judged again. A blob that does not come is kept
 * back like an entry: the thread is held as by a gap.
 */
export type Need =
  { readonly kind: 'directory' } | { readonly kind: 'blob'; readonly hash: Uint8Array };

export class EntryWaits extends DomainError {
  override readonly code = 'entry.waits';
  override readonly kind = 'unavailable';

  constructor(readonly need: Need) {
    super(`the entry waits for its ${need.kind}`);
  }
}
