import { assertNotRolledBack, VaultRolledBack } from '@enlace/e2ee';
import { isDomainError, type PersonId, type Random } from '@enlace/kernel';
import {
  assertVaultContents,
  VaultHeadRefused,
  verifyVaultHead,
  type VaultEntry,
  type VaultHead,
} from '@enlace/trust';

import type { Session } from '../session/session.js';
import type { LocalStore } from '../store/local-store.js';
import { keepKnownVault, loadKnownVault } from './known-head.js';
import { askForVault } from './vault-wire.js';

/** Whose vault, by which session, and what this device knows of it. */
export interface VaultParts {
  readonly session: Session;
  /** Where the newest head is kept: a vault that is older than it is refused. */
  readonly store: LocalStore;
  readonly personId: PersonId;
  /** Of every device that the person's key has certified, as the own directory holds them; revoked ones wrote too. */
  readonly signKeys: readonly Uint8Array[];
  readonly random: Random;
  /** The highest counter in the own audit events, where they are to be had; `null` says nothing. */
  readonly recordedCounter?: () => Promise<number | null>;
  /** Puts on record that an older vault was shown than one that is known of; durable when it resolves. */
  readonly stateRollback?: (seen: VaultRollback) => Promise<void>;
}

/** The counter that was known of, and the one that was shown. */
export interface VaultRollback {
  readonly expected: number;
  readonly found: number;
}

/** What is in force on the server, after every check that needs no root key. */
export interface FetchedVault {
  /** `null`: nothing was kept yet, as far as anybody knows. */
  readonly head: VaultHead | null;
  readonly wraps: readonly Uint8Array[];
  readonly entries: readonly VaultEntry[];
}

/**
 * Fetches the vault and compares it with the signature over it and with all that is known. Throws `vault.head-refused`
 * when the server shows what no device of the person has signed, and `vault.rolled-back` (the alert `ROLLBACK`) when it
 * shows an older vault than one that was seen or recorded, none at all included; that is stated first. What is refused
 * is not kept.
 */
export async function fetchVault(parts: VaultParts): Promise<FetchedVault> {
  try {
    return await fetchAndCompare(parts);
  } catch (error) {
    if (isDomainError(error, 'vault.rolled-back')) {
      const { known: expected, counter: found } = error.facts;
      await parts.stateRollback?.({ expected: Number(expected), found: Number(found) });
    }
    throw error;
  }
}

// What is known comes first: another device may write between two questions, and a newer vault is no lie.
async function fetchAndCompare(parts: VaultParts): Promise<FetchedVault> {
  const { session, store, personId, signKeys } = parts;
  const recorded = (await parts.recordedCounter?.()) ?? null;
  const known = await loadKnownVault(store);
  const told = await askForVault(session);
  const expected = Math.max(known?.counter ?? 0, recorded ?? 0);
  if (told.head === null) {
    if (expected > 0) {
      throw new VaultRolledBack('the vault is gone', { facts: { counter: 0, known: expected } });
    }
    // Nobody has signed what is shown; of an older vault than one that is known of it says nothing.
    if (told.wraps.length + told.entries.length > 0) throw new VaultHeadRefused('signer');
    return { head: null, wraps: [], entries: [] };
  }
  const head = verifyVaultHead(told.head, { personId, signKeys });
  assertVaultContents(head, told);
  if (known !== null) assertNotRolledBack(head, known);
  if (recorded !== null) assertNotRolledBack(head, { counter: recorded });
  await keepKnownVault(store, head);
  return { head, wraps: told.wraps, entries: told.entries };
}
