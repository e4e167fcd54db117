import { resolve } from 'node:path';
import { isDomainError, systemClock } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { VERIFY_EXIT, worstOf } from '../audit-verify/findings.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile } from '../files/input-file.js';
import { partReader } from '../log/log-reader.js';
import { lookAtLogs, monitoredOf, type Monitored } from './monitored-logs.js';
import { INTERVAL_MS, pollAll, tellSplit } from './poll.js';
import { foldStatements } from './statement-source.js';
import { Stops } from './stops.js';
import { trustStatedLogs } from './trusted-logs.js';
import { Witness } from './witness.js';

/** How often the logs are read whole: a log of a year has some million entries. */
const LOOK_MS = 3_600_000;

interface Watch {
  readonly invocation: Invocation;
  readonly witness: Witness;
  readonly logs: Monitored;
  readonly follow: () => Promise<void>;
}

/**
 * `enlace witness monitor`: what `witness poll` does each minute; each hour all entries of all logs are read, the trees
 * rebuilt, years held to each other, and, with the home of an auditor of the State (`--home`), manifests, erasures and
 * the receipts of that home checked. Until it is stopped, or `--once`. Ends with the worst that was found.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const url = requireText(options, 'url').replace(/\/$/, '');
  const token = readInputFile(requireText(options, 'token-file'));
  const logs = monitoredOf(invocation, { url, token });
  const witness = Witness.open(resolve(requireText(options, 'in')), tellSplit(invocation));
  const stops = new Stops();
  const exits: number[] = [];
  try {
    trustStatedLogs(invocation, witness);
    const follow = foldStatements(invocation, witness);
    const watch = { invocation, witness, logs, follow };
    for (let lookedAtMs = 0; ;) {
      const isDue = systemClock.nowMs() - lookedAtMs >= LOOK_MS;
      if (isDue) lookedAtMs = systemClock.nowMs();
      exits.push(await round(watch, isDue));
      if (options.has('once')) return worstOf(exits);
      if (await stops.within(INTERVAL_MS)) return worstOf(exits);
    }
  } finally {
    stops.close();
    witness.close();
  }
}

async function round(watch: Watch, isDue: boolean): Promise<number> {
  const { invocation, witness, logs, follow } = watch;
  const { url, token } = logs;
  const read = partReader(url, () => ({ authorization: `Bearer ${token}` }));
  const polled = await pollAll(invocation, witness, { url, read, follow });
  const exit = polled.some(({ kind }) => kind === 'refused') ? VERIFY_EXIT.alert : VERIFY_EXIT.done;
  if (!isDue) return exit;
  try {
    return worstOf([exit, await lookAtLogs(invocation, logs)]);
  } catch (error) {
    // A server that is away for a while is asked again; one look alone says so by its exit code.
    if (!isDomainError(error) || invocation.options.has('once')) throw error;
    writeLine(invocation.terminal.errors, error.code);
    return exit;
  }
}
