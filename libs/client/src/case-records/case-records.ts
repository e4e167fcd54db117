import type { RecordId, RecordMark } from '@enlace/e2ee';
import {
  DomainError,
  isDomainError,
  newId,
  parseId,
  toHex,
  type Random,
  type ThreadId,
} from '@enlace/kernel';

import { recordsIn } from '../records/record-log.js';
import { ThreadRecord } from '../records/thread-record.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { firstOfEach, ITEM_LIST_LIMITS, type Item, type ItemList } from './item-list.js';

const ID_BYTES = 16;

/** Nobody here can read an item of this id. */
class ItemAbsent extends DomainError {
  override readonly code = 'record.no-item';
  override readonly kind = 'absent';

  constructor() {
    super('no such item in the record');
  }
}

/** The list holds as many items as it may. */
class ListFull extends DomainError {
  override readonly code = 'record.list-full';
  override readonly kind = 'limit';

  constructor() {
    super('the list is full', { facts: { limit: ITEM_LIST_LIMITS.items } });
  }
}

/** What is done with one item: written over or added, taken away, or exchanged with its neighbour. */
export type ItemChange<Of extends Item> =
  | { readonly kind: 'put'; readonly item: Of }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'move'; readonly id: string; readonly by: -1 | 1 };

/** What a thread keeps of a list. */
export interface HeldItems<Of extends Item> {
  readonly items: readonly Of[];
  /** Whether everything that members wrote of it is readable here. */
  readonly isWhole: boolean;
  /** What was passed over in it. */
  readonly marks: readonly RecordMark[];
}

export function newItemId(random: Random): string {
  return toHex(random.bytes(ID_BYTES));
}

/**
 * The items of a thread that was read here, as they are kept: nothing is asked for it. Whoever came late and was given
 * no history begins a list of their own; a reader sees the lists of a thread as one.
 */
export async function heldItems<Of extends Item>(
  ports: ThreadPorts,
  list: ItemList<Of>,
  threadId: ThreadId,
): Promise<HeldItems<Of>> {
  const records = await recordsOf(ports, list, threadId);
  return {
    items: firstOfEach(records.flatMap(({ value }) => list.itemsIn(value))),
    isWhole: records.every(({ isWhole }) => isWhole),
    marks: records.flatMap(({ marks }) => marks),
  };
}

/**
 * Changes one item, in the list where it stands; a new one comes to the end of the newest list that is whole here. What
 * others did with other items meanwhile stays. `title`: of a list that begins. Resolves to whether it went out; the
 * rest waits. Throws `record.no-item`, `record.list-full`, as `ThreadRecord.change`.
 */
export async function changeItems<Of extends Item>(
  ports: ThreadPorts,
  list: ItemList<Of>,
  asked: {
    readonly threadId: ThreadId;
    readonly title: string;
    readonly change: ItemChange<Of>;
  },
): Promise<boolean> {
  const { threadId, title, change } = asked;
  const id = change.kind === 'put' ? change.item.id : change.id;
  await readIfReachable(ports, threadId);
  const records = await recordsOf(ports, list, threadId);
  const holds = ({ value }: ThreadRecord): boolean =>
    list.itemsIn(value).some((item) => item.id === id);
  const found = records.find(holds);
  if (found === undefined && change.kind !== 'put') throw new ItemAbsent();
  const target = found ?? records.findLast(({ isWhole }) => isWhole);
  const record = await open(ports, { threadId, list, title, target });
  return record.change(list.withItems(changed(list.itemsIn(record.value), change)));
}

function changed<Of extends Item>(items: readonly Of[], change: ItemChange<Of>): readonly Of[] {
  if (change.kind === 'remove') return items.filter(({ id }) => id !== change.id);
  if (change.kind === 'put') {
    const { item } = change;
    const isThere = items.some(({ id }) => id === item.id);
    if (isThere) return items.map((one) => (one.id === item.id ? item : one));
    if (items.length >= ITEM_LIST_LIMITS.items) throw new ListFull();
    return [...items, item];
  }
  const at = items.findIndex(({ id }) => id === change.id);
  const [item, neighbour] = [items[at], items[at + change.by]];
  if (item === undefined || neighbour === undefined) return items;
  return items.with(at, neighbour).with(at + change.by, item);
}

async function open<Of extends Item>(
  ports: ThreadPorts,
  where: {
    readonly threadId: ThreadId;
    readonly list: ItemList<Of>;
    readonly title: string;
    readonly target: ThreadRecord | undefined;
  },
): Promise<ThreadRecord> {
  const { threadId, list, title, target } = where;
  const schema = list.record;
  if (target !== undefined) {
    return ThreadRecord.open(ports, { threadId, schema, recordId: target.place.recordId });
  }
  const recordId = newId<RecordId>(ports.clock, ports.random);
  const beginning = { schema: list.schema, title };
  return ThreadRecord.begin(
    ports,
    { threadId, recordId, schema },
    { beginning, value: list.withItems([]) },
  );
}

/** What others did is met before anything is decided; without a network, by what was read before. */
async function readIfReachable(ports: ThreadPorts, threadId: ThreadId): Promise<void> {
  const work = await ThreadWork.open(ports, threadId);
  await work.pull().catch((error: unknown) => {
    if (!isDomainError(error, 'client.unreachable')) throw error;
  });
}

async function recordsOf<Of extends Item>(
  ports: ThreadPorts,
  list: ItemList<Of>,
  threadId: ThreadId,
): Promise<readonly ThreadRecord[]> {
  const work = await ThreadWork.open(ports, threadId);
  const begun = recordsIn(await work.follower.shelf.entries(threadId));
  const ofList = begun.filter(({ schema }) => schema === list.schema);
  const records: ThreadRecord[] = [];
  for (const { recordId } of ofList) {
    const place = { threadId, recordId: parseId<RecordId>(recordId), schema: list.record };
    records.push(await ThreadRecord.asKept(ports, place, work));
  }
  return records;
}
