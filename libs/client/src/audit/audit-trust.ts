import { utf8 } from '@enlace/kernel';
import { isAfterLoss, parsePolicy, parseVkey, type Policy, type VerifierKey } from '@enlace/tlog';
import type { BodyOf, Directory, VerifiedLoss } from '@enlace/trust';

import { clientTlogCrypto } from '../tlog-crypto.js';

/** With what a client checks the record: nothing of it is the server's word. */
export interface AuditTrust {
  /** The audit logs of the trust store and those that the directory announces; the witnesses of the trust store. */
  readonly policy: Policy;
  /** False where neither names a log of accesses: then nothing that the server says of one can be checked. */
  readonly namesAuditLog: boolean;
  /** The key of receipts, where the directory announces one that counts; else signatures of receipts prove nothing. */
  readonly receiptKeys: readonly VerifierKey[];
  /** Logs that lost entries, as States signed it: what goes on after them counts, and what they lost is no lie. */
  readonly losses: readonly VerifiedLoss[];
}

/** Throws `tlog.policy-malformed`, `tlog.vkey-malformed` for a trust store that never was sound. */
export function auditTrustOf(
  directory: Directory,
  losses: readonly VerifiedLoss[] = [],
): AuditTrust {
  const { trustStore } = directory;
  const policy = parsePolicy(clientTlogCrypto, utf8(trustStore.policy));
  const announced = announcedKeys(directory);
  const keys = [
    ...trustStore.audit.map(keyOf),
    // The key of the directory's log alone announces no log that goes on after a loss, whatever origin it says.
    ...announced
      .filter(({ use }) => use === 'audit')
      .flatMap((body) => {
        const key = keyOf(body);
        return key.name === body.origin && !isAfterLoss(key.name) ? [key] : [];
      }),
    ...losses.map(({ next }) => keyOf(next)),
  ];
  const known = policy.logs.map(({ key }) => key.name);
  const more = keys.filter(
    ({ name }, at) => !known.includes(name) && keys.findIndex((key) => key.name === name) === at,
  );
  return {
    namesAuditLog: keys.length > 0 || known.some((name) => name.startsWith('audit.')),
    policy: { ...policy, logs: [...policy.logs, ...more.map((key) => ({ key, url: null }))] },
    receiptKeys: announced.filter(({ use }) => use === 'receipts').map(keyOf),
    losses,
  };
}

function keyOf({ vkey }: { readonly vkey: string }): VerifierKey {
  return parseVkey(clientTlogCrypto, vkey);
}

/** Statements `log-key` that a quorum of witnesses has seen; an origin has one for ever. */
function announcedKeys({ quorum, statements }: Directory): readonly BodyOf<'log-key'>[] {
  const witnessed = Math.max(0, ...quorum.map(({ size }) => size));
  return statements.values().flatMap(({ index, statement: { body } }) => {
    return body.type === 'log-key' && index < witnessed ? [body] : [];
  });
}
