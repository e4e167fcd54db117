import { formatVkey, isAfterLoss, TlogError, verifyClosing, verifyOpening } from '@enlace/tlog';
import type { Policy, VerifierKey } from '@enlace/tlog';
import { parseBase64 } from '@enlace/kernel';
import { noteCrypto } from '../log/note-crypto.js';
import type { AnnouncedLog } from './announced-logs.js';
import { judgeLoss, unsignedLoss, type ContinuedLoss } from './continued-losses.js';
import { problemOf, VERIFY_EXIT, type LogFinding, type Problem } from './findings.js';
import type { ServedSummary } from './served-logs.js';

/** A log that was read, with its entries; null for what could not be read whole. */
export interface ReadLog {
  readonly finding: LogFinding;
  readonly leaves: readonly Uint8Array[] | null;
}

export interface YearsTask {
  readonly policy: Policy;
  readonly announced: readonly AnnouncedLog[];
  /** Logs that go on after a loss, as States signed it. */
  readonly losses: readonly ContinuedLoss[];
  readonly served: readonly ServedSummary[];
  /** Reads and verifies a log under the policy. */
  readonly readLog: (origin: string, policy: Policy) => Promise<ReadLog>;
  readonly nowMs: number;
}

/** After a log should have been opened, this long passes before its absence is a fault. */
const LATE_MS = 86_400_000;

/**
 * Reads audit logs and whatever continues them, one year after the other. A later log is believed when the last leaf of
 * the one before names its key, and the directory announced the same; it must begin with the head at which the one
 * before was closed. What the server lists decides nothing: a log that the policy names is held to the one before it in
 * any case.
 */
export async function readYears(
  task: YearsTask,
  origins: readonly string[],
): Promise<readonly LogFinding[]> {
  const found = new Map<string, LogFinding>();
  let before: ReadLog | null = null;
  for (const origin of origins.toSorted(inOrder)) {
    for (let next: string | null = origin; next !== null && !found.has(next);) {
      const log: ReadLog = await task.readLog(next, policyOf(task));
      const opening = before === null ? [] : judgeOpening(task, { before, log });
      const { problems, following } = judgeClosing(task, log);
      const unsigned = unsignedLoss(task.losses, next);
      const own = [...log.finding.problems, ...unsigned, ...opening, ...problems];
      found.set(next, { ...log.finding, problems: own });
      [before, next] = [log, following];
    }
  }
  return [...found.values()].map((finding) => withMissing(task, finding, found));
}

/** The own policy, and what was announced or signed: the policy decides where both name an origin. */
function policyOf({ policy, announced, losses }: YearsTask): Policy {
  const known = new Set(policy.logs.map(({ key }) => key.name));
  const later = [...announced, ...losses].filter(({ key }) => !known.has(key.name));
  return { ...policy, logs: [...policy.logs, ...later.map(({ key }) => ({ key, url: null }))] };
}

function keyOf(task: YearsTask, origin: string): VerifierKey | null {
  return policyOf(task).logs.find(({ key }) => key.name === origin)?.key ?? null;
}

/** What follows a log: the one that its last leaf names, or, where no leaf does, the one that should be there. */
function judgeClosing(
  task: YearsTask,
  { finding, leaves }: ReadLog,
): { readonly problems: readonly Problem[]; readonly following: string | null } {
  const { origin, size } = finding;
  const leaf = leaves?.at(-1);
  const shown = task.served.find((log) => log.origin === origin)?.closing ?? null;
  if (leaves === null) return { problems: [], following: null };
  // It was not closed: it lost its end, and what States signed names the one that goes on.
  const continued = task.losses.find(({ loss }) => loss.lost.origin === origin);
  if (continued !== undefined) return { problems: [], following: continued.key.name };
  if (leaf === undefined || shown === null) return judgeUnclosed(task, origin);
  try {
    const next = verifyClosing(noteCrypto, { origin, size, leaf }, shown);
    const key = keyOf(task, next.origin);
    if (key !== null && formatVkey(key) === next.vkey) {
      return { problems: [], following: next.origin };
    }
    const told = { detail: next.origin, index: size - 1 };
    return { problems: [problemOf('log.unannounced', VERIFY_EXIT.alert, told)], following: null };
  } catch (error) {
    return { problems: [refusedTurn(error, size - 1)], following: null };
  }
}

