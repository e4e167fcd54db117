import { decodeEntry } from '@enlace/contracts';
import { epochName, findEpoch, type ThreadView } from '@enlace/e2ee';

import type { KeptEntry } from '../kept/kept-entry.js';

/** A part of the log with the epochs whose keys open it: what one grant gives. */
export interface HistoryRange {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
}

/** What of a part of a log may be given as history. */
export interface HistoryPlan {
  /** Each begins with the entry that begins its first epoch, by which a reader knows the key. */
  readonly ranges: readonly HistoryRange[];
  /** Sequences of what must not be given: for named recipients, or of a time before the giver was a member. */
  readonly excluded: readonly { readonly fromSeq: number; readonly toSeq: number }[];
}

/** An epoch at its place in the log. */
interface LaidEpoch {
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/**
 * Cuts a part of the log into what this steward may give: whole epochs from their beginning on, none that holds
 * something for named recipients, none without its key here, none before the giver was a member (protocol.md, 10.1).
 */
export function planHistory(
  view: ThreadView,
  entries: readonly KeptEntry[],
  { fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number },
): HistoryPlan {
  const ranges: HistoryRange[] = [];
  const excluded: { readonly fromSeq: number; readonly toSeq: number }[] = [];
  for (const laid of epochsOf(view, entries)) {
    if (laid.toSeq < fromSeq || laid.fromSeq > toSeq) continue;
    const cut = { ...laid, toSeq: Math.min(laid.toSeq, toSeq) };
    if (!mayGive(view, cut.epoch)) {
      excluded.push({ fromSeq: Math.max(cut.fromSeq, fromSeq), toSeq: cut.toSeq });
      continue;
    }
    const last = ranges.at(-1);
    if (last?.toEpoch === cut.epoch - 1 && last.toSeq === cut.fromSeq - 1) {
      ranges.splice(-1, 1, { ...last, toSeq: cut.toSeq, toEpoch: cut.epoch });
    } else {
      const { epoch } = cut;
      ranges.push({ fromSeq: cut.fromSeq, toSeq: cut.toSeq, fromEpoch: epoch, toEpoch: epoch });
    }
  }
  return { ranges, excluded };
}

/** Epochs of the incarnation at the cursor whose beginning was read, in their order. */
function epochsOf(view: ThreadView, entries: readonly KeptEntry[]): readonly LaidEpoch[] {
  const begun = entries.flatMap((entry) => {
    const epoch = epochBegunBy(view, entry);
    return epoch === null ? [] : [{ epoch, fromSeq: entry.seq }];
  });
  return begun.map((one, at) => {
    const next = begun[at + 1]?.fromSeq ?? view.head.seq + 1;
    return { ...one, toSeq: next - 1 };
  });
}

function epochBegunBy({ place }: ThreadView, { effect, bytes }: KeptEntry): number | null {
  if (bytes === null || place === null) return null;
  const { effect: type, epoch } = effect;
  if (type !== 'opened' && type !== 'committed') return null;
  if (decodeEntry(bytes).header.incarnation !== place.incarnation) return null;
  return type === 'opened' ? 0 : Number(epoch);
}

function mayGive(view: ThreadView, epoch: number): boolean {
  const { place, members, self, named } = view;
  if (place === null || members === null) return false;
  const at = { incarnation: place.incarnation, epoch };
  const giver = members.state.members.find(({ personId }) => personId === self.personId);
  const wasThere = giver !== undefined && giver.sinceEpoch <= epoch;
  return wasThere && !named.has(epochName(at)) && findEpoch(view, at)?.epochKey != null;
}
