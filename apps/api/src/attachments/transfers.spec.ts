import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';
import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { parseId, type DeviceId } from '@enlace/kernel';

import { readRange } from './content-range.js';
import { CountedBytes, Transfers } from './transfers.js';

const device = (name: number) => parseId<DeviceId>(`01900000-0000-7000-8000-00000000000${name}`);

describe('what a device has under way', () => {
  it('is three at once, whatever others have', () => {
    const transfers = new Transfers();
    const ends = Array.from({ length: ATTACHMENT_LIMITS.transfersAtOnce }, () =>
      transfers.begin(device(1)),
    );
    const limited = expect.objectContaining({ code: 'rate.limited' });
    expect(() => transfers.begin(device(1))).toThrow(limited);
    expect(() => transfers.begin(device(2))).not.toThrow();
    ends[0]?.();
    // Ending twice frees one place.
    ends[0]?.();
    expect(() => transfers.begin(device(1))).not.toThrow();
    expect(() => transfers.begin(device(1))).toThrow(limited);
  });
});

describe('what a connection has taken', () => {
  it('is all of it with its last byte, before the file has said that it is over', async () => {
    const file = new Readable({ read: () => undefined });
    file.push(Buffer.from('abc'));
    file.push(Buffer.from('de'));
    const counted = new CountedBytes(file, 5);
    const parts: Uint8Array[] = [];
    for await (const part of counted) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('abcde');
    expect(counted.count).toBe(5);
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-', 0, 100],
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=99-', 99, 100],
    ['bytes=50-1000', 50, 100],
  ])('%s of 100 bytes is %d to %d', (header, from, to) => {
    expect(readRange(header, 100)).toEqual({ from, to });
  });
});
