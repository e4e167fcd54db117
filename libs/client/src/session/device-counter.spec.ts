import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { utf8 } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';

import { DeviceCounter } from './device-counter.js';

describe('the counter of a device', () => {
  it('begins at 1, never gives a number twice and goes on after a restart', async () => {
    const store = new MemoryStore();
    const counter = await DeviceCounter.open(store);
    const taken = await Promise.all([1, 2, 3].map(async () => counter.take()));
    expect(taken).toEqual([1, 2, 3]);
    const restarted = await DeviceCounter.open(store.copy());
    expect(await restarted.take()).toBe(4);
  });

  it('gives no number that is not durable', async () => {
    const store = new MemoryStore();
    const counter = await DeviceCounter.open(store);
    store.failNextWrite('and-not-persist');
    await expect(counter.take()).rejects.toThrow('the disk failed');
    expect(await counter.take()).toBe(1);
  });

  it('never repeats a number that a failed write kept all the same', async () => {
    const store = new MemoryStore();
    const counter = await DeviceCounter.open(store);
    store.failNextWrite('but-persist');
    await expect(counter.take()).rejects.toThrow('the disk failed');
    // Nothing was sent under it: giving it once more is no repetition, and a restart goes beyond it.
    const restarted = await DeviceCounter.open(store.copy());
    expect(await restarted.take()).toBe(2);
    expect(restarted.abandoned).toEqual(['1-2']);
  });

  it('reports what no answer has settled, as ranges', async () => {
    const counter = await DeviceCounter.open(new MemoryStore());
    for (let taken = 0; taken < 9; taken += 1) await counter.take();
    for (const seq of [1, 4, 9]) await counter.settle(seq);
    expect(counter.abandoned).toEqual(['2-3', '5-8']);
    await counter.forget(['2-3', '5-8']);
    expect(counter.abandoned).toEqual([]);
    expect(await counter.take()).toBe(10);
  });

  it('jumps beyond what the server has seen, and reports what it has lost', async () => {
    const counter = await DeviceCounter.open(new MemoryStore());
    await counter.settle(await counter.take());
    expect(await counter.jumpBeyond(1)).toBe(false);
    expect(await counter.jumpBeyond(40)).toBe(true);
    expect(counter.abandoned).toEqual(['2-40']);
    expect(await counter.take()).toBe(41);
  });

  it('reports at most 64 ranges at a time, the oldest first', async () => {
    const counter = await DeviceCounter.open(new MemoryStore());
    for (let taken = 0; taken < 140; taken += 1) {
      const seq = await counter.take();
      if (seq % 2 === 0) await counter.settle(seq);
    }
    const first = counter.abandoned;
    expect([first.length, first[0]]).toEqual([64, '1']);
    await counter.forget(first);
    expect(counter.abandoned).toEqual(['129', '131', '133', '135', '137', '139']);
  });

  it('has every number either settled or reported, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), answered: fc.boolean() }),
      fc.record({ kind: fc.constant('jump' as const), by: fc.integer({ min: 1, max: 5 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const counter = await DeviceCounter.open(new MemoryStore());
        const settled = new Set<number>();
        let highest = 0;
        for (const each of steps) {
          if (each.kind === 'jump') {
            highest += each.by;
            await counter.jumpBeyond(highest);
            continue;
          }
          const seq = await counter.take();
          expect(seq).toBe(highest + 1);
          highest = seq;
          if (!each.answered) continue;
          settled.add(seq);
          await counter.settle(seq);
        }
        const reported = counter.abandoned.flatMap((range) => {
          const [first = 0, last = first] = range.split('-').map(Number);
          return Array.from({ length: last - first + 1 }, (_, at) => first + at);
        });
        expect([...settled, ...reported].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: highest }, (_, at) => at + 1),
        );
      }),
    );
  });

  it.each(['[]', '{"last":"1","open":[]}', '{"last":1,"open":[{}]}', '{"last":1,"open":1}'])(
    'refuses %j as its state',
    async (text) => {
      const store = new MemoryStore();
      await store.put('device', 'counter', utf8(text));
      await expect(DeviceCounter.open(store)).rejects.toThrow(
        expect.objectContaining({ code: 'store.damaged' }),
      );
    },
  );
});
