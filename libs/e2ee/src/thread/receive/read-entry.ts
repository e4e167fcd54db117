import {
  decodeEntry,
  decodeErasedEntry,
  ENTRY_HEADER_BYTES,
  NewerEntry,
  type Entry,
  type ErasedEntry,
} from '@enlace/contracts';
import { isDomainError, sha256 } from '@enlace/kernel';

import { EntryRefused } from '../alerts.js';
import type { ThreadView } from '../view/thread-view.js';
import type { LogItem } from './ground.js';

/** Entries of a later format that are remembered: the log of a liar does not make every write of a view large. */
const UNREAD_KEPT = 1_024;

/** Bytes that are no entry of this format. */
export interface Unread {
  readonly refused: EntryRefused;
  readonly isNewer: boolean;
}

export function isRead(read: Entry | ErasedEntry | Unread): read is Entry | ErasedEntry {
  return 'header' in read;
}

/** Check 1. */
export function readEntry({ entry }: LogItem): Entry | ErasedEntry | Unread {
  try {
    return entry instanceof Uint8Array ? decodeEntry(entry) : decodeErasedEntry(entry);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    const refused = new EntryRefused('MALFORMED', 'entry', { cause });
    return { refused, isNewer: cause instanceof NewerEntry };
  }
}

/** The view remembers an entry of a later format by its hash. */
export function unreadWith({ unread }: ThreadView, hash: Uint8Array): ThreadView['unread'] {
  return [...unread, hash].slice(-UNREAD_KEPT);
}

/** Header, commitment, body and signature, wherever bytes can be told apart into them. */
export function partsOf({ entry }: LogItem): Omit<ErasedEntry, 'header'> | null {
  if (!(entry instanceof Uint8Array)) return entry;
  const bodyAt = ENTRY_HEADER_BYTES + 32;
  const signatureAt = entry.length - 64;
  if (signatureAt < bodyAt) return null;
  return {
    headerBytes: entry.subarray(0, ENTRY_HEADER_BYTES),
    commitment: entry.subarray(ENTRY_HEADER_BYTES, bodyAt),
    bodyHash: sha256(entry.subarray(bodyAt, signatureAt)),
    signature: entry.subarray(signatureAt),
  };
}
