import { canonicalJson } from '@enlace/kernel';

import { currentOf, type Directory } from '../fold/directory.js';
import { isTrustedHere } from '../fold/root-rules.js';
import { TrustStoreRefused } from '../trust-error.js';
import type { TrustStore } from './trust-store.js';

/**
 * A trust store that follows the pinned one of this directory: every difference is explained by statements that the
 * fold took in. Returns the follower or throws `trust-store.refused`, which is the alert `ROLLBACK`.
 */
export function verifyTrustStoreChange(directory: Directory, next: TrustStore): TrustStore {
  const { trustStore: pinned } = directory;
  const isSameLog =
    next.directory.origin === pinned.directory.origin &&
    next.directory.vkey === pinned.directory.vkey;
  holdUnless(isSameLog && next.deployment === pinned.deployment, 'other-deployment');
  holdUnless(next.policy === pinned.policy, 'policy-changed');
  const releasedBy = ({ releases }: TrustStore) => canonicalJson(releases ?? null);
  holdUnless(releasedBy(next) === releasedBy(pinned), 'release-keys-changed');
  holdUnless(next.createdAt >= pinned.createdAt, 'older');
  for (const { state, stateRoot } of next.roots) {
    const isAdmitted = directory.authorities.get(state)?.root.id === stateRoot;
    holdUnless(isAdmitted && isTrustedHere(directory, state), 'root-not-admitted');
  }
  for (const { state } of pinned.roots) {
    const isKept = next.roots.some((root) => root.state === state);
    const isRemoved = directory.authorities.get(state)?.isRemoved === true;
    holdUnless(isKept || isRemoved, 'root-missing');
  }
  assertAuditLogs(directory, next);
  return next;
}

function assertAuditLogs(directory: Directory, next: TrustStore): void {
  for (const { origin, vkey } of directory.trustStore.audit) {
    const isKept = next.audit.some((log) => log.origin === origin && log.vkey === vkey);
    holdUnless(isKept, 'audit-log-missing');
  }
  for (const { origin, vkey } of next.audit) {
    const isPinned = directory.trustStore.audit.some((log) => log.origin === origin);
    const key = currentOf(directory, { type: 'log-key', state: 'XR', subject: origin });
    const body = key?.statement.body;
    const isAnnounced = body?.use === 'audit' && body.vkey === vkey;
    holdUnless(isPinned || isAnnounced, 'audit-log-unknown');
  }
}

function holdUnless(condition: boolean, rule: string): void {
  if (!condition) throw new TrustStoreRefused(rule);
}
