import { MemoryStore } from '@enlace/testing';
import { describe, expect, it } from '@jest/globals';

import { keepKnownVault, loadKnownVault } from './known-head.js';

const headAt = (counter: number) => ({
  counter,
  root: new Uint8Array(32).fill(counter),
  wrapsHash: new Uint8Array(32).fill(counter + 1),
});

describe('the newest vault that a device has seen', () => {
  it('is none before the first, then the one that was kept', async () => {
    const store = new MemoryStore();
    expect(await loadKnownVault(store)).toBeNull();
    await keepKnownVault(store, headAt(1));
    await keepKnownVault(store, headAt(2));
    expect(await loadKnownVault(store)).toEqual(headAt(2));
  });

  it('is not forgotten for one that was asked for before and comes after it', async () => {
    const store = new MemoryStore();
    await keepKnownVault(store, headAt(7));
    await keepKnownVault(store, headAt(6));
    expect(await loadKnownVault(store)).toEqual(headAt(7));
  });
});
