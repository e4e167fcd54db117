import { describe, expect, it } from '@jest/globals';

import { changed, valueAt } from './document-change.js';

const put = (path: string, value: unknown) => ({ path, value: JSON.stringify(value) });
const gone = (path: string) => ({ path, value: null });

describe('changes of a document', () => {
  it('make what is absent around a place, and leave the document given as it is', () => {
    const before = { id: 'a' };
    expect(changed(before, [put('/urgency/level', 'urgent')])).toEqual({
      id: 'a',
      urgency: { level: 'urgent' },
    });
    expect(before).toEqual({ id: 'a' });
  });

  it('take away a place, and what is left empty around it', () => {
    const document = { use: { purposeLimited: true }, costs: { travel: 'x', proposal: 'y' } };
    const changes = [gone('/use/purposeLimited'), gone('/costs/travel'), gone('/evidence/hash')];
    expect(changed(document, changes)).toEqual({ costs: { proposal: 'y' } });
  });

  it('add to lists, change items, and take items away', () => {
    const added = changed({}, [put('/measures/-', { id: 'm1' }), put('/measures/-', { id: 'm2' })]);
    expect(added).toEqual({ measures: [{ id: 'm1' }, { id: 'm2' }] });
    expect(changed(added, [put('/measures/1/purpose', 'why')])).toEqual({
      measures: [{ id: 'm1' }, { id: 'm2', purpose: 'why' }],
    });
    expect(changed(added, [gone('/measures/0')])).toEqual({ measures: [{ id: 'm2' }] });
    expect(changed(added, [gone('/measures/0'), gone('/measures/0')])).toEqual({});
  });

  it('keep an item whose last field was emptied: nobody took it away', () => {
    expect(changed({ places: [{ state: 'CR' }] }, [gone('/places/0/state')])).toEqual({
      places: [{}],
    });
  });

  it('change nothing where an item is that no longer exists, nor what is no place of a list', () => {
    const document = { places: [{ state: 'CR' }] };
    for (const path of ['/places/1/state', '/places/x', '/places/-1/state', '/places/1e0']) {
      expect(changed(document, [put(path, 'PA')])).toEqual(document);
    }
  });

  it('reach no member that a document only inherits', () => {
    expect(valueAt({}, '/constructor/name')).toBeUndefined();
    expect(valueAt({ a: [{ 'b/c': 1 }] }, '/a/0/b~1c')).toBe(1);
    const named = changed({}, [put('/__proto__/polluted', true)]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.hasOwn(named, '__proto__')).toBe(true);
  });
});
