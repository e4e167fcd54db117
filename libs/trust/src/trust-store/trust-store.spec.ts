import { beforeAll, describe, expect, it } from '@jest/globals';

import { canonicalJson, type JsonObject } from '@enlace/kernel';
import { everyStatement, Region, refusalOf, vkeyOf } from '@enlace/testing';

import { verifyTrustStoreChange } from './trust-store-change.js';
import { parseTrustStore, TRUST_STORE_LIMIT_BYTES, type TrustStore } from './trust-store.js';

let store: JsonObject;
beforeAll(async () => {
  const { trustStore } = await Region.founded(['CR', 'PA']);
  store = trustStore;
});

const judged = (change: JsonObject) =>
  refusalOf(() => parseTrustStore(canonicalJson({ ...store, ...change })));

describe('a trust store', () => {
  it('is canonical, complete and says each thing once', () => {
    const root = (state: string, key: string) => ({
      state,
      rootKey: key.repeat(43),
      stateRoot: 'A'.repeat(43),
    });
    const origin = 'directory.example.test';
    expect(judged({})).toBe('accepted');
    expect(judged({ extra: 1 })).toBe('form');
    expect(judged({ v: 2 })).toBe('form');
    expect(judged({ roots: [] })).toBe('form');
    expect(judged({ roots: [root('CR', 'A'), root('CR', 'E')] })).toBe('state-twice');
    expect(judged({ roots: [root('CR', 'A'), root('PA', 'A')] })).toBe('key-twice');
    expect(judged({ audit: [{ origin, vkey: vkeyOf(origin) }] })).toBe('origin-twice');
    const release = { threshold: 1, vkeys: [vkeyOf('release.example.test/one')] };
    expect(judged({ releases: release })).toBe('accepted');
    expect(judged({ releases: { ...release, threshold: 2 } })).toBe('release-threshold');
    expect(judged({ releases: { ...release, threshold: 0 } })).toBe('form');
    expect(judged({ releases: { ...release, vkeys: [...release.vkeys, ...release.vkeys] } })).toBe(
      'key-twice',
    );
    expect(refusalOf(() => parseTrustStore(JSON.stringify(store, null, 1)))).toBe('not-canonical');
    expect(refusalOf(() => parseTrustStore('{'))).toBe('form');
    expect(refusalOf(() => parseTrustStore(' '.repeat(TRUST_STORE_LIMIT_BYTES + 1)))).toBe('size');
  });
});

describe('a trust store that changes', () => {
  const origin = 'audit.example.test/2028';
  const announced = () => ({ origin, vkey: vkeyOf(origin) });

  it('is followed where accepted statements explain it, and nowhere else', async () => {
    const region = await everyStatement();
    const { directory } = region;
    const pinned = region.trustStore;
    const withoutPanama = pinned.roots.filter(({ state }) => state !== 'PA');
    const next: TrustStore = {
      ...pinned,
      roots: withoutPanama,
      audit: [...pinned.audit, announced()],
      createdAt: '2027-02-01T00:00:00.000Z',
    };
    const judge = (change: Partial<TrustStore>) =>
      refusalOf(() => verifyTrustStoreChange(directory, { ...next, ...change }));
    expect(verifyTrustStoreChange(directory, next)).toBe(next);
    expect(judge({ roots: pinned.roots })).toBe('root-not-admitted');
    expect(judge({ roots: withoutPanama.slice(1) })).toBe('root-missing');
    expect(judge({ policy: 'quorum 1\n' })).toBe('policy-changed');
    const releases = { threshold: 1, vkeys: [vkeyOf('release.example.test/one')] };
    expect(judge({ releases })).toBe('release-keys-changed');
    expect(judge({ createdAt: '2026-01-01T00:00:00.000Z' })).toBe('older');
    expect(judge({ deployment: 'other.test' })).toBe('other-deployment');
    expect(judge({ directory: { ...next.directory, vkey: announced().vkey } })).toBe(
      'other-deployment',
    );
    expect(judge({ audit: [announced()] })).toBe('audit-log-missing');
    const unknown = { ...announced(), origin: 'audit.example.test/2029' };
    expect(judge({ audit: [...pinned.audit, unknown] })).toBe('audit-log-unknown');
    const admitted = directory.authorities.get('US')?.root;
    const us = {
      state: 'US' as const,
      rootKey: admitted?.body.rootKey ?? '',
      stateRoot: admitted?.id ?? '',
    };
    expect(judge({ roots: [...withoutPanama, us] })).toBe('accepted');
    const stranger = { ...us, stateRoot: 'A'.repeat(43) };
    expect(judge({ roots: [...withoutPanama, stranger] })).toBe('root-not-admitted');
  });
});
