import {
  epochName,
  EPOCHS_PER_ITEM,
  type KnownEpoch,
  type PastEntry,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import {
  canonicalJson,
  parseId,
  u64be,
  toHex,
  utf8,
  type DeviceId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';

import type { LocalStore, StoreChange } from '../../store/local-store.js';
import { decodeKeptEntry, encodeKeptEntry, readAlert, type KeptEntry } from './kept-entry.js';
import { kept } from './kept-fields.js';
import {
  decodeEpochs,
  decodeView,
  encodeEpochs,
  encodeView,
  type GroupKeeping,
} from './kept-view.js';

const VIEWS = 'threads';
const EPOCHS = 'thread-epochs';
const ENTRIES = 'thread-entries';
const PLACES = 'thread-places';
const ALERTS = 'thread-alerts';
const ENDS = 'thread-ends';
const DUE = 'thread-backups-due';
/** Values that are asked for together: one after the other each waits for the one before it. */
const READ_AT_ONCE = 256;

/** What one or more entries changed; a new view is part of it where they moved the cursor. */
export interface ThreadStep {
  readonly before: ThreadView | null;
  readonly after: ThreadView;
  readonly entries: readonly KeptEntry[];
}

/**
 * The threads of a device in its store. What an entry changes goes into one transaction: view, epochs, the entry and
 * its place, and whatever the caller does with it; the cursor is in the view, so that dying anywhere leaves an entry
 * taken as a whole or not at all. The group's last secrets are overwritten by the same transaction.
 */
export class ThreadShelf {
  readonly #store: LocalStore;
  readonly #keeping: GroupKeeping;

  /** The table of threads that have something which the vault of the person has not. */
  static readonly due = DUE;

  constructor(store: LocalStore, keeping: GroupKeeping) {
    this.#store = store;
    this.#keeping = keeping;
  }

  /** Threads of which anything is kept. */
  async threads(): Promise<readonly ThreadId[]> {
    return ThreadShelf.threadsIn(this.#store);
  }

  static async threadsIn(store: LocalStore): Promise<readonly ThreadId[]> {
    return (await store.keys(VIEWS)).toSorted().map((id) => parseId(id));
  }

  /** `null` for a thread of which nothing was read. Throws `store.damaged`. */
  async load(threadId: ThreadId): Promise<ThreadView | null> {
    const bytes = await this.#store.get(VIEWS, threadId);
    if (bytes === null) return null;
    const names = await this.#store.keys(EPOCHS);
    const epochs: KnownEpoch[] = [];
    for (const name of names.filter((one) => one.startsWith(threadId))) {
      const epoch = await this.#store.get(EPOCHS, name);
      if (epoch !== null) epochs.push(...decodeEpochs(epoch));
    }
    return decodeView(bytes, epochs, this.#keeping);
  }

  /** What was taken at a place, `null` for every other. */
  async entryAt(threadId: ThreadId, seq: number): Promise<KeptEntry | null> {
    const bytes = await this.#store.get(ENTRIES, entryName(threadId, seq));
    return bytes === null ? null : decodeKeptEntry(bytes);
  }

  /** The same as what judges later entries asks for it. */
  async pastAt(threadId: ThreadId, seq: number): Promise<PastEntry | null> {
    const entry = await this.entryAt(threadId, seq);
    if (entry?.kind == null) return null;
    return { chain: entry.chain, kind: entry.kind, personId: entry.author?.personId ?? null };
  }

  /** Where an entry of a device was taken, `null` if it was not. */
  async placeOf(threadId: ThreadId, deviceId: DeviceId, entryId: EntryId): Promise<number | null> {
    const bytes = await this.#store.get(PLACES, placeName(threadId, deviceId, entryId));
    return bytes === null ? null : kept.value(bytes, ({ seq }) => kept.count(seq));
  }

  /** Every entry that was taken, in the order of the log. */
  async entries(threadId: ThreadId): Promise<readonly KeptEntry[]> {
    const names = (await this.#store.keys(ENTRIES)).filter((name) => name.startsWith(threadId));
    const inOrder = names.toSorted();
    const entries: KeptEntry[] = [];
    for (let first = 0; first < inOrder.length; first += READ_AT_ONCE) {
      const part = inOrder.slice(first, first + READ_AT_ONCE);
      const values = await Promise.all(part.map(async (name) => this.#store.get(ENTRIES, name)));
      entries.push(...values.flatMap((bytes) => (bytes === null ? [] : decodeKeptEntry(bytes))));
    }
    return entries;
  }

  /** What stopped the thread and was not undone by a later look, with the entry that did. */
  async stoppedBy(threadId: ThreadId): Promise<ThreadAlert | null> {
    const bytes = await this.#store.get(ALERTS, threadId);
    return bytes === null ? null : kept.value(bytes, ({ alert }) => readAlert(alert ?? null));
  }

  /** How much of the directory was known when the log was last read to its end. Throws `store.damaged`. */
  async knownAtEnd(threadId: ThreadId): Promise<number> {
    const bytes = await this.#store.get(ENDS, threadId);
    return bytes === null ? 0 : kept.value(bytes, ({ size }) => kept.count(size));
  }

  /** The change that remembers so. */
  static end(threadId: ThreadId, size: number): StoreChange {
    return { table: ENDS, key: threadId, value: utf8(canonicalJson({ v: 1, size })) };
  }

  /** The changes that take a step, to be committed with whatever else depends on it. */
  take({ before, after, entries }: ThreadStep): readonly StoreChange[] {
    const { threadId } = after;
    const epochs = epochChanges(before, after);
    return [
      { table: VIEWS, key: threadId, value: encodeView(after, this.#keeping.port) },
      ...epochs,
      ...(isDue(before, after, epochs.length) ? [dueChange(after)] : []),
      ...entries.flatMap((entry) => entryChanges(threadId, entry)),
    ];
  }

  /** The change that remembers what stopped a thread, or forgets it. */
  static stop(threadId: ThreadId, alert: ThreadAlert | null): StoreChange {
    const value =
      alert === null
        ? null
        : utf8(canonicalJson({ v: 1, alert: { kind: alert.kind, facts: { ...alert.facts } } }));
    return { table: ALERTS, key: threadId, value };
  }
}

/** Keys, and what this device wrote, belong into the vault; what others wrote is with the server. */
function isDue(before: ThreadView | null, after: ThreadView, epochs: number): boolean {
  const { self, members } = after;
  const own = (view: ThreadView | null) => view?.devices.get(self.deviceId)?.seq ?? 0;
  const isMember = members?.state.members.some(({ personId }) => personId === self.personId);
  return isMember === true && (epochs > 0 || before?.members == null || own(before) !== own(after));
}

function dueChange({ threadId, head }: ThreadView): StoreChange {
  return { table: DUE, key: threadId, value: utf8(canonicalJson({ v: 1, seq: head.seq })) };
}

/** Epochs stand together by 64, so that a long thread is opened with few reads and a new one costs a small write. */
function epochChanges(before: ThreadView | null, after: ThreadView): readonly StoreChange[] {
  const epochs = [...after.epochs.values()];
  const isNew = (one: KnownEpoch): boolean => before?.epochs.get(epochName(one)) !== one;
  const names = new Set(epochs.filter(isNew).map(shelfOf));
  return [...names].map((name) => ({
    table: EPOCHS,
    key: `${after.threadId}.${name}`,
    value: encodeEpochs(epochs.filter((one) => shelfOf(one) === name)),
  }));
}

function shelfOf({ incarnation, epoch }: KnownEpoch): string {
  return `${incarnation}.${Math.floor(epoch / EPOCHS_PER_ITEM)}`;
}

function entryChanges(threadId: ThreadId, entry: KeptEntry): readonly StoreChange[] {
  const { seq, entryId, author } = entry;
  const value = encodeKeptEntry(entry);
  const taken = { table: ENTRIES, key: entryName(threadId, seq), value };
  if (entryId === null || author === null) return [taken];
  const key = placeName(threadId, author.deviceId, entryId);
  return [taken, { table: PLACES, key, value: utf8(canonicalJson({ seq })) }];
}

/** The order of names is that of the log. */
function entryName(threadId: ThreadId, seq: number): string {
  return `${threadId}.${toHex(u64be(seq))}`;
}

function placeName(threadId: ThreadId, deviceId: DeviceId, entryId: EntryId): string {
  return `${threadId}.${deviceId}.${entryId}`;
}
