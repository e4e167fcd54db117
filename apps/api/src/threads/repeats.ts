import {
  decodeAppendReceipt,
  entryHash,
  type EntriesAppended,
  type Entry,
} from '@enlace/contracts';
import { equalBytes, toBase64Url } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { EntryEvents } from './events/entry-events.js';
import type { LockedThread } from './judging/locked-thread.js';
import { aboutThread, actionOf } from './judging/thread-about.js';

/** What came before: the same bytes again find their first receipts, and nothing is written but that they came. */
@Injectable()
export class Repeats {
  constructor(
    private readonly permissions: Permissions,
    private readonly events: EntryEvents,
  ) {}

  /**
   * `receipts` are those of the entries that the log has. They are read by whoever may read: a person who is invited
   * has entries as well. Throws `entry.conflict`, with the first receipt, unless all of the entries are there as they
   * came.
   */
  async answer(
    at: ActTransaction,
    thread: LockedThread,
    {
      entries,
      receipts,
    }: { readonly entries: readonly Entry[]; readonly receipts: readonly Uint8Array[] },
  ): Promise<EntriesAppended> {
    this.permissions.assert(at, actionOf('entry.fetch', thread.standing), {
      about: aboutThread(thread),
      absent: 'thread.not-found',
    });
    const kept = receipts.map((bytes) => ({ bytes, ...decodeAppendReceipt(bytes).receipt }));
    const [any] = kept;
    const facts = any === undefined ? {} : { receipt: toBase64Url(any.bytes) };
    const first = entries.map((entry) => {
      const known = kept.find(({ entryId }) => entryId === entry.header.entryId);
      const isSame = known !== undefined && equalBytes(known.entryHash, entryHash(entry));
      if (!isSame) throw new Refusal('entry.conflict', { facts });
      return known;
    });
    const [one] = first;
    if (one === undefined) throw new Refusal('entry.malformed');
    await this.events.recordRepeated(at, thread, one);
    return appended(
      thread,
      first.map(({ bytes }) => bytes),
    );
  }
}

/** What was taken in, and where the log ends. */
export function appended(thread: LockedThread, receipts: readonly Uint8Array[]): EntriesAppended {
  const { epoch, incarnation, head } = thread;
  return { receipts: receipts.map(toBase64Url), head: { seq: head.seq, epoch, incarnation } };
}
