import type { ThreadAlert } from '@enlace/e2ee';
import { canonicalJson, type PersonId } from '@enlace/kernel';

import { shownAlert, shownEntry, type ShownAlert, type ShownEntry } from '../reading.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';

/** An entry that is new to whoever follows a thread. */
export interface NewEntry extends ShownEntry {
  /** Somebody else said something: worth a notice outside the program, with constant text. */
  readonly notifies: boolean;
}

/** What became of a thread since it was told of. */
export interface NewInThread {
  /** In the order of the log; also those that were told of before their key was here. */
  readonly entries: readonly NewEntry[];
  readonly alerts: readonly ShownAlert[];
  /** Nothing stops it any more. */
  readonly isFreed: boolean;
}

/** Remembers what of a thread was told, so that each entry is told once, and once more when it can be read. */
export class ThreadNews {
  readonly #stateOf: (personId: PersonId) => string | null;
  #toldSeq: number;
  /** Told of, and not readable for want of a key. */
  readonly #pending = new Set<number>();
  #stop: ThreadAlert | null = null;

  constructor({ directory }: Pick<ThreadPorts, 'directory'>, toldSeq: number) {
    this.#stateOf = (personId) => directory().homes.get(`person|${personId}`) ?? null;
    this.#toldSeq = toldSeq;
  }

  /** What is durable and was not told; it counts as told from here on. Throws `store.damaged`. */
  async take({ view, follower }: ThreadWork): Promise<NewInThread> {
    if (view === null) return { entries: [], alerts: [], isFreed: false };
    const { threadId, self, head } = view;
    const places = [...this.#pending].toSorted((a, b) => a - b);
    for (let seq = this.#toldSeq + 1; seq <= head.seq; seq += 1) places.push(seq);
    const entries: NewEntry[] = [];
    const alerts: ThreadAlert[] = [];
    for (const seq of places) {
      const kept = await follower.shelf.entryAt(threadId, seq);
      if (kept === null) continue;
      const shown = shownEntry(kept, this.#stateOf);
      const isPending = shown.reason === 'key-pending';
      const wasTold = this.#pending.has(seq);
      if (isPending && wasTold) continue;
      if (isPending) this.#pending.add(seq);
      else this.#pending.delete(seq);
      const isByOther = kept.author !== null && kept.author.personId !== self.personId;
      const notifies = isByOther && kept.kind === 'message' && shown.reason === undefined;
      entries.push({ ...shown, notifies });
      if (!wasTold) alerts.push(...kept.alerts);
    }
    this.#toldSeq = Math.max(this.#toldSeq, head.seq);
    return { entries, ...this.#stopped(follower.stoppedBy, alerts) };
  }

  #stopped(
    stop: ThreadAlert | null,
    alerts: readonly ThreadAlert[],
  ): Pick<NewInThread, 'alerts' | 'isFreed'> {
    const before = this.#stop;
    this.#stop = stop;
    const isNew = stop !== null && told(stop) !== (before === null ? null : told(before));
    const all = isNew ? [...alerts, stop] : alerts;
    return { alerts: all.map(shownAlert), isFreed: before !== null && stop === null };
  }
}

function told({ kind, facts }: ThreadAlert): string {
  return canonicalJson({ kind, facts: { ...facts } });
}
