import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HANDLING_CODES } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';

import { effectiveHandling, handlingNumber, handlingOf, isGrantable } from './handling.js';

const code = fc.constantFrom(...HANDLING_CODES);
const rosa = parseId<PersonId>('00000000-0000-4000-8000-000000000001');
const omar = parseId<PersonId>('00000000-0000-4000-8000-000000000002');

describe('the handling code that holds', () => {
  it('is never less strict than what was said outside, inside or for the thread, and is one of them', () => {
    fc.assert(
      fc.property(code, code, code, (outer, inner, floor) => {
        const { code: effective, isMismatch } = effectiveHandling(
          { code: inner },
          { outer, floor, persons: null },
        );
        const all = [outer, inner, floor];
        expect(all).toContain(effective);
        for (const one of all) {
          expect(handlingNumber(effective)).toBeGreaterThanOrEqual(handlingNumber(one));
        }
        expect(isMismatch).toBe(outer !== inner);
      }),
    );
  });

  it('is marked when the named persons are not those of the thread', () => {
    const outside = { outer: 'EN3', floor: 'EN0', persons: new Set([rosa, omar]) } as const;
    const named = (...recipients: PersonId[]) =>
      effectiveHandling({ code: 'EN3', recipients }, outside);
    expect(named(rosa, omar)).toEqual({ code: 'EN3', isMismatch: false });
    expect(named(rosa)).toEqual({ code: 'EN3', isMismatch: true });
    expect(named(rosa, parseId('00000000-0000-4000-8000-000000000003')).isMismatch).toBe(true);
  });
});

it('a code has its number in a header', () => {
  expect(HANDLING_CODES.map(handlingNumber)).toEqual([0, 1, 2, 3]);
  expect(HANDLING_CODES.map((each) => handlingOf(handlingNumber(each)))).toEqual([
    ...HANDLING_CODES,
  ]);
  expect(() => handlingOf(4)).toThrow(RangeError);
});

it('an epoch with an entry for named recipients is never history', () => {
  expect(isGrantable(['EN0', 'EN1', 'EN2'])).toBe(true);
  expect(isGrantable(['EN0', 'EN3'])).toBe(false);
});
