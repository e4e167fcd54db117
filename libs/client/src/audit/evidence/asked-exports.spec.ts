import { describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';

import { findAsked, keepAsked, listAsked, type AskedExport } from './asked-exports.js';

const asked = (exportId: string, expiresAt: string): AskedExport => ({
  exportId,
  format: 'bundle',
  filter: { type: 'session.*' },
  rows: 1_200,
  expiresAt,
});
const OVER = asked('over', '2027-01-01T00:00:00.000Z');
const FIRST = asked('first', '2027-01-02T00:00:00.000Z');
const LAST = asked('last', '2027-01-02T01:00:00.000Z');
const NOW_MS = Date.parse('2027-01-01T12:00:00.000Z');

describe('the exports that a device asked for', () => {
  it('are found as they were asked for, and no others', async () => {
    const store = new MemoryStore();
    await keepAsked(store, FIRST);
    expect(await findAsked(store, 'first')).toEqual(FIRST);
    expect(await findAsked(store, 'last')).toBeNull();
  });

  it('are listed while they can be downloaded, and forgotten afterwards', async () => {
    const store = new MemoryStore();
    for (const one of [FIRST, OVER, LAST]) await keepAsked(store, one);
    expect(await listAsked(store, NOW_MS)).toEqual([LAST, FIRST]);
    expect(await findAsked(store, 'over')).toBeNull();
  });

  it.each([
    ['no object', '[]'],
    ['a format that is none', '{"expiresAt":"2027","filter":{},"format":"pdf","rows":1}'],
    ['no filter', '{"expiresAt":"2027","format":"csv","rows":1}'],
    ['no count', '{"expiresAt":"2027","filter":{},"format":"csv"}'],
    ['no end', '{"filter":{},"format":"csv","rows":1}'],
  ])('are unknown where the device kept %s', async (_, kept) => {
    const store = new MemoryStore();
    await store.put('audit-exports', 'first', utf8(kept));
    expect(await findAsked(store, 'first')).toBeNull();
  });
});
