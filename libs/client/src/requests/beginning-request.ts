import type { RecordId } from '@enlace/e2ee';
import {
  canonicalJson,
  isJsonObject,
  newId,
  parseId,
  parseStrictJson,
  parseUtf8,
  sha256,
  toHex,
  utf8,
  type Clock,
  type Random,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';
import { newRequestId } from './tracking.js';

const TABLE = 'requests';
/** The draft of which nobody knows yet that it has begun. */
const KEY = 'beginning';

/** The names of a draft that is about to begin. */
export interface BeginningRequest {
  readonly requestId: RequestId;
  readonly recordId: RecordId;
}

interface BeginningPorts {
  readonly store: LocalStore;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Names for a draft, durable before anything is sent: the same file for the same thread again goes on under the same
 * ones. Throws `store.damaged`.
 */
export async function keepBeginning(
  { store, clock, random }: BeginningPorts,
  draft: { readonly threadId: ThreadId; readonly text: string },
): Promise<BeginningRequest> {
  const digest = toHex(sha256(utf8(`${draft.threadId} ${draft.text}`)));
  const kept = read(await store.get(TABLE, KEY));
  if (kept?.digest === digest) return kept;
  const names = {
    requestId: newRequestId(random),
    recordId: newId<RecordId>(clock, random),
  };
  await store.put(TABLE, KEY, utf8(canonicalJson({ ...names, digest })));
  return names;
}

/** It has begun: the same file again is another request. */
export async function settleBeginning(store: LocalStore): Promise<void> {
  await store.delete(TABLE, KEY);
}

function read(bytes: Uint8Array | null): (BeginningRequest & { readonly digest: string }) | null {
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const { requestId, recordId, digest } = isJsonObject(value) ? value : {};
  const isWhole = typeof requestId === 'string' && typeof recordId === 'string';
  if (!isWhole || typeof digest !== 'string') throw new StoreDamaged('not a draft that begins');
  return { requestId: parseId(requestId), recordId: parseId(recordId), digest };
}
