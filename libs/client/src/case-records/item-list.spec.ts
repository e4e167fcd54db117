import { describe, expect, it } from '@jest/globals';

import { ITEM_LIST_LIMITS } from './item-list.js';
import { ROUTE, type Stage } from './route.js';
import { TASKS, type Task } from './tasks.js';

const ID = 'ab'.repeat(16);
const STAGE: Stage = { id: ID, role: 'origin', country: 'HT', place: '', date: null, note: '' };
const TASK: Task = { id: ID, text: 'Pedir', state: 'PA', owner: '', due: null, done: null };
const long = (most: number) => 'x'.repeat(most + 1);

describe('a list of items in a record', () => {
  it.each([
    { id: 'AB' },
    { role: 'hideout' },
    { country: 'hti' },
    { place: long(ITEM_LIST_LIMITS.name) },
    { date: '03/04/2026' },
    { date: '2026-13-01' },
    { note: long(ITEM_LIST_LIMITS.text) },
    { note: null },
    { more: true },
  ])('refuses a stage with %j', (fault) => {
    expect(ROUTE.record.accepts({ stages: [STAGE] })).toBe(true);
    expect(ROUTE.record.accepts({ stages: [{ ...STAGE, ...fault }] })).toBe(false);
  });

  it.each([{ state: 'FR' }, { due: 'soon' }, { done: '' }, { text: long(ITEM_LIST_LIMITS.text) }])(
    'refuses a task with %j',
    (fault) => {
      expect(TASKS.record.accepts({ tasks: [TASK] })).toBe(true);
      expect(TASKS.record.accepts({ tasks: [{ ...TASK, ...fault }] })).toBe(false);
    },
  );

  it('refuses what is no list, another member, and more than it holds', () => {
    const { accepts } = ROUTE.record;
    const most = Array.from({ length: ITEM_LIST_LIMITS.items }, () => STAGE);
    expect(accepts({})).toBe(true);
    expect(accepts({ stages: most })).toBe(true);
    expect(accepts({ stages: [...most, STAGE] })).toBe(false);
    expect(accepts({ stages: { 0: STAGE } })).toBe(false);
    expect(accepts({ stages: ['x'] })).toBe(false);
    expect(accepts({ stages: [], tasks: [] })).toBe(false);
  });

  it('shows what is whole, the first of each id: an item may come in parts', () => {
    const { place: _place, ...half } = STAGE;
    const value = { stages: [half, { ...STAGE, id: 'cd'.repeat(16) }, STAGE, STAGE] };
    expect(ROUTE.record.accepts(value)).toBe(true);
    expect(ROUTE.itemsIn(value).map(({ id }) => id)).toEqual(['cd'.repeat(16), ID]);
    expect(ROUTE.itemsIn(ROUTE.withItems([STAGE]))).toEqual([STAGE]);
  });
});
