import { utf8 } from '@enlace/kernel';
import { formatVkey, parsePolicy, type Policy } from '@enlace/tlog';
import type { Directory } from '@enlace/trust';

import type { Session } from '../../session/session.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import { auditTrustOf } from '../audit-trust.js';
import { readLosses } from '../stated-losses.js';

/**
 * The logs, witnesses and quorum that this device believes, and their text: those of the trust store, logs of later
 * years that the directory announces, and logs that go on after a loss, as States signed it.
 */
export async function believedPolicy(
  directory: Directory,
  session: Pick<Session, 'request'>,
): Promise<{ readonly policy: Policy; readonly text: string }> {
  const { policy } = auditTrustOf(directory, await readLosses(session, directory));
  const own = directory.trustStore.policy;
  const known = new Set(parsePolicy(clientTlogCrypto, utf8(own)).logs.map(({ key }) => key.name));
  const later = policy.logs.filter(({ key }) => !known.has(key.name));
  return { policy, text: `${later.map(({ key }) => `log ${formatVkey(key)}\n`).join('')}${own}` };
}
