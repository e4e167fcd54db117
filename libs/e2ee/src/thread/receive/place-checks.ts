import {
  chainStart,
  isSealedKind,
  nextChain,
  type ChainHead,
  type EntryHeader,
} from '@enlace/contracts';
import { equalBytes } from '@enlace/kernel';

import { EntryRefused, holdUnless } from '../alerts.js';
import { findEpoch, type DevicePlace, type ThreadView } from '../view/thread-view.js';
import type { LogItem, Placed, ReceiveGround } from './ground.js';

/** Check 2: the next sequence, not before the last one in time. The chain is computed, not read. */
export function assertNextPlace({ head }: ThreadView, { seq, acceptedAtMs }: LogItem): void {
  holdUnless(seq === head.seq + 1, 'GAP', 'sequence');
  const isTime = Number.isSafeInteger(acceptedAtMs) && acceptedAtMs >= head.acceptedAtMs;
  holdUnless(isTime, 'FORK', 'time');
}

export function headAfter({ head }: ThreadView, item: LogItem, hash: Uint8Array): ChainHead {
  return nextChain(head, { acceptedAtMs: item.acceptedAtMs, entryHash: hash });
}

/**
 * Check 6: made in the epoch and incarnation that the log is in. A later start takes those of its first entry. Whoever
 * is ahead has seen a commit that this log does not show: it is kept back, and with it perhaps a removal. After a void
 * commit there are those who hold it for valid.
 */
export function assertEpoch(
  { place, isVoid }: ThreadView,
  { epoch, incarnation }: EntryHeader,
): void {
  if (place === null) return;
  const isLater = incarnation === place.incarnation && epoch > place.epoch;
  const isAhead = incarnation > place.incarnation || isLater;
  holdUnless(!isAhead || isVoid, 'GAP', 'epoch');
  const isCurrent = epoch === place.epoch && incarnation === place.incarnation;
  holdUnless(isCurrent, 'STALE_EPOCH', 'epoch');
}

/** Check 7: new, the next one of its device, and its author saw the same log. */
export async function assertContinues(
  view: ThreadView,
  placed: Placed,
  ground: ReceiveGround,
): Promise<void> {
  const { header } = placed;
  const seenAt = await ground.findEntry(header.deviceId, header.entryId);
  holdUnless(seenAt === null, 'REPLAY', 'entry-id');
  assertNextOfDevice(view, header);
  await assertSeen(view, placed, ground);
  if (!isSealedKind(header.kind)) return;
  const known = findEpoch(view, header);
  // Of the epoch in which a later start begins the log shows no key: commits name those of the epochs after it.
  if (known === null && view.startSeq > 0) return;
  const isKey = known !== null && equalBytes(known.epochKeyId, header.epochKeyId);
  holdUnless(isKey, 'FORK', 'epoch-key');
}

function assertNextOfDevice(view: ThreadView, { deviceId, deviceSeq, prevHash }: EntryHeader) {
  const last = lastOf(view, deviceId);
  // Whoever starts later takes the first one of each device as it is.
  if (last === null || isAfterUnread(view, last, { deviceSeq, prevHash })) return;
  holdUnless(deviceSeq <= last.seq + 1, 'GAP', 'device-sequence');
  holdUnless(deviceSeq === last.seq + 1, 'FORK', 'device-sequence');
  holdUnless(equalBytes(prevHash, last.hash), 'FORK', 'previous');
}

/**
 * The author itself, under its signature, names an entry of a later format as the one before: nothing was kept back. No
 * field of such an entry is believed, and no more are stepped over than there are.
 */
function isAfterUnread(
  { unread }: ThreadView,
  last: DevicePlace,
  { deviceSeq, prevHash }: Pick<EntryHeader, 'deviceSeq' | 'prevHash'>,
): boolean {
  const stepped = deviceSeq - last.seq - 1;
  if (stepped < 1 || stepped > unread.length) return false;
  return unread.some((hash) => equalBytes(hash, prevHash));
}

function lastOf(view: ThreadView, deviceId: EntryHeader['deviceId']): DevicePlace | null {
  const last = view.devices.get(deviceId);
  if (last !== undefined) return last;
  return view.startSeq > 0 ? null : { seq: 0, hash: new Uint8Array(32) };
}

async function assertSeen(
  view: ThreadView,
  { header: { seenSeq, seenChain }, seq }: Placed,
  ground: ReceiveGround,
): Promise<void> {
  holdUnless(seenSeq < seq, 'FORK', 'seen');
  const chain = await chainAt(view, seenSeq, ground);
  holdUnless(chain === null || equalBytes(chain, seenChain), 'FORK', 'seen');
}

/** `null` before the start, where this reader has no chain of its own. */
async function chainAt(
  view: ThreadView,
  seq: number,
  ground: ReceiveGround,
): Promise<Uint8Array | null> {
  if (seq === 0) return chainStart(view.threadId).chain;
  if (seq === view.head.seq) return view.head.chain;
  if (seq <= view.startSeq) return null;
  const past = await ground.entryAt(seq);
  if (past === null) throw new EntryRefused('ROLLBACK', 'store');
  return past.chain;
}

/** The devices after an entry that was authentic: its author's sequence goes on, whether it was allowed or not. */
export function devicesAfter(view: ThreadView, { header, hash }: Placed, isTaken: boolean) {
  const last = lastOf(view, header.deviceId);
  const continues =
    last === null
      ? isTaken
      : (header.deviceSeq === last.seq + 1 && equalBytes(header.prevHash, last.hash)) ||
        isAfterUnread(view, last, header);
  if (!continues) return view.devices;
  return new Map([...view.devices, [header.deviceId, { seq: header.deviceSeq, hash }]]);
}
