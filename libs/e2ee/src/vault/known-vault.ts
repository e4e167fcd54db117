import { equalBytes } from '@enlace/kernel';
import type { VaultHead } from '@enlace/trust';

import { VaultRolledBack } from './vault-error.js';

/** The newest vault that a client knows of: its own store has the whole head, its audit events have the counter. */
export type KnownVault = Pick<VaultHead, 'counter'> &
  Partial<Pick<VaultHead, 'root' | 'wrapsHash'>>;

/**
 * Compares a head with what this client knows from its own store, its other devices or its own audit events. Throws
 * `vault.rolled-back` when the server answers with an older vault, or with another one of the same counter: the alert
 * `ROLLBACK`.
 */
export function assertNotRolledBack(head: VaultHead, known: KnownVault): void {
  const { root = head.root, wrapsHash = head.wrapsHash } = known;
  const isSame = equalBytes(root, head.root) && equalBytes(wrapsHash, head.wrapsHash);
  if (head.counter < known.counter || (head.counter === known.counter && !isSame)) {
    throw new VaultRolledBack('the vault is not the newest that was seen', {
      facts: { counter: head.counter, known: known.counter },
    });
  }
}
