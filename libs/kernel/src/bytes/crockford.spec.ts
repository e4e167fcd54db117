import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { groupDigits, parseCrockford, readCrockfordDigits, toCrockford } from './crockford.js';

describe('base32 for people', () => {
  it('comes back from every length of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(parseCrockford(toCrockford(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('writes the digits of the alphabet in their order', () => {
    expect(toCrockford(Uint8Array.of(0x00, 0x44, 0x32, 0x14, 0xc7))).toBe('01234567');
    expect(groupDigits('012345678')).toBe('0123-4567-8');
  });

  it('forgives case, spaces, dashes and look-alikes', () => {
    expect(readCrockfordDigits(' o1il-ab cd\n')).toBe('0111ABCD');
  });

  it.each(['U', 'ABC!', 'ñ', 'ſ', 'ı'])('refuses the character in %j', (typed) => {
    expect(() => readCrockfordDigits(typed)).toThrow('does not belong');
  });

  it('refuses left-over bits, so that one value has one spelling', () => {
    expect(() => parseCrockford('04')).not.toThrow();
    expect(() => parseCrockford('0Z')).toThrow('left-over');
    expect(() => parseCrockford('000')).toThrow('left-over');
    expect(() => parseCrockford('u0')).toThrow('digit');
  });
});
