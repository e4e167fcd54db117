import type { Handling, SuiteName, ThreadPolicy, ThreadStatement } from '@enlace/contracts';
import type { CommitIntent, Content } from '@enlace/e2ee';
import type { CaseId, EntryId, JsonObject, JsonValue, PersonId } from '@enlace/kernel';

import type { HistoryRange } from './history/plan-history.js';
import { kept } from './kept/kept-fields.js';

/** How a thread ends, is kept, or loses its content: as the log says it. */
export type LifeAct = Omit<ThreadStatement<'lifecycle'>, 'v'>;

/** What a person wants of a thread: enough to make its entry, and to make it again when the keys have changed. */
export type ThreadIntent =
  | {
      readonly act: 'open';
      readonly caseId: CaseId;
      readonly suite: SuiteName;
      readonly policy: ThreadPolicy;
    }
  | { readonly act: 'send'; readonly content: Content<'message'> }
  /** A part of a record: the same bytes whenever it is made again, in base64url. */
  | {
      readonly act: 'record';
      readonly kind: 'record-update' | 'record-snapshot';
      readonly body: string;
      readonly handling: Handling;
    }
  /** A receipt: it notifies nobody. */
  | { readonly act: 'acknowledge'; readonly content: Content<'receipt'> }
  /** Taken back, and the bodies of those entries go in the same append: one does not stand without the other. */
  | {
      readonly act: 'withdraw';
      readonly content: Content<'message'>;
      readonly redactionId: EntryId;
      readonly targets: readonly number[];
    }
  | { readonly act: 'leave' }
  /** What becomes of the thread, by a steward; with the words of others where it takes them. */
  | ({ readonly act: 'life' } & LifeAct)
  /** For the key of the moment, which is not here. */
  | {
      readonly act: 'ask';
      readonly requestId: string;
      readonly reason: ThreadStatement<'access-request'>['reason'];
    }
  /** The key of the moment, to whoever asked for it. */
  | { readonly act: 'give'; readonly requestId: string; readonly toPersonId: PersonId }
  /** Keys of the past, by a steward who shows to be there. */
  | ({
      readonly act: 'history';
      readonly toPersonId: PersonId;
      readonly basis: Exclude<ThreadStatement<'grant'>['basis'], 'access'>;
    } & HistoryRange)
  | { readonly act: 'commit'; readonly commit: CommitIntent };

const ACTS: readonly ThreadIntent['act'][] = [
  'open',
  'send',
  'record',
  'acknowledge',
  'withdraw',
  'leave',
  'life',
  'ask',
  'give',
  'history',
  'commit',
];

/** As the outbox keeps it: everything in an intent is JSON but for the brands of its ids. */
export function intentAsJson(intent: ThreadIntent): JsonObject {
  const value: JsonValue = JSON.parse(JSON.stringify(intent));
  return kept.object(value);
}

/** Throws `store.damaged`. Whether it may be done is judged whenever it is made. */
export function readIntent(value: JsonObject): ThreadIntent {
  const { act } = value;
  if (!ACTS.some((known) => known === act)) kept.text(null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one when it was kept; the store is sealed
  return value as unknown as ThreadIntent;
}

/** The files that the entry of an intent names: the server has to have all of each before it takes the entry. */
export function filesOf(intent: ThreadIntent): readonly string[] {
  if (intent.act !== 'send' || intent.content.type !== 'text') return [];
  return (intent.content.attachments ?? []).map(({ attachmentId }) => attachmentId);
}
