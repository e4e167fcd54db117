import { describe, expect, it } from '@jest/globals';

import { newId, newRandomId, parseId, type ThreadId } from './ids.js';
import { formatInstant, systemClock, systemRandom } from './ports.js';

describe('ids', () => {
  it('lays out version 7 as RFC 9562, appendix A.6, prints it', () => {
    const bytes = Buffer.from('0000000000000cc318c4dc0c0c07398f', 'hex');
    const random = { bytes: () => Uint8Array.from(bytes) };
    expect(newId({ nowMs: () => 0x017f22e279b0 }, random)).toBe(
      '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    );
  });

  it('sorts by time', () => {
    const at = (ms: number) => newId<ThreadId>({ nowMs: () => ms }, systemRandom);
    expect([at(3), at(1), at(2 ** 40)].toSorted()).toEqual([
      expect.stringMatching(/^00000000-0001/),
      expect.stringMatching(/^00000000-0003/),
      expect.stringMatching(/^01000000-0000/),
    ]);
  });

  it('makes ids that parse, none twice', () => {
    const ids = Array.from({ length: 200 }, () => newRandomId(systemRandom));
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(parseId(id)).toBe(id);
  });

  it.each([
    '',
    'x',
    '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
    '017f22e279b07cc398c4dc0c0c07398f',
    '{}',
  ])('refuses %j', (text) => {
    expect(() => parseId(text)).toThrow('UUID');
  });
});

describe('ports', () => {
  it('fill more random bytes than one call of the platform may give', () => {
    const bytes = systemRandom.bytes(200_000);
    expect(bytes.subarray(131_072).some((byte) => byte !== 0)).toBe(true);
  });

  it('tell the time of the host in one spelling', () => {
    expect(Math.abs(systemClock.nowMs() - new Date().getTime())).toBeLessThan(1000);
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
