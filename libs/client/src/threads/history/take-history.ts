import { epochName, findEpoch, type ThreadView } from '@enlace/e2ee';
import { canonicalJson, utf8 } from '@enlace/kernel';

import type { KeptEntry } from '../kept/kept-entry.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';
import { historyGrants, HistoryReader, type ReadHistory } from './read-history.js';

const TABLE = 'thread-history';

/**
 * Takes in the history that was given to this person and was not read yet: each range as a whole, or nothing of it with
 * the alert beside its grant, and again with the next look. Throws as `HistoryReader`, `store.damaged`.
 */
export async function takeHistory(work: ThreadWork, ports: ThreadPorts): Promise<void> {
  const { follower } = work;
  const { view } = work;
  if (view === null) return;
  const entries = await follower.shelf.entries(view.threadId);
  for (const { entry, effect } of historyGrants(view, entries)) {
    const mark = `${view.threadId}.${entry.seq}`;
    if ((await ports.store.get(TABLE, mark)) !== null) continue;
    const own = work.view ?? view;
    const found = await new HistoryReader(ports, follower.shelf, own).read(effect);
    const alerts = found.alert === null ? [] : [found.alert];
    const told = { ...entry, alerts };
    if (found.alert !== null) {
      const alert = entry.alerts.length === 0 ? found.alert : null;
      await follower.takeHistory({ view: own, entries: [told], more: [], alert });
      continue;
    }
    const read = { table: TABLE, key: mark, value: utf8(canonicalJson({ v: 1 })) };
    await follower.takeHistory({
      view: withEpochsOf(own, found.view),
      entries: [told, ...before(own, found)],
      more: [read],
      alert: null,
    });
  }
}

/** The rest is known by the thread itself. */
function before({ startSeq }: ThreadView, { entries }: ReadHistory): readonly KeptEntry[] {
  return entries.filter(({ seq }) => seq <= startSeq);
}

/** Epochs of the range beside the own ones: their keys go to the vault with the others. */
function withEpochsOf(own: ThreadView, range: ThreadView): ThreadView {
  const more = [...range.epochs.values()].filter((one) => findEpoch(own, one)?.epochKey == null);
  return {
    ...own,
    epochs: new Map([...own.epochs, ...more.map((one) => [epochName(one), one] as const)]),
    named: new Set([...own.named, ...range.named]),
  };
}
