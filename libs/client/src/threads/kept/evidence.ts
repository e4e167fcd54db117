import type { LogItem, ThreadAlert } from '@enlace/e2ee';
import {
  canonicalJson,
  sha256,
  toBase64Url,
  toHex,
  utf8,
  type JsonObject,
  type ThreadId,
} from '@enlace/kernel';

import type { LocalStore, StoreChange } from '../../store/local-store.js';
import { readAlert } from './kept-entry.js';
import { kept } from './kept-fields.js';

const TABLE = 'thread-evidence';
/** Of one thread. The first ones show what happened; whoever sends more of it fills no disk. */
const EVIDENCE_LIMIT = 32;

/** What was shown to this device, byte for byte, and why the thread was stopped for it. */
export interface KeptEvidence {
  readonly alert: ThreadAlert;
  readonly shown: JsonObject;
}

/**
 * What stopped a thread, as it came: signatures in it prove to others who said it. A later look at a true log goes on
 * without it, and it stays.
 */
export class Evidence {
  private constructor(private readonly shown: JsonObject) {}

  static ofEntry({ seq, acceptedAtMs, entry }: LogItem): Evidence {
    const place = { what: 'entry', seq, acceptedAtMs };
    if (entry instanceof Uint8Array) return new Evidence({ ...place, entry: toBase64Url(entry) });
    const { headerBytes, commitment, bodyHash, signature, by } = entry;
    return new Evidence({
      ...place,
      erased: {
        header: toBase64Url(headerBytes),
        commitment: toBase64Url(commitment),
        bodyHash: toBase64Url(bodyHash),
        signature: toBase64Url(signature),
        by,
      },
    });
  }

  static ofBeacon(bytes: Uint8Array): Evidence {
    return new Evidence({ what: 'beacon', beacon: toBase64Url(bytes) });
  }

  /** The change that keeps it, once; none when enough is kept of the thread. */
  static async keep(
    store: LocalStore,
    threadId: ThreadId,
    { alert, evidence }: { readonly alert: ThreadAlert; readonly evidence: Evidence },
  ): Promise<readonly StoreChange[]> {
    const { kind, facts } = alert;
    const told = { v: 1, alert: { kind, facts: { ...facts } }, shown: evidence.shown };
    const value = utf8(canonicalJson(told));
    const count = (await namesOf(store, threadId)).length;
    const key = `${threadId}.${toHex(sha256(value))}`;
    return count < EVIDENCE_LIMIT ? [{ table: TABLE, key, value }] : [];
  }

  /** Everything that is kept of a thread. Throws `store.damaged`. */
  static async of(store: LocalStore, threadId: ThreadId): Promise<readonly KeptEvidence[]> {
    const all: KeptEvidence[] = [];
    for (const name of await namesOf(store, threadId)) {
      const value = await store.get(TABLE, name);
      if (value === null) continue;
      all.push(
        kept.value(value, ({ alert, shown }) => ({
          alert: readAlert(alert ?? null),
          shown: kept.object(shown),
        })),
      );
    }
    return all;
  }
}

async function namesOf(store: LocalStore, threadId: ThreadId): Promise<readonly string[]> {
  return (await store.keys(TABLE)).filter((name) => name.startsWith(threadId)).toSorted();
}
