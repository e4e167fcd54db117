import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  newId,
  systemClock,
  systemRandom,
  utf8,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';

import { Outbox, OUTBOX_LIMIT, type OutboxItem } from './outbox.js';

const threadId = newId<ThreadId>(systemClock, systemRandom);
const prepared = { entries: [utf8('one')], blobs: [utf8('blob')], next: utf8('state') };

function anItem(change: Partial<OutboxItem> = {}): OutboxItem {
  const entryId = newId<EntryId>(systemClock, systemRandom);
  return { threadId, entryId, intent: { act: 'message', text: 'ñ' }, prepared: null, ...change };
}

describe('the outbox', () => {
  let store: MemoryStore;
  let outbox: Outbox;

  beforeEach(() => {
    store = new MemoryStore();
    outbox = new Outbox(store);
  });

  it('keeps what was done over a restart, thread by thread, in its order', async () => {
    const items = [
      anItem({ entryId: '01900000-0000-7000-8000-000000000003' as EntryId }),
      anItem({ entryId: '01900000-0000-7000-8000-000000000001' as EntryId, prepared }),
      anItem({ entryId: '01900000-0000-7000-8000-000000000002' as EntryId }),
    ];
    const elsewhere = anItem({ threadId: newId<ThreadId>(systemClock, systemRandom) });
    for (const item of [...items, elsewhere]) await outbox.add(item);
    const again = new Outbox(store.copy());
    expect(await again.waiting(threadId)).toEqual([items[1], items[2], items[0]]);
    expect(await again.waiting(elsewhere.threadId)).toEqual([elsewhere]);
    expect((await again.threads()).toSorted()).toEqual([threadId, elsewhere.threadId].toSorted());
  });

  it('keeps what was made of an item, and forgets it, as parts of a transaction', async () => {
    const item = anItem();
    await outbox.add(item);
    await store.commit([Outbox.keep({ ...item, prepared: { ...prepared, next: null } })]);
    expect(await outbox.waiting(threadId)).toEqual([
      { ...item, prepared: { ...prepared, next: null } },
    ]);
    await store.commit([Outbox.forget(item)]);
    expect(await outbox.waiting(threadId)).toEqual([]);
    expect(await outbox.threads()).toEqual([]);
  });

  it('has nothing of an item whose write failed', async () => {
    store.failNextWrite('and-not-persist');
    await expect(outbox.add(anItem())).rejects.toThrow('the disk failed');
    expect(await outbox.waiting(threadId)).toEqual([]);
  });

  it(`holds ${OUTBOX_LIMIT} items and no more`, async () => {
    const changes = Array.from({ length: OUTBOX_LIMIT - 1 }, () => Outbox.keep(anItem()));
    await store.commit(changes);
    await outbox.add(anItem());
    await expect(outbox.add(anItem())).rejects.toThrow(
      expect.objectContaining({ code: 'outbox.full', facts: { limit: OUTBOX_LIMIT } }),
    );
  });

  it.each([
    '',
    '[]',
    '{"v":1}',
    '{"entryId":"x","intent":{},"prepared":null,"threadId":"y","v":1}',
  ])('refuses a value that is no item: %j', async (text) => {
    await store.put('outbox', `${threadId}.x`, utf8(text));
    await expect(outbox.waiting(threadId)).rejects.toThrow(
      expect.objectContaining({ code: 'store.damaged' }),
    );
  });
});