/**
 * A log without a closing leaf that somebody knows to be continued: the server that says so itself, the policy that
 * names a later one, or the directory that announced one which the server lists.
 */
function judgeUnclosed({ served, policy, announced }: YearsTask, origin: string) {
  const isLater = (name: string) => baseOf(name) === baseOf(origin) && inOrder(name, origin) > 0;
  const listed = announced.filter(({ key }) => served.some((log) => log.origin === key.name));
  const later = [...policy.logs, ...listed].map(({ key }) => key.name).filter(isLater);
  const following = later.toSorted(inOrder)[0] ?? null;
  const isContinued = following !== null || served.some((log) => log.predecessor === origin);
  const problems = isContinued ? [problemOf('log.closing-missing', VERIFY_EXIT.missing)] : [];
  return { problems, following };
}

/** Years in their order, and within one of them what continues it after a loss: 2026, 2026-2, 2026-10, 2027. */
const inOrder = new Intl.Collator('en', { numeric: true }).compare;

/** The name of a log without its year: what continues it has the same. */
function baseOf(origin: string): string {
  return origin.slice(0, origin.indexOf('/'));
}

function refusedTurn(error: unknown, index: number): Problem {
  if (!(error instanceof TlogError)) throw error;
  return problemOf(error.code, VERIFY_EXIT.alert, { detail: error.message, index });
}

/** Whether a log begins with the head of the one before, where that was read whole: else its own problem is told. */
function judgeOpening(
  task: YearsTask,
  { before, log }: { readonly before: ReadLog; readonly log: ReadLog },
): readonly Problem[] {
  const { origin } = log.finding;
  const { origin: name, size, root } = before.finding;
  if (baseOf(origin) !== baseOf(name) || before.leaves === null || log.leaves === null) return [];
  const shown = task.served.find((each) => each.origin === origin)?.opening ?? null;
  const [leaf] = log.leaves;
  if (leaf === undefined || shown === null) {
    return [problemOf('log.opening-missing', VERIFY_EXIT.missing, { index: 0 })];
  }
  const continued = task.losses.find(({ loss, key }) => {
    return loss.lost.origin === name && key.name === origin;
  });
  try {
    if (continued !== undefined) return judgeLoss(continued, before.finding, { leaf, shown });
    const predecessor = { origin: name, size, root: parseBase64(root) };
    const { lost } = verifyOpening(noteCrypto, { origin, leaf, predecessor }, shown);
    // A loss that no States speak of, whatever the name of the log.
    const told = { detail: name, index: 0 };
    const isTold = lost === null || isAfterLoss(origin);
    return isTold ? [] : [problemOf('log.loss-unsigned', VERIFY_EXIT.alert, told)];
  } catch (error) {
    return [refusedTurn(error, 0)];
  }
}

/** A log that should have been continued, and was not, as far as the server shows: told at the last one shown. */
function withMissing(
  { announced, policy, nowMs }: YearsTask,
  finding: LogFinding,
  found: ReadonlyMap<string, LogFinding>,
): LogFinding {
  const isSame = (name: string) => baseOf(name) === baseOf(finding.origin);
  const late = announced.filter(
    ({ key, notBeforeMs }) =>
      isSame(key.name) &&
      !found.has(key.name) &&
      !policy.logs.some((log) => log.key.name === key.name) &&
      inOrder(key.name, finding.origin) > 0 &&
      notBeforeMs + LATE_MS < nowMs,
  );
  const isLast = ![...found.keys()].some(
    (name) => isSame(name) && inOrder(name, finding.origin) > 0,
  );
  if (late.length === 0 || !isLast) return finding;
  const missing = late.map(({ key }) =>
    problemOf('log.not-continued', VERIFY_EXIT.missing, { detail: key.name }),
  );
  return { ...finding, problems: [...finding.problems, ...missing] };
}
