import { decodeEntry, isSealedKind } from '@enlace/contracts';
import {
  findEpoch,
  openGranted,
  openTaken,
  withLateKeys,
  type Received,
  type ReceiveGround,
  type ThreadView,
} from '@enlace/e2ee';
import { isDomainError, type PersonId } from '@enlace/kernel';

import { reopenedEntry, type KeptEntry } from '../kept/kept-entry.js';

/**
 * An entry with the keys that it brings to this person, of the moment at which access was asked for. A grant that does
 * not hold is discarded as a whole (`BAD_GRANT`); one whose blob is not here makes the entry wait for it. Keys of
 * history belong to a range that is read apart.
 */
// Attacker-controlled: the blob, by the server and by the giver.
export async function withGrantedKeys(
  received: Received,
  { blobOf, kemSeed }: Pick<ReceiveGround, 'blobOf' | 'kemSeed'>,
): Promise<Received> {
  if (received.kind !== 'taken' || received.effect.kind !== 'granted') return received;
  const { view, effect, item } = received;
  if (effect.statement.basis !== 'access' || !isMissingHere(view, effect.statement)) {
    return received;
  }
  const blob = await blobOf(effect.grantHash);
  if (blob === null) return { kind: 'waits', need: { kind: 'blob', hash: effect.grantHash } };
  try {
    const late = openGranted(view, blob, { effect, kemSeed });
    return { ...received, view: withLateKeys(view, late) };
  } catch (error) {
    if (!isDomainError(error, 'grant.refused')) throw error;
    const facts = { seq: item.seq, rule: String(error.facts['rule']) };
    return { ...received, alerts: [...received.alerts, { kind: 'BAD_GRANT', facts }] };
  }
}

function isMissingHere(
  view: ThreadView,
  { toPersonId }: { readonly toPersonId: PersonId },
): boolean {
  if (toPersonId !== view.self.personId || view.place === null) return false;
  return findEpoch(view, view.place)?.epochKey === null;
}

/** What waited for a key that is here now: the entries as they are shown from then on, and the view after them. */
export function openLate(
  view: ThreadView,
  entries: readonly KeptEntry[],
): { readonly view: ThreadView; readonly entries: readonly KeptEntry[] } {
  let after = view;
  const opened: KeptEntry[] = [];
  for (const entry of entries) {
    if (!isPending(entry) || entry.bytes === null) continue;
    const { header } = decodeEntry(entry.bytes);
    const isHere = findEpoch(view, header)?.epochKey != null;
    if (!isHere || !isSealedKind(header.kind)) continue;
    const { seq, bytes } = entry;
    const isHistory = seq <= view.startSeq;
    const { view: next, ...shown } = openTaken(after, { seq, entry: bytes, isHistory });
    after = next;
    opened.push(reopenedEntry(entry, shown));
  }
  return { view: after, entries: opened };
}

function isPending({ effect }: KeptEntry): boolean {
  return effect['effect'] === 'placeholder' && effect['reason'] === 'key-pending';
}
