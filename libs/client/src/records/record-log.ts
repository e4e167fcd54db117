import { openTaken, type Content, type RecordEntry, type ThreadView } from '@enlace/e2ee';
import { isJsonObject } from '@enlace/kernel';

import type { KeptEntry } from '../threads/kept/kept-entry.js';

type RecordCreated = Extract<Content<'message'>, { readonly type: 'record.create' }>;
export type RecordFrozen = Extract<Content<'message'>, { readonly type: 'record.freeze' }>;

/** What a log holds of one record. */
export interface RecordLog {
  /** `null` for a record whose beginning this reader does not have. */
  readonly created: RecordCreated | null;
  readonly entries: readonly RecordEntry[];
  readonly frozen: readonly RecordFrozen[];
}

/** Everything of a record among the entries that were taken. Nothing before its first beginning counts. */
export function recordLogOf(
  taken: readonly KeptEntry[],
  { view, recordId }: { readonly view: ThreadView; readonly recordId: string },
): RecordLog {
  const contents = taken.flatMap((entry) => {
    const content = contentOf(entry);
    return content?.['recordId'] === recordId ? [{ seq: entry.seq, content }] : [];
  });
  const begin = contents.find(({ content }) => content['type'] === 'record.create') ?? null;
  const beginSeq = begin?.seq ?? 0;
  const later = taken.filter(({ seq }) => seq > beginSeq);
  const entries = later.flatMap((entry) => entryOf(entry, { view, recordId }));
  const unread: RecordEntry = { kind: 'unreadable', seq: 0 };
  const frozen = contents.filter(
    ({ seq, content }) => content['type'] === 'record.freeze' && seq > beginSeq,
  );
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its schema read it when it was taken
    created: (begin?.content ?? null) as RecordCreated | null,
    entries: begin === null ? [unread, ...entries] : entries,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    frozen: frozen.map(({ content }) => content as unknown as RecordFrozen),
  };
}

/** The beginnings of records in a log, the first of each. */
export function recordsIn(taken: readonly KeptEntry[]): readonly RecordCreated[] {
  const found = new Map<string, RecordCreated>();
  for (const entry of taken) {
    const content = contentOf(entry);
    const isBeginning = content?.['type'] === 'record.create';
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its schema read it when it was taken
    const created = content as unknown as RecordCreated;
    if (isBeginning && !found.has(created.recordId)) found.set(created.recordId, created);
  }
  return [...found.values()];
}

function contentOf({ effect }: KeptEntry) {
  const { content } = effect;
  return effect['effect'] === 'content' && isJsonObject(content) ? content : null;
}

function entryOf(
  { seq, kind, effect, bytes }: KeptEntry,
  { view, recordId }: { readonly view: ThreadView; readonly recordId: string },
): readonly RecordEntry[] {
  if (kind !== 'record-update' && kind !== 'record-snapshot') return [];
  if (effect['effect'] === 'placeholder') {
    // A replay says nothing, and nothing is missing.
    return effect['reason'] === null ? [] : [{ kind: 'unreadable', seq }];
  }
  if (effect['recordId'] !== recordId) return [];
  if (bytes === null) return [{ kind: 'unreadable', seq }];
  const { effect: opened } = openTaken(view, { seq, entry: bytes });
  if (opened.kind === 'record-update') return [{ kind: opened.kind, seq, record: opened.record }];
  if (opened.kind === 'record-snapshot') return [{ kind: opened.kind, seq, record: opened.record }];
  return [{ kind: 'unreadable', seq }];
}
