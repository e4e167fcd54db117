import { systemClock } from '@enlace/kernel';
import { isAfterLoss, type Policy } from '@enlace/tlog';
import type { TrustStore } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { partReader, prefixOf, ServedLog, type Headings } from '../log/log-reader.js';
import { announcedIn, readDirectory, type AnnouncedLog } from './announced-logs.js';
import {
  CONTINUED_AFTER_LOSS,
  readLosses,
  unsignedLoss,
  type ContinuedLoss,
} from './continued-losses.js';
import { VERIFY_EXIT, type LogFinding } from './findings.js';
import { readYears, type ReadLog } from './follow-years.js';
import { checkOwnManifests, type OwnRecord } from './own-manifests.js';
import type { SeenHeads } from './seen-heads.js';
import { listLogs, type ServedSummary } from './served-logs.js';
import { withUnexplained, type GonePlace, type ToldErasure } from './unexplained.js';
import { verifyServedLog } from './verify-served-log.js';

/** 500 statements of at most 12 KiB. */
const PAGE_LIMIT_BYTES = 8 * 1024 * 1024;

export interface LogsTask {
  readonly url: string;
  readonly policy: Policy;
  readonly seen: SeenHeads;
  readonly access: {
    readonly headings: () => Headings;
    readonly unlock: (origin: string, size: number) => Promise<void>;
  };
  /** What an auditor may read of their own State's record; null for who is none. */
  readonly own: OwnRecord | null;
  /** Null: no key is believed that the policy does not name. */
  readonly trustStore: TrustStore | null;
  /** The newest checkpoint of each log that was read. */
  readonly notes: Map<string, Uint8Array>;
  /** Acts of the own State whose `what` is not shown, and what the logs say was erased. */
  readonly gone: GonePlace[];
  readonly erasures: ToldErasure[];
  /** One log alone, without what it continues and what continues it; null for all. */
  readonly year: string | null;
}

/**
 * Verifies the logs of the policy, and those that continue them: the directory first, because it announces the keys of
 * later years. Throws when nothing can be said: no network, no permission.
 */
export async function verifyLogs(
  asked: Omit<LogsTask, 'notes' | 'gone' | 'erasures'>,
): Promise<readonly LogFinding[]> {
  const task: LogsTask = { ...asked, notes: new Map(), gone: [], erasures: [] };
  const found = (await judgeLogs(task)).map((finding) => withUnexplained(task, finding));
  // What a log was is remembered when all have judged it: a server that lies about a year shows the true one again.
  for (const { origin, problems, size, seen } of found) {
    const note = task.notes.get(origin);
    const isSound = problems.every(
      ({ exit, code }) => exit === VERIFY_EXIT.quorum || code === CONTINUED_AFTER_LOSS,
    );
    // Of a log that lost its end what was seen before stays: it is more than what is left.
    if (note !== undefined && isSound && (seen ?? 0) <= size) task.seen.keep(origin, note);
  }
  return found;
}

/** What the directory says of logs that the policy does not name. */
interface Believed {
  readonly announced: readonly AnnouncedLog[];
  readonly losses: readonly ContinuedLoss[];
}

async function judgeLogs(task: LogsTask): Promise<readonly LogFinding[]> {
  const names = task.policy.logs.map(({ key }) => key.name);
  if (task.year !== null) return [await verifyYear(task, task.year)];
  const served = await listLogs(readerOf(task));
  const { found, believed } = await judgeDirectories(task, served);
  const { losses } = believed;
  const years = await readYears(
    {
      policy: task.policy,
      ...believed,
      served,
      nowMs: systemClock.nowMs(),
      readLog: async (origin, policy) => readLog(task, origin, { policy, losses }),
    },
    names.filter((name) => !isDirectory(name)),
  );
  return [...found, ...years];
}

/** What a directory says counts when its log was found whole, as far as the quorum cosigned it. */
async function judgeDirectories(
  task: LogsTask,
  served: readonly ServedSummary[],
): Promise<{ readonly found: readonly LogFinding[]; readonly believed: Believed }> {
  const { policy, trustStore } = task;
  const names = policy.logs.map(({ key }) => key.name).filter(isDirectory);
  const found: LogFinding[] = [];
  const announced: AnnouncedLog[] = [];
  const losses: ContinuedLoss[] = [];
  for (const origin of names) {
    const { finding, leaves } = await readLog(task, origin, { policy, losses: [] });
    found.push(finding);
    if (trustStore === null || leaves === null) continue;
    const witnessed = leaves.slice(0, finding.witnessed);
    const directory = await readDirectory({ read: readerOf(task), trustStore, witnessed });
    announced.push(...announcedIn(directory, witnessed.length));
    losses.push(...readLosses(directory, served));
  }
  return { found, believed: { announced, losses } };
}

async function verifyYear(task: LogsTask, year: string): Promise<LogFinding> {
  const { logs } = task.policy;
  const isAsked = (name: string) => !isDirectory(name) && name.endsWith(`/${year}`);
  const known = logs.map(({ key }) => key.name).find(isAsked);
  if (known !== undefined && !isAfterLoss(known)) {
    return (await readLog(task, known, { policy: task.policy, losses: [] })).finding;
  }
  const served = await listLogs(readerOf(task));
  const { announced, losses } = (await judgeDirectories(task, served)).believed;
  const later = [...announced, ...losses].find(({ key }) => isAsked(key.name));
  const name = known ?? later?.key.name;
  if (name === undefined) {
    const expected = logs.map(({ key }) => key.name).join(', ');
    throw new CliError('usage.bad-value', { option: '--year', value: year, expected });
  }
  const more = known === undefined && later !== undefined ? [{ key: later.key, url: null }] : [];
  const policy = { ...task.policy, logs: [...logs, ...more] };
  const { finding } = await readLog(task, name, { policy, losses });
  return { ...finding, problems: [...finding.problems, ...unsignedLoss(losses, name)] };
}

async function readLog(
  task: LogsTask,
  origin: string,
  { policy, losses }: { readonly policy: Policy; readonly losses: readonly ContinuedLoss[] },
): Promise<ReadLog> {
  const { access, seen } = task;
  const leaves: Uint8Array[] = [];
  const { finding, note } = await verifyServedLog({
    origin,
    policy,
    seen,
    loss: losses.find(({ loss }) => loss.lost.origin === origin)?.loss ?? null,
    log: new ServedLog(readerOf(task), prefixOf(origin)),
    unlock: async (name, size) => {
      if (!isDirectory(origin)) await access.unlock(name, size);
    },
    visit: (_, entry) => void leaves.push(entry),
  });
  if (note !== null) task.notes.set(origin, note);
  const isProven = finding.problems.every(({ exit }) => exit === VERIFY_EXIT.quorum);
  if (!finding.signed || !isProven) return { finding, leaves: null };
  if (task.own === null || isDirectory(origin)) return { finding, leaves };
  const checked = await checkOwnManifests(task.own, { origin, leaves });
  const { count, problems } = checked;
  task.gone.push(...checked.erased.map((index) => ({ origin, index })));
  task.erasures.push(...checked.erasures.map((one) => ({ ...one, origin })));
  const judged = { ...finding, manifests: count, problems: [...finding.problems, ...problems] };
  return { finding: judged, leaves };
}

function readerOf({ url, access }: LogsTask) {
  return partReader(url, access.headings, PAGE_LIMIT_BYTES);
}

function isDirectory(origin: string): boolean {
  return origin.startsWith('directory.');
}
