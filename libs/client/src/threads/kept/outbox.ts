import {
  canonicalJson,
  DomainError,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
  type EntryId,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import { StoreDamaged } from '../../store/sealed-store.js';
import type { LocalStore, StoreChange } from '../../store/local-store.js';

const TABLE = 'outbox';
/** What a device keeps that was not accepted yet (protocol.md, section 6.3). */
export const OUTBOX_LIMIT = 1_000;

/** Entries as they go to the server, the same bytes each time until their outcome is known. */
export interface Prepared {
  /** In their order, one append. */
  readonly entries: readonly Uint8Array[];
  /** What the entries name: handed in before them. Of a genesis its package alone, which travels beside it. */
  readonly blobs: readonly Uint8Array[];
  /** What the device goes on with once they are accepted: of a commit the next state of the group. */
  readonly next: Uint8Array | null;
}

/** Something that the person did and that the log does not have yet. */
export interface OutboxItem {
  readonly threadId: ThreadId;
  /** Of its first entry, for ever: sealed again it is the same entry. */
  readonly entryId: EntryId;
  /** What is wanted, in the words of whoever plans it: from this it is made again when the keys have changed. */
  readonly intent: JsonObject;
  /** `null`: to be made when its turn comes. */
  readonly prepared: Prepared | null;
}

/** More waits than a device keeps: first what is there has to go. */
class OutboxFull extends DomainError {
  override readonly code = 'outbox.full';
  override readonly kind = 'limit';

  constructor() {
    super('too much waits to be sent', { facts: { limit: OUTBOX_LIMIT } });
  }
}

/**
 * What waits for the server, durable before the first try. Ids begin with their time, so that the order of names is the
 * order in which a person acted; of one thread one item at a time is under way.
 */
export class Outbox {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** When it resolves the item survives a restart. Throws `outbox.full`. */
  async add(item: OutboxItem): Promise<void> {
    const waiting = await this.#store.keys(TABLE);
    if (waiting.length >= OUTBOX_LIMIT) throw new OutboxFull();
    await this.#store.commit([Outbox.keep(item)]);
  }

  /** What waits in a thread, in the order in which it was done. Throws `store.damaged`. */
  async waiting(threadId: ThreadId): Promise<readonly OutboxItem[]> {
    const names = (await this.#store.keys(TABLE)).filter((name) => name.startsWith(threadId));
    const items: OutboxItem[] = [];
    for (const name of names.toSorted()) {
      const bytes = await this.#store.get(TABLE, name);
      if (bytes !== null) items.push(readItem(bytes));
    }
    return items;
  }

  /** Threads in which something waits. */
  async threads(): Promise<readonly ThreadId[]> {
    const names = await this.#store.keys(TABLE);
    return [...new Set(names.map((name) => name.split('.')[0] ?? ''))].map((id) => parseId(id));
  }

  /** The change of the store that keeps the item as it is here; part of a transaction. */
  static keep(item: OutboxItem): StoreChange {
    return { table: TABLE, key: nameOf(item), value: encodeItem(item) };
  }

  /** The change that forgets it: accepted and applied, or refused for good. */
  static forget(item: OutboxItem): StoreChange {
    return { table: TABLE, key: nameOf(item), value: null };
  }
}

function nameOf({ threadId, entryId }: OutboxItem): string {
  return `${threadId}.${entryId}`;
}

function encodeItem({ threadId, entryId, intent, prepared }: OutboxItem): Uint8Array {
  const made =
    prepared === null
      ? null
      : {
          entries: prepared.entries.map(toBase64Url),
          blobs: prepared.blobs.map(toBase64Url),
          next: prepared.next === null ? null : toBase64Url(prepared.next),
        };
  return utf8(canonicalJson({ v: 1, threadId, entryId, intent, prepared: made }));
}

function readItem(bytes: Uint8Array): OutboxItem {
  try {
    const item = parseStrictJson(parseUtf8(bytes));
    const { v, threadId, entryId, intent, prepared } = isJsonObject(item) ? item : {};
    const isNamed = typeof threadId === 'string' && typeof entryId === 'string';
    if (v !== 1 || !isNamed || !isJsonObject(intent)) throw new StoreDamaged('not an item');
    return {
      threadId: parseId(threadId),
      entryId: parseId(entryId),
      intent,
      prepared: prepared === null ? null : readPrepared(prepared),
    };
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof StoreDamaged) throw cause;
    throw new StoreDamaged('not an item of the outbox', { cause });
  }
}

function readPrepared(value: JsonValue | undefined): Prepared {
  const { entries, blobs, next } = isJsonObject(value) ? value : {};
  const list = (listed: JsonValue | undefined): readonly Uint8Array[] => {
    if (!Array.isArray(listed)) throw new StoreDamaged('not an item');
    return listed.map((each: JsonValue) => readBytes(each));
  };
  const after = next === null ? null : readBytes(next);
  return { entries: list(entries), blobs: list(blobs), next: after };
}

function readBytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new StoreDamaged('not an item');
  return parseBase64Url(value);
}
