import { systemClock } from '@enlace/kernel';
import type { Policy } from '@enlace/tlog';
import type { TrustStore } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { partReader, prefixOf, ServedLog, type Headings } from '../log/log-reader.js';
import { readAnnounced, type AnnouncedLog } from './announced-logs.js';
import { VERIFY_EXIT, type LogFinding } from './findings.js';
import { readYears, type ReadLog } from './follow-years.js';
import { checkOwnManifests, type OwnRecord } from './own-manifests.js';
import type { SeenHeads } from './seen-heads.js';
import { listLogs } from './served-logs.js';
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
  for (const { origin, problems } of found) {
    const note = task.notes.get(origin);
    const isSound = problems.every(({ exit }) => exit === VERIFY_EXIT.quorum);
    if (note !== undefined && isSound) task.seen.keep(origin, note);
  }
  return found;
}

async function judgeLogs(task: LogsTask): Promise<readonly LogFinding[]> {
  const names = task.policy.logs.map(({ key }) => key.name);
  if (task.year !== null) return [await verifyYear(task, task.year)];
  const served = await listLogs(readerOf(task));
  const found: LogFinding[] = [];
  const announced: AnnouncedLog[] = [];
  for (const origin of names.filter(isDirectory)) {
    const log = await readLog(task, origin, task.policy);
    found.push(log.finding);
    announced.push(...(await announcedIn(task, log)));
  }
  const years = await readYears(
    {
      policy: task.policy,
      announced,
      served,
      nowMs: systemClock.nowMs(),
      readLog: async (origin, policy) => readLog(task, origin, policy),
    },
    names.filter((name) => !isDirectory(name)),
  );
  return [...found, ...years];
}

async function verifyYear(task: LogsTask, year: string): Promise<LogFinding> {
  const { logs } = task.policy;
  const names = logs.map(({ key }) => key.name);
  const known = names.find((name) => name.endsWith(`/${year}`));
  if (known !== undefined) return (await readLog(task, known, task.policy)).finding;
  const announced: AnnouncedLog[] = [];
  for (const name of names.filter(isDirectory)) {
    announced.push(...(await announcedIn(task, await readLog(task, name, task.policy))));
  }
  const later = announced.find(({ key }) => key.name.endsWith(`/${year}`));
  if (later === undefined) {
    const expected = names.join(', ');
    throw new CliError('usage.bad-value', { option: '--year', value: year, expected });
  }
  const policy = { ...task.policy, logs: [...logs, { key: later.key, url: null }] };
  return (await readLog(task, later.key.name, policy)).finding;
}

/** What a directory announces counts when its log was found whole, as far as the quorum cosigned it. */
async function announcedIn(task: LogsTask, log: ReadLog): Promise<readonly AnnouncedLog[]> {
  const { trustStore } = task;
  if (trustStore === null || log.leaves === null) return [];
  const witnessed = log.leaves.slice(0, log.finding.witnessed);
  return readAnnounced({ read: readerOf(task), trustStore, witnessed });
}

async function readLog(task: LogsTask, origin: string, policy: Policy): Promise<ReadLog> {
  const { access, seen } = task;
  const leaves: Uint8Array[] = [];
  const { finding, note } = await verifyServedLog({
    origin,
    policy,
    seen,
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
