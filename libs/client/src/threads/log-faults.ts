import { decodeEntry, entryHash, type AppendReceipt } from '@enlace/contracts';
import type { LogItem, Received, ThreadAlert, ThreadView } from '@enlace/e2ee';
import { equalBytes } from '@enlace/kernel';

import type { OutboxItem } from './kept/outbox.js';
import type { ToldPage } from './wire/thread-wire.js';

type Taken = Extract<Received, { readonly kind: 'taken' }>;

/**
 * The server has to show the log to the end that it names, the same end that we computed, and no end before a place
 * that it has signed for.
 */
// Attacker-controlled: the head.
export function headFault(
  { entries, head }: ToldPage,
  view: ThreadView | null,
  receipts: readonly AppendReceipt[],
): ThreadAlert | null {
  if (view === null) return null;
  const { seq, chain } = view.head;
  if (head.seq < seq) return { kind: 'FORK', facts: { seq: head.seq, rule: 'shorter' } };
  if (head.seq === seq) {
    if (!equalBytes(head.chain, chain)) return { kind: 'FORK', facts: { seq, rule: 'head' } };
    const lost = receipts.find((receipt) => receipt.seq > seq);
    return lost === undefined ? null : { kind: 'FORK', facts: { seq: lost.seq, rule: 'receipt' } };
  }
  const isWithheld = entries.length === 0 && isInside(view);
  return isWithheld ? { kind: 'GAP', facts: { seq: head.seq, rule: 'withheld' } } : null;
}

/**
 * Every entry of this device is in the outbox until it was taken from the log: one that is not was made by a copy of
 * this device, or this store was set back.
 */
export function ownFault(
  { view }: Taken,
  { seq, entry }: LogItem,
  waiting: readonly OutboxItem[],
): ThreadAlert | null {
  if (view.startSeq >= seq) return null;
  const hash = entryHash(entry instanceof Uint8Array ? decodeEntry(entry) : entry);
  const isOurs = waiting.some(({ prepared }) =>
    (prepared?.entries ?? []).some((bytes) => equalBytes(entryHash(decodeEntry(bytes)), hash)),
  );
  return isOurs ? null : { kind: 'ROLLBACK', facts: { seq, rule: 'own-entry' } };
}

/** The server has signed where an own entry stands and what the chain is there: nothing else stands there. */
export function receiptFault(
  { item, view }: Taken,
  receipts: readonly AppendReceipt[],
): ThreadAlert | null {
  const isKept = receipts
    .filter(({ seq, entryId }) => seq === item.seq || entryId === item.entryId)
    .every(
      ({ seq, entryId, chain }) =>
        seq === item.seq && entryId === item.entryId && equalBytes(chain, view.head.chain),
    );
  return isKept ? null : { kind: 'FORK', facts: { seq: item.seq, rule: 'receipt' } };
}

/** Whether the log has more for this person: a member, or somebody invited, as far as is known. */
export function isInside({ members, self }: ThreadView): boolean {
  if (members === null) return true;
  const { state } = members;
  return [...state.members, ...state.invitations].some((one) => one.personId === self.personId);
}
