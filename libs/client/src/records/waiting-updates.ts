import { readRecordUpdate, type RecordEntry } from '@enlace/e2ee';
import { parseBase64Url } from '@enlace/kernel';

import type { ThreadIntent } from '../threads/thread-intent.js';

/** Own edits of a record that wait to be sent, after everything that stands in the log. */
export function waitingUpdates(
  intents: readonly ThreadIntent[],
  recordId: string,
): readonly RecordEntry[] {
  return intents.flatMap((intent, at): readonly RecordEntry[] => {
    if (intent.act !== 'record' || intent.kind !== 'record-update') return [];
    const record = readRecordUpdate(parseBase64Url(intent.body));
    const seq = Number.MAX_SAFE_INTEGER - intents.length + at;
    return record.recordId === recordId ? [{ kind: intent.kind, seq, record }] : [];
  });
}
