import {
  bodyHashOf,
  entryHash,
  nextChain,
  type ChainHead,
  type Entry,
  type EntryKind,
  type ThreadFacts,
} from '@enlace/contracts';
import { equalBytes, toBase64Url } from '@enlace/kernel';
import { isEntrySignedBy, type VerifiedDevice } from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import type { LockedThread } from './locked-thread.js';
import { devicesToRemove } from './thread-facts.js';

/** An entry at its place in the log. */
export interface PlacedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  /** After it. */
  readonly head: ChainHead;
}

/** What a closed thread still takes in, and one whose content is gone. */
const STILL_TAKEN: Readonly<
  Record<Exclude<LockedThread['status'], 'open'>, ReadonlySet<EntryKind>>
> = {
  closed: new Set<EntryKind>(['leave', 'redaction', 'lifecycle']),
  shredded: new Set<EntryKind>(['leave']),
};

/**
 * What holds of every kind, in the order of protocol.md, section 2.6: whose it is, that the thread is open and in the
 * epoch of the entry, and that it is the next one of its device.
 */
// Attacker-controlled: the whole entry.
export function assertNext(entry: Entry, now: LockedThread, device: VerifiedDevice): void {
  const { header } = entry;
  if (header.threadId !== now.threadId) throw new Refusal('entry.malformed');
  if (header.deviceId !== device.deviceId) throw new Refusal('device.refused');
  if (!isEntrySignedBy(entry, bodyHashOf(entry), device.signKey)) {
    throw new Refusal('entry.signature');
  }
  const { status } = now;
  const isTaken = status === 'open' || STILL_TAKEN[status].has(header.kind);
  if (!isTaken) throw new Refusal('thread.closed');
  const { epoch, incarnation, head } = now;
  if (header.epoch !== epoch || header.incarnation !== incarnation) {
    throw new Refusal('entry.stale-epoch', { facts: { epoch, incarnation, seq: head.seq } });
  }
  const { seq, lastHash } = now.device;
  if (header.deviceSeq !== seq + 1 || !equalBytes(header.prevHash, lastHash)) {
    const facts = { expected: seq + 1, lastHash: toBase64Url(lastHash) };
    throw new Refusal('entry.device-sequence', { facts });
  }
}

/**
 * What an entry says that its author had seen is what is there: with another chain a member would make every client
 * hold the log for a forked one. `chain` is that of the log at the sequence that it names; nobody has seen what is not
 * there.
 */
export function assertSeen({ header }: Entry, chain: Uint8Array | undefined): void {
  const isSeen = chain !== undefined && equalBytes(header.seenChain, chain);
  if (!isSeen) throw new Refusal('entry.malformed');
}

/**
 * What is sealed, and keys that are given, are of a device in the group, and out of reach of whoever is gone: while a
 * device that left or was revoked has a leaf, it has the key.
 */
export function assertMaySeal(entry: Entry, now: LockedThread, facts: ThreadFacts): void {
  if (!now.leaves.some(({ deviceId }) => deviceId === entry.header.deviceId)) {
    throw new Refusal('access.denied', { facts: { ruleId: 'M-001' } });
  }
  const gone = devicesToRemove(now, facts);
  if (gone.length > 0) {
    throw new Refusal('entry.removal-required', { facts: { deviceIds: gone.join(',') } });
  }
}

/** Gives an entry its place: the next one, not before the last one in time. */
export function place(
  entry: Entry,
  bytes: Uint8Array,
  { head, nowMs }: { readonly head: ChainHead; readonly nowMs: number },
): PlacedEntry {
  const hash = entryHash(entry);
  const acceptedAtMs = Math.max(nowMs, head.acceptedAtMs);
  return { entry, bytes, hash, head: nextChain(head, { acceptedAtMs, entryHash: hash }) };
}
