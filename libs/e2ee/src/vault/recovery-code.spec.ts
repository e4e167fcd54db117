import { beforeAll, describe, expect, it } from '@jest/globals';

import { isDomainError, systemRandom } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import { isSameRecoveryCode, newRecoveryCode, readRecoveryCode } from './recovery-code.js';

beforeAll(cryptoReady);

const fixed = { bytes: (length: number) => Uint8Array.from({ length }, (_, index) => 7 * index) };

const factsOf = (typed: string): unknown => {
  try {
    readRecoveryCode(typed);
    return 'accepted';
  } catch (error) {
    return isDomainError(error, 'vault.malformed') ? error.facts : error;
  }
};

describe('a recovery code', () => {
  it('is nine groups of four and comes back however it is typed', () => {
    const code = newRecoveryCode(systemRandom);
    expect(code.text).toMatch(/^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
    const typed = ` ${code.text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`;
    expect(isSameRecoveryCode(readRecoveryCode(typed), code)).toBe(true);
    expect(isSameRecoveryCode(newRecoveryCode(systemRandom), code)).toBe(false);
  });

  it('is frozen for fixed bits', () => {
    expect(newRecoveryCode(fixed).text).toBe('003G-W58W-4CN3-2E1Z-8S6N-8PV2-D5R7-EZM5-E3JJ');
  });

  it('names the group of a single wrong character', () => {
    const { text } = newRecoveryCode(fixed);
    const digits = text.replaceAll('-', '');
    for (const at of [0, 5, 17, 31]) {
      const wrong = digits[at] === 'Z' ? 'Y' : 'Z';
      const typed = digits.slice(0, at) + wrong + digits.slice(at + 1);
      expect(factsOf(typed)).toEqual({ group: Math.floor(at / 4) + 1 });
    }
  });

  it('names the group of two swapped characters', () => {
    const { text } = newRecoveryCode(fixed);
    const swapped =
      text.slice(0, 5) + text.slice(5, 7).split('').toReversed().join('') + text.slice(7);
    expect(swapped).not.toBe(text);
    expect(factsOf(swapped)).toEqual({ group: 2 });
  });

  it('names no group when more is wrong', () => {
    expect(factsOf('2222-3333-4444-5555-6666-7777-8888-9999-0000')).toEqual({});
  });

  it('counts characters first', () => {
    expect(factsOf('ABCD')).toEqual({ expected: 36, found: 4 });
  });
});
