import { concatBytes, idBytes, parseId, toHex, u64be, type EventId } from '@enlace/kernel';

import { LeafMalformed } from '../tlog-error.js';
import { HASH_BYTES } from '../tree/hash.js';
import { readU64 } from './fixed-layout.js';

/** Length of a leaf of the audit log, version 1. */
export const LEAF_BYTES = 58;
const VERSION = 1;

/** What an audit leaf records: an act, a State's hourly manifest, or the life of the log itself. */
export const LEAF_KINDS = { act: 1, manifest: 2, life: 3 } as const;
export type LeafKind = keyof typeof LEAF_KINDS;

/**
 * A leaf of the audit log. All leaves go to all States as mirrors, so it holds a time, a random id and a commitment:
 * never a State, an event type or a person.
 */
export interface AuditLeaf {
  readonly kind: LeafKind;
  readonly occurredAtMs: number;
  readonly eventId: EventId;
  readonly commitment: Uint8Array;
}

/**
 * `u8 version || u8 kind || u64 occurredAt || 16-byte event id || 32-byte commitment`. Throws `tlog.leaf-malformed`.
 */
export function encodeLeaf(leaf: AuditLeaf): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(leaf.occurredAtMs) || leaf.occurredAtMs < 0) {
    throw new LeafMalformed('not a time of a leaf');
  }
  const bytes = concatBytes(
    Uint8Array.of(VERSION, LEAF_KINDS[leaf.kind]),
    u64be(leaf.occurredAtMs),
    idBytes(leaf.eventId),
    leaf.commitment,
  );
  decodeLeaf(bytes);
  return bytes;
}

// Attacker-controlled: the entries of a mirrored log.
/**
 * Refuses other lengths, versions and kinds, times from 2^53 and ids that are no UUIDv7, with `tlog.leaf-malformed`.
 */
export function decodeLeaf(leaf: Uint8Array): AuditLeaf {
  if (leaf.length !== LEAF_BYTES) throw new LeafMalformed('a leaf has 58 bytes');
  if (leaf[0] !== VERSION) throw new LeafMalformed('a leaf of another version');
  const kind = (['act', 'manifest', 'life'] as const).find((name) => LEAF_KINDS[name] === leaf[1]);
  if (kind === undefined) throw new LeafMalformed('a leaf of another kind');
  return {
    kind,
    occurredAtMs: readU64(leaf, 2, LeafMalformed),
    eventId: readEventId(leaf.subarray(10, 26)),
    commitment: new Uint8Array(leaf.subarray(26, 26 + HASH_BYTES)),
  };
}

function readEventId(bytes: Uint8Array): EventId {
  const hex = toHex(bytes);
  const text = [0, 8, 12, 16, 20]
    .map((from, at, all) => hex.slice(from, all[at + 1] ?? 32))
    .join('-');
  try {
    if (text.charAt(14) === '7') return parseId<EventId>(text);
  } catch (cause) {
    throw new LeafMalformed('the event id is no UUIDv7', { cause });
  }
  throw new LeafMalformed('the event id is no UUIDv7');
}
