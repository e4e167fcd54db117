import { describe, expect, it } from '@jest/globals';

import { decodeHint, encodeHint, mergeHints } from './hint.js';

describe('a hint', () => {
  it('comes back as it was, and two are one', () => {
    const hint = mergeHints({ directorySize: 4 }, { directorySize: 3, sessionsEnded: true });
    expect(hint).toEqual({ directorySize: 4, sessionsEnded: true });
    expect(decodeHint(encodeHint(hint))).toEqual(hint);
    expect(mergeHints({}, {})).toEqual({});
  });

  it('of a later build is read as far as it is known', () => {
    expect(decodeHint('{"directorySize":7,"threads":[["a",1]]}')).toEqual({ directorySize: 7 });
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
