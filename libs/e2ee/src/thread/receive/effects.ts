import type {
  EntryKind,
  Handling,
  ThreadChange,
  ThreadState,
  ThreadStatement,
} from '@enlace/contracts';
import type { DeviceId, EntryId, PersonId } from '@enlace/kernel';

import type { Content } from '../../content/content.js';
import type { RecordSnapshot, RecordUpdate } from '../../content/record-body.js';
import type { Need, Reason, ThreadAlert } from '../alerts.js';
import type { ThreadView } from '../view/thread-view.js';

/** Where an item stands and whose it is; `author` is `null` where nobody could be told. */
export interface ItemPlace {
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly kind: EntryKind | null;
  readonly entryId: EntryId | null;
  /** Up to where the author says to have read this log, by the same chain; `null` where nobody could be told. */
  readonly seenSeq: number | null;
  readonly author: { readonly deviceId: DeviceId; readonly personId: PersonId } | null;
}

/** What a sealed entry says. */
export type OpenedItem =
  | { readonly kind: 'content'; readonly content: Content; readonly handling: Handling }
  | { readonly kind: 'record-update'; readonly record: RecordUpdate; readonly handling: Handling }
  | {
      readonly kind: 'record-snapshot';
      readonly record: RecordSnapshot;
      readonly handling: Handling;
    };

/** What an entry does to a thread, for whoever shows it. */
export type ThreadEffect =
  | OpenedItem
  /** Stands for what cannot be read; `reason` is `null` where nothing is missing, as of a replay. */
  | { readonly kind: 'placeholder'; readonly reason: Reason | null }
  /** The thread, or a new incarnation of its group, begins. */
  | { readonly kind: 'opened'; readonly state: ThreadState | null }
  /**
   * A commit: changes of members are shown from this alone. `state` is after it, and `null` while the reader does not
   * know the members; `isRemoved` when it takes this device out.
   */
  | {
      readonly kind: 'committed';
      readonly changes: readonly ThreadChange[];
      readonly state: ThreadState | null;
      readonly epoch: number;
      readonly isRemoved: boolean;
    }
  | { readonly kind: 'left'; readonly personId: PersonId }
  | { readonly kind: 'access-requested'; readonly statement: ThreadStatement<'access-request'> }
  | {
      readonly kind: 'granted';
      readonly statement: ThreadStatement<'grant'>;
      readonly grantHash: Uint8Array;
    }
  /** Bodies of the targets are deleted. */
  | { readonly kind: 'redacted'; readonly statement: ThreadStatement<'redaction'> }
  /** Approved of by a second person who may, where the act asks for one. */
  | { readonly kind: 'lifecycle'; readonly statement: ThreadStatement<'lifecycle'> };

/** What became of an entry. */
export type Received =
  /** The cursor is behind it. All of it is stored in one transaction, then shown. */
  | {
      readonly kind: 'taken';
      readonly view: ThreadView;
      readonly item: ItemPlace;
      readonly effect: ThreadEffect;
      readonly alerts: readonly ThreadAlert[];
    }
  /** The cursor stays, sending is off; pulling again may bring another answer. */
  | { readonly kind: 'stopped'; readonly alert: ThreadAlert }
  /** The same entry again, once this is here. */
  | { readonly kind: 'waits'; readonly need: Need };
