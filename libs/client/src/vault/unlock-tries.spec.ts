import { VaultNotOpened } from '@enlace/e2ee';
import { utf8 } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';

import { limitTries, UNLOCK_LIMITS } from './unlock-tries.js';

const { freeTries, firstPauseMs, longestPauseMs } = UNLOCK_LIMITS;
const paused = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'unlock.paused', facts: { retryAfterSeconds } });

describe('T14: tries of a typed secret', () => {
  let store: MemoryStore;
  let nowMs: number;
  const clock = { nowMs: () => nowMs };
  let made = 0;
  const wrong = async (of: 'store' | 'vault' = 'vault') =>
    limitTries({ store, clock, of }, () => {
      made += 1;
      throw new VaultNotOpened('no wrap opens');
    });
  const right = async () => limitTries({ store, clock, of: 'vault' }, () => 'opened');
  const refused = expect.objectContaining({ code: 'vault.not-opened' });
  const useUp = async () => {
    for (let tries = 0; tries < freeTries; tries += 1)
      await expect(wrong()).rejects.toEqual(refused);
  };

  beforeEach(() => {
    store = new MemoryStore();
    nowMs = Date.parse('2026-11-27T12:00:00Z');
    made = 0;
  });

  it('are five without a pause; then nothing is tried, not even the right one, for half a minute', async () => {
    await useUp();
    await expect(wrong()).rejects.toEqual(paused(30));
    await expect(right()).rejects.toEqual(paused(30));
    expect(made).toBe(freeTries);
    nowMs += firstPauseMs;
    expect(await right()).toBe('opened');
    // Whoever opened begins anew.
    await useUp();
  });

  it('wait twice as long each time, a quarter of an hour at most', async () => {
    await useUp();
    const pauses: number[] = [];
    for (let pauseMs = firstPauseMs; pauses.length < 8; pauseMs *= 2) {
      const waitMs = Math.min(pauseMs, longestPauseMs);
      await expect(wrong()).rejects.toEqual(paused(waitMs / 1_000));
      pauses.push(waitMs);
      nowMs += waitMs;
      await expect(wrong()).rejects.toEqual(refused);
    }
    expect(pauses.at(-1)).toBe(longestPauseMs);
    expect(made).toBe(freeTries + pauses.length);
  });

  it('count before they are made: whoever ends the program in the middle saves none', async () => {
    for (let tries = 0; tries < freeTries; tries += 1) {
      await new Promise<void>((resolve) => {
        void limitTries({ store, clock, of: 'vault' }, async () => {
          resolve();
          return new Promise<never>(() => {});
        });
      });
    }
    await expect(right()).rejects.toEqual(paused(30));
  });

  it('of a store and of a vault are counted apart, and what is no secret at all counts for neither', async () => {
    await useUp();
    await expect(wrong('store')).rejects.toEqual(refused);
    nowMs += firstPauseMs;
    const mistyped = new RangeError('no code');
    const mistype = async () =>
      limitTries({ store, clock, of: 'vault' }, () => {
        throw mistyped;
      });
    for (let tries = 0; tries < freeTries; tries += 1)
      await expect(mistype()).rejects.toBe(mistyped);
    expect(await right()).toBe('opened');
  });

  it('are paused no longer by a clock that was put back, and not at all by a damaged count', async () => {
    await useUp();
    nowMs -= 24 * 3_600_000;
    await expect(right()).rejects.toEqual(paused(30));
    await store.put('unlock', 'vault', utf8('{"failed":'));
    expect(await right()).toBe('opened');
  });
});
