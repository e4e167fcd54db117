import { beforeAll, describe, expect, it } from '@jest/globals';

import { parseId, systemRandom, type PersonId } from '@enlace/kernel';
import {
  publicKeyOf,
  signVaultHead,
  vaultEntry,
  verifyVaultHead,
  type VaultEntry,
  type VaultHead,
} from '@enlace/trust';

import { cryptoReady } from '../sodium.js';
import { assertNotRolledBack } from './known-vault.js';

const personId = parseId<PersonId>('6f1c2c1e-0d4b-4c55-9a7e-2f0e4c1d9b3a');
const seed = systemRandom.bytes(32);
const wraps = [systemRandom.bytes(160), systemRandom.bytes(160)];
let entries: readonly VaultEntry[];
let head: VaultHead;

beforeAll(async () => {
  await cryptoReady();
  entries = [1, 2, 3].map((version) =>
    vaultEntry(systemRandom.bytes(32), version, systemRandom.bytes(200)),
  );
  head = headOver({});
});

function headOver(change: Partial<Parameters<typeof signVaultHead>[0]>): VaultHead {
  const wire = signVaultHead({ personId, counter: 7, entries, wraps, ...change }, seed);
  return verifyVaultHead(wire, { personId, signKeys: [publicKeyOf(seed)] });
}

describe('a vault that a client knows of', () => {
  it('is compared with the one that it is shown: an older one is refused', () => {
    for (const known of [{ counter: 7 }, { ...head }, { ...head, counter: 6 }]) {
      expect(() => assertNotRolledBack(head, known)).not.toThrow();
    }
    expect(() => assertNotRolledBack(head, { counter: 8 })).toThrow(
      expect.objectContaining({ code: 'vault.rolled-back', facts: { counter: 7, known: 8 } }),
    );
  });

  it('is one: another one of the same counter is refused', () => {
    const rolledBack = expect.objectContaining({ code: 'vault.rolled-back' });
    const fewer = headOver({ entries: entries.slice(1) });
    expect(() => assertNotRolledBack(head, fewer)).toThrow(rolledBack);
    const rewrapped = headOver({ wraps: wraps.slice(1) });
    expect(() => assertNotRolledBack(head, rewrapped)).toThrow(rolledBack);
  });
});
