import { resolve } from 'node:path';
import { parsePolicy, POLICY_LIMITS, type Policy } from '@enlace/tlog';
import { utf8 } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { exitOf, type LogFinding } from '../audit-verify/findings.js';
import { reportObject, reportText } from '../audit-verify/report.js';
import { SeenHeads } from '../audit-verify/seen-heads.js';
import { verifyServedLog } from '../audit-verify/verify-served-log.js';
import { CliError } from '../command-line/cli-error.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { partReader, prefixOf, ServedLog } from '../log/log-reader.js';
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
  const origins = originsOf(policy, findText(options, 'year'));
  const stateFile = findText(options, 'state-file');
  const seen = SeenHeads.open(stateFile === null ? null : resolve(stateFile));
  const findings = await withLogAccess(invocation, url, async (access) => {
    const found: LogFinding[] = [];
    for (const origin of origins)
      found.push(await verifyOne({ url, origin, policy, seen, access }));
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

interface Target {
  readonly url: string;
  readonly origin: string;
  readonly policy: Policy;
  readonly seen: SeenHeads;
  readonly access: LogAccess;
}

async function verifyOne({ url, origin, policy, seen, access }: Target): Promise<LogFinding> {
  const prefix = prefixOf(origin);
  return verifyServedLog({
    origin,
    policy,
    seen,
    log: new ServedLog(partReader(url, access.headings), prefix),
    unlock: async (name, size) => {
      if (!origin.startsWith('directory.')) await access.unlock(name, size);
    },
  });
}

function readPolicy(path: string): Policy {
  // The last line of a policy ends with a newline; reading the file as a text has taken it.
  const text = `${readInputFile(path, POLICY_LIMITS.bytes)}\n`;
  return refusing(path, () => parsePolicy(noteCrypto, utf8(text)));
}

function originsOf({ logs }: Policy, year: string | null): readonly string[] {
  const names = logs.map(({ key }) => key.name);
  const origins = year === null ? names : names.filter((name) => name.endsWith(`/${year}`));
  if (origins.length > 0) return origins;
  throw new CliError('usage.bad-value', {
    option: '--year',
    value: year ?? '',
    expected: names.join(', '),
  });
}
