import { isSealedKind } from '@enlace/contracts';
import type { ThreadView } from '@enlace/e2ee';
import { canonicalJson, isJsonObject, utf8, type JsonValue, type ThreadId } from '@enlace/kernel';

import type { LocalStore, StoreChange } from '../../store/local-store.js';
import type { KeptEntry } from './kept-entry.js';
import { kept } from './kept-fields.js';

const ENDINGS = 'thread-endings';
/** Tables whose values of a thread hold what its content could be opened or sent with. */
const SECRETS = ['thread-halves', 'thread-backups', 'thread-backups-due', 'outbox', 'uploads'];

/** That the content of a thread is to go from this device, and how far that is. */
export interface ThreadEnding {
  /** The entry that says so; 0 for the end of the term. */
  readonly by: number;
  /** The record was told that nothing is left. */
  readonly isConfirmed: boolean;
}

export async function endingOf(
  store: LocalStore,
  threadId: ThreadId,
): Promise<ThreadEnding | null> {
  const bytes = await store.get(ENDINGS, threadId);
  if (bytes === null) return null;
  return kept.value(bytes, ({ by, isConfirmed }) => ({
    by: kept.count(by),
    isConfirmed: kept.flag(isConfirmed),
  }));
}

/** The change that remembers it. */
export function ending(threadId: ThreadId, { by, isConfirmed }: ThreadEnding): StoreChange {
  return {
    table: ENDINGS,
    key: threadId,
    value: utf8(canonicalJson({ v: 1, by, isConfirmed })),
  };
}

/** What an entry makes of its thread; of somebody who might not, it is a placeholder: `null`, as for every other. */
export function lifeActIn({ effect }: Pick<KeptEntry, 'effect'>): JsonValue {
  const { statement = null } = effect;
  if (effect['effect'] !== 'lifecycle' || !isJsonObject(statement)) return null;
  return statement['action'] ?? null;
}

/** Whether an entry destroys the content of its thread. */
export function isShredding(entry: Pick<KeptEntry, 'effect'>): boolean {
  return lifeActIn(entry) === 'shred';
}

/** The log as it was verified, and nothing that opens any of it or writes into it. */
export function withoutKeys(view: ThreadView): ThreadView {
  const epochs = [...view.epochs].map(([name, one]) => [name, { ...one, epochKey: null }] as const);
  return { ...view, group: null, epochs: new Map(epochs) };
}

/** What is left of an entry: who wrote it, when, and why there is no more. `null` for one that stays as it is. */
export function withoutContent(entry: KeptEntry, by: number): KeptEntry | null {
  if (entry.kind === null || !isSealedKind(entry.kind) || entry.bytes === null) return null;
  const reason = by === 0 ? 'retention-ended' : 'redacted';
  return { ...entry, effect: { effect: 'placeholder', reason }, bytes: null };
}

/** The changes that take away what stands beside the log of a thread. */
export async function withoutSecrets(
  store: LocalStore,
  threadId: ThreadId,
): Promise<readonly StoreChange[]> {
  const changes: StoreChange[] = [];
  for (const table of SECRETS) {
    const keys = (await store.keys(table)).filter((key) => key.startsWith(threadId));
    changes.push(...keys.map((key) => ({ table, key, value: null })));
  }
  return changes;
}
