import { describe, expect, it } from '@jest/globals';

import { subscriberOf, TokenBuckets } from './token-bucket.js';

function bucketsAt(limit: { perSecond: number; burst: number }) {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  return { clock, buckets: new TokenBuckets(limit, clock) };
}

describe('token buckets', () => {
  it('let the burst pass, then one for each refill, and say how long to wait', () => {
    const { clock, buckets } = bucketsAt({ perSecond: 0.5, burst: 2 });
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 2]);
    clock.ms += 1_999;
    expect(buckets.take('a')).toBe(1);
    clock.ms += 1;
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('b')).toBe(0);
  });

  it('never hold more than the burst, and give nothing for a clock that steps back', () => {
    const { clock, buckets } = bucketsAt({ perSecond: 10, burst: 1 });
    clock.ms += 3_600_000;
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 1]);
    clock.ms -= 3_600_000;
    expect(buckets.take('a')).toBe(1);
    clock.ms += 100;
    expect(buckets.take('a')).toBe(0);
  });

  it('give many at once or none of them', () => {
    const { clock, buckets } = bucketsAt({ perSecond: 2, burst: 5 });
    expect([buckets.take('a', 3), buckets.take('a', 5), buckets.take('a', 2)]).toEqual([0, 2, 0]);
    clock.ms += 1_000;
    expect([buckets.take('a', 3), buckets.take('a', 2)]).toEqual([1, 0]);
  });

  it('take back what was not used, up to the burst, and of nobody who took nothing', () => {
    const { buckets } = bucketsAt({ perSecond: 1, burst: 1 });
    buckets.giveBack('a');
    expect(buckets.size).toBe(0);
    expect(buckets.take('a')).toBe(0);
    buckets.giveBack('a');
    buckets.giveBack('a');
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 1]);
  });

  it('remember a bounded number of keys', () => {
    const { buckets } = bucketsAt({ perSecond: 1, burst: 1 });
    for (let key = 0; key < 25_000; key += 1) buckets.take(String(key));
    expect(buckets.size).toBe(20_000);
    expect(buckets.take('24999')).toBe(1);
  });
});

describe('the subscriber of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('of %s is %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });
});
