import { join, resolve } from 'node:path';
import { utf8 } from '@enlace/kernel';
import { parsePolicy, parseVkey, POLICY_LIMITS, type Policy } from '@enlace/tlog';
import { parseTrustStore, TRUST_STORE_LIMIT_BYTES, type TrustStore } from '@enlace/trust';
import { exitOf, VERIFY_EXIT, worstOf, type LogFinding } from '../audit-verify/findings.js';
import type { OwnRecord } from '../audit-verify/own-manifests.js';
import { reportObject, reportText } from '../audit-verify/report.js';
import { SeenHeads } from '../audit-verify/seen-heads.js';
import { verifyLogs } from '../audit-verify/verify-logs.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { noteCrypto } from '../log/note-crypto.js';
import { witnessAccess } from '../log/witness-access.js';

/** What was verified here before; beside what the witness cosigned, which may be less. */
const SEEN_FILE = 'monitor.json';

/** The logs of a server, and what whoever watches them believes. */
export interface Monitored {
  readonly url: string;
  readonly token: string;
  readonly policy: Policy;
  readonly trustStore: TrustStore;
}

/** Of `--trust` and `--policy`. Throws `usage.missing-option`, `input.malformed`. */
export function monitoredOf(
  { options }: Invocation,
  server: Pick<Monitored, 'url' | 'token'>,
): Monitored {
  const trustStore = readTrustStore(requireText(options, 'trust'));
  return { ...server, policy: readPolicy(options, trustStore), trustStore };
}

/** The logs as a whole; with a home, also what only an auditor of the State can know. */
export async function lookAtLogs(invocation: Invocation, logs: Monitored): Promise<number> {
  if (!invocation.options.has('home'))
    return tell(invocation, await verify(invocation, logs, null));
  // What a home needs is loaded for whoever names one: a witness alone reaches the logs and the trust, no more.
  const { withOwnRecord } = await import('../audit/own-home.js');
  return withOwnRecord(invocation, async ({ own, checkReceipts }) => {
    const exit = tell(invocation, await verify(invocation, logs, own));
    const isKept = await checkReceipts();
    return worstOf([exit, isKept ? VERIFY_EXIT.done : VERIFY_EXIT.alert]);
  });
}

async function verify(
  invocation: Invocation,
  { url, token, policy, trustStore }: Monitored,
  own: OwnRecord | null,
): Promise<readonly LogFinding[]> {
  const folder = resolve(requireText(invocation.options, 'in'));
  return verifyLogs({
    url,
    policy,
    seen: SeenHeads.open(join(folder, SEEN_FILE)),
    access: witnessAccess(url, token),
    own,
    trustStore,
    year: null,
  });
}

function tell({ terminal, json, language }: Invocation, findings: readonly LogFinding[]): number {
  const told = json
    ? `${JSON.stringify({ event: 'monitored', ...reportObject(findings) })}\n`
    : reportText(findings, language);
  terminal.output.write(told);
  return exitOf(findings);
}

function readTrustStore(path: string): TrustStore {
  const text = readInputFile(path, TRUST_STORE_LIMIT_BYTES);
  return refusing(path, () => parseTrustStore(text));
}

/** Of `--policy`, else of the trust store, with the logs that it names besides. */
function readPolicy(options: Invocation['options'], trustStore: TrustStore): Policy {
  const path = findText(options, 'policy');
  // The last line of a policy ends with a newline; reading the file as a text has taken it.
  const text = path === null ? trustStore.policy : `${readInputFile(path, POLICY_LIMITS.bytes)}\n`;
  const { directory, audit } = trustStore;
  return refusing(path ?? '--trust', () => {
    const policy = parsePolicy(noteCrypto, utf8(text));
    const known = new Set(policy.logs.map(({ key }) => key.name));
    const more = [directory, ...audit].filter(({ origin }) => !known.has(origin));
    const logs = more.map(({ vkey }) => ({ key: parseVkey(noteCrypto, vkey), url: null }));
    return { ...policy, logs: [...policy.logs, ...logs] };
  });
}
