import { resolve } from 'node:path';
import { parsePolicy, POLICY_LIMITS, type Policy } from '@enlace/tlog';
import { utf8 } from '@enlace/kernel';
import {
  cryptoReady,
  parseTrustStore,
  TRUST_STORE_LIMIT_BYTES,
  type TrustStore,
} from '@enlace/trust';
import { exitOf } from '../audit-verify/findings.js';
import { reportObject, reportText } from '../audit-verify/report.js';
import { SeenHeads } from '../audit-verify/seen-heads.js';
import { verifyLogs } from '../audit-verify/verify-logs.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { noteCrypto } from '../log/note-crypto.js';
import { withLogAccess, type LogAccess } from './log-access.js';

/**
 * `enlace audit verify --url`: reads the logs of the policy whole, rebuilds their trees, and compares them with
 * what was
 * signed, cosigned, and seen here before. Nothing that the server says counts but what its keys signed.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const url = requireText(options, 'url').replace(/\/$/, '');
  const policy = readPolicy(requireText(options, 'policy'));
  const stateFile = findText(options, 'state-file');
  const seen = SeenHeads.open(stateFile === null ? null : resolve(stateFile));
  const year = findText(options, 'year');
  const findings = await withLogAccess(invocation, url, async (access) => {
    const trustStore = trustOf(invocation, access);
    const found = await verifyLogs({
      url,
      policy,
      seen,
      access,
      trustStore,
      year,
      own: access.own,
    });
    const exit = exitOf(found);
    if (exit !== EXIT.done && exit !== EXIT.reservations) {
      await access.stateFailure('audit-log', JSON.stringify(reportObject(found)));
    }
    return found;
  });
  terminal.output.write(
    json ? `${JSON.stringify(reportObject(findings))}\n` : reportText(findings, language),
  );
  return exitOf(findings);
}

/** The roots under which the directory announces keys: of `--trust`, else of the home; null where none is known. */
function trustOf({ options }: Invocation, access: LogAccess): TrustStore | null {
  const path = findText(options, 'trust');
  if (path === null) return access.trustStore === null ? null : parseTrustStore(access.trustStore);
  return refusing(path, () => parseTrustStore(readInputFile(path, TRUST_STORE_LIMIT_BYTES)));
}

function readPolicy(path: string): Policy {
  // The last line of a policy ends with a newline; reading the file as a text has taken it.
  const text = `${readInputFile(path, POLICY_LIMITS.bytes)}\n`;
  return refusing(path, () => parsePolicy(noteCrypto, utf8(text)));
}
