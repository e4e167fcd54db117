import { describe, expect, it } from '@jest/globals';

import { ticksIn } from './ticks.js';

const ticks = (given: Readonly<Record<string, string>>) =>
  ticksIn({ options: new Map(Object.entries(given)) });

describe('what somebody ticks to travel', () => {
  it('is fields of persons by their ids, and places of identifiers', () => {
    expect(ticks({})).toEqual({ shown: {}, identifiers: [] });
    expect(
      ticks({
        show: 'p1:name+dateOfBirth, p2:aliases',
        identifiers: '/measures/0/identifiers/1,/measures/12/identifiers/0',
      }),
    ).toEqual({
      shown: { p1: ['name', 'dateOfBirth'], p2: ['aliases'] },
      identifiers: ['/measures/0/identifiers/1', '/measures/12/identifiers/0'],
    });
  });

  it.each([
    { show: 'p1' },
    { show: 'p1:' },
    { show: ':name' },
    { show: 'p1:phone' },
    { show: 'p1:name:aliases' },
    { identifiers: 'NL-88213407' },
    { identifiers: '/measures/0/identifiers' },
    { identifiers: '/measures/-1/identifiers/0' },
  ])('is nothing else: %j', (given) => {
    expect(() => ticks(given)).toThrow(expect.objectContaining({ code: 'usage.bad-value' }));
  });
});
