import { describe, expect, it } from '@jest/globals';

import { decodeHint, encodeHints, mergeHints, type Hint } from './hint.js';

const A = '01943b10-7000-7000-8000-00000000000a';
const B = '01943b10-7000-7000-8000-00000000000b';

/** As another node hears it. */
const heard = (hint: Hint): Hint =>
  encodeHints(hint)
    .map((payload) => decodeHint(payload) ?? {})
    .reduce((all, one) => mergeHints(all, one), {});

describe('a hint', () => {
  it('comes back as it was, and two are one', () => {
    const hint = mergeHints({ directorySize: 4 }, { directorySize: 3, sessionsEnded: true });
    expect(hint).toEqual({ directorySize: 4, sessionsEnded: true });
    expect(heard(hint)).toEqual(hint);
    expect(mergeHints({}, {})).toEqual({});
  });

  it('says of each thread the furthest end that was told', () => {
    const one = { threads: new Map([[A, 4]]), beacons: new Set([`${A}/${B}`]) };
    const gone = { shredded: new Set([B]) };
    const two: Hint = {
      threads: new Map([
        [A, 3],
        [B, 1],
      ]),
    };
    const hint = mergeHints(mergeHints(one, gone), two);
    expect(hint).toEqual({
      threads: new Map([
        [A, 4],
        [B, 1],
      ]),
      beacons: new Set([`${A}/${B}`]),
      shredded: new Set([B]),
    });
    expect(heard({ ...hint, directorySize: 2 })).toEqual({ ...hint, directorySize: 2 });
    expect(encodeHints({ threads: new Map([[A, 4]]) })).toEqual([`{"threads":[["${A}",4]]}`]);
    expect(encodeHints({})).toEqual([]);
  });

  it('of many threads is split into payloads that PostgreSQL lets through', () => {
    const idOf = (at: number): string => `${A.slice(0, -12)}${String(at).padStart(12, '0')}`;
    const ids = Array.from({ length: 2_000 }, (_, at) => idOf(at));
    const threads = new Map(ids.map((id) => [id, Number.MAX_SAFE_INTEGER] as const));
    const hint = {
      directorySize: 9,
      threads,
      beacons: new Set(ids.map((id) => `${id}/${B}`)),
      shredded: new Set(ids),
    };
    const lengths = encodeHints(hint).map((payload) => payload.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(7_500);
    expect(heard(hint)).toEqual(hint);
  });

  it('of a later build is read as far as it is known', () => {
    expect(decodeHint('{"directorySize":7,"cards":[["a",1]]}')).toEqual({ directorySize: 7 });
    const said = {
      threads: [['a', 1], [A, 0], [A, '1'], [A], A, null, [B, 2]],
      beacons: [1, B, `${A}/${B}`, `${A}/${B}/`],
      shredded: [null, 'a', B],
    };
    expect(decodeHint(JSON.stringify(said))).toEqual({
      threads: new Map([[B, 2]]),
      beacons: new Set([`${A}/${B}`]),
      shredded: new Set([B]),
    });
  });

  it.each(['', 'null', '[]', '{', '{"directorySize":1}'.padEnd(8_000)])(
    'that is none says nothing: %#',
    (payload) => {
      expect(decodeHint(payload)).toBeNull();
    },
  );

  it.each(['{}', '{"directorySize":-1}', '{"directorySize":"9"}', '{"sessionsEnded":1}'])(
    'without sense says nothing: %s',
    (payload) => {
      expect(decodeHint(payload)).toEqual({});
    },
  );
});
