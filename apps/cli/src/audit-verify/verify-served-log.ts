import { toBase64 } from '@enlace/kernel';
import {
  decodeDirectoryLeaf,
  decodeLeaf,
  judgeCheckpoint,
  LogDiverged,
  TlogError,
  verifyLog,
  type JudgedCheckpoint,
  type Policy,
  type TreeHead,
} from '@enlace/tlog';
import { isLostHead, type VerifiedLoss } from '@enlace/trust';
import { noteCrypto } from '../log/note-crypto.js';
import { PartMissing, type ServedLog } from '../log/log-reader.js';
import { problemOf, VERIFY_EXIT, type LogFinding, type Problem } from './findings.js';
import { firstMissingEntry } from './first-missing.js';
import type { SeenHeads } from './seen-heads.js';

export interface VerifyTask {
  readonly origin: string;
  readonly log: ServedLog;
  readonly policy: Policy;
  readonly seen: SeenHeads;
  /** What States signed of its lost end; null for a log that lost nothing. */
  readonly loss: VerifiedLoss | null;
  /** Asks for permission to read the entries of the log, where it takes one. */
  readonly unlock: (origin: string, size: number) => Promise<void>;
  /** Told of each entry in order, before it is known whether the log verifies. */
  readonly visit?: (index: number, entry: Uint8Array) => void;
}

/** A checkpoint as it was served, and what the policy says of it. */
interface Offered {
  readonly note: Uint8Array;
  readonly judged: JudgedCheckpoint;
}

/**
 * Reads a whole log and rebuilds its tree; compares it with what is signed now, with what the witnesses cosigned, and
 * with what was verified here before. Nothing is remembered here: others judge the log too. Throws when nothing can be
 * said: no network, no permission.
 */
export async function verifyServedLog(task: VerifyTask): Promise<VerifiedLog> {
  try {
    return await verifyHeads(task, await readHeads(task));
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    const exit = error.kind === 'malformed' ? VERIFY_EXIT.malformed : VERIFY_EXIT.alert;
    return unread(task.origin, problemOf(error.code, exit, { detail: error.message }));
  }
}

/** What became of a log, and the checkpoint that is remembered when nobody finds anything wrong with it. */
export interface VerifiedLog {
  readonly finding: LogFinding;
  readonly note: Uint8Array | null;
}

/** The newest checkpoint, and the newest that the quorum cosigned: that may be an older one. */
async function readHeads({ log, policy, origin }: VerifyTask) {
  const open = (note: Uint8Array | null): Offered | null => {
    if (note === null) return null;
    const judged = judgeCheckpoint(noteCrypto, note, policy);
    return judged.checkpoint.origin === origin ? { note, judged } : null;
  };
  // In this order: the log goes on growing, so what is asked for later is at least as large.
  const witnessed = open(await log.checkpoint('witnessed'));
  const newest = open(await log.checkpoint());
  return { newest, witnessed };
}

async function verifyHeads(
  task: VerifyTask,
  { newest, witnessed }: Awaited<ReturnType<typeof readHeads>>,
): Promise<VerifiedLog> {
  const { origin, seen, policy } = task;
  const known = seen.find(origin, policy);
  if (newest === null) {
    const exit = known === null ? VERIFY_EXIT.missing : VERIFY_EXIT.split;
    return unread(origin, problemOf('checkpoint.missing', exit));
  }
  const best = newest.judged.meetsQuorum ? newest : (witnessed ?? newest);
  const { checkpoint } = newest.judged;
  const about = { origin, size: checkpoint.size, root: toBase64(checkpoint.root), signed: true };
  const of = witnessedBy(best.judged);
  const found = { ...about, ...of, seen: known?.checkpoint.size ?? null };
  const earlier = [known, witnessed?.judged ?? null]
    .flatMap((head) => head?.checkpoint ?? [])
    .filter((head) => task.loss === null || !isLostHead(task.loss, head, checkpoint.size));
  await task.unlock(origin, checkpoint.size);
  const problems = await rebuild(task, { offered: newest, earlier });
  const isProven = problems.every(({ exit }) => exit === VERIFY_EXIT.quorum);
  if (!of.quorum) problems.push(problemOf('tlog.quorum-unmet', VERIFY_EXIT.quorum));
  const finding = { ...found, proven: isProven ? checkpoint.size : 0, problems };
  return { finding, note: newest.note };
}

function witnessedBy({ cosigners, meetsQuorum, checkpoint }: JudgedCheckpoint) {
  const witnessed = meetsQuorum ? checkpoint.size : 0;
  return { witnesses: cosigners, quorum: meetsQuorum, witnessed };
}

/** All entries once. What is wrong is told by the first place where it shows. */
async function rebuild(
  task: VerifyTask,
  { offered, earlier }: { readonly offered: Offered; readonly earlier: readonly TreeHead[] },
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const look = visitorOf(task.origin, problems);
  const visit = (index: number, entry: Uint8Array): void => {
    look(index, entry);
    task.visit?.(index, entry);
  };
  const head = offered.judged.checkpoint;
  try {
    await verifyLog(noteCrypto, task.log, { head, earlier, visit });
  } catch (error) {
    problems.unshift(await explain(error, task, { offered, earlier }));
  }
  return problems;
}

async function explain(
  error: unknown,
  task: VerifyTask,
  { offered, earlier }: { readonly offered: Offered; readonly earlier: readonly TreeHead[] },
): Promise<Problem> {
  const { checkpoint } = offered.judged;
  if (error instanceof PartMissing) {
    const index = await firstMissingEntry(task.log, error.address);
    return problemOf('part.missing', VERIFY_EXIT.missing, { detail: error.message, index });
  }
  if (!(error instanceof TlogError)) throw error;
  const { firstIndex, lastIndex, index } = error.facts;
  const isTwoTruths =
    error.code === 'tlog.rolled-back' ||
    (error instanceof LogDiverged && earlier.length > 0 && (await isWhole(task, checkpoint)));
  const first = firstIndex ?? index;
  const told = {
    detail: error.message,
    ...(typeof first === 'number' ? { index: first } : {}),
    ...(typeof lastIndex === 'number' ? { lastIndex } : {}),
  };
  if (!isTwoTruths) return problemOf(error.code, VERIFY_EXIT.alert, told);
  const file = task.seen.keepEvidence(task.origin, checkpoint.size, offered.note);
  return problemOf('tlog.split-view', VERIFY_EXIT.split, { ...told, detail: file });
}

/** Whether the entries are those of this head alone: then it is another head that they contradict. */
async function isWhole({ log }: VerifyTask, head: TreeHead): Promise<boolean> {
  try {
    await verifyLog(noteCrypto, log, { head });
    return true;
  } catch (error) {
    if (error instanceof TlogError || error instanceof PartMissing) return false;
    throw error;
  }
}

/** What a leaf must be, whatever it commits to; no event stands in the log twice. */
function visitorOf(
  origin: string,
  problems: Problem[],
): (index: number, entry: Uint8Array) => void {
  const ids = new Set<string>();
  const refuse = (code: string, index: number): void => {
    if (problems.length === 0) problems.push(problemOf(code, VERIFY_EXIT.alert, { index }));
  };
  return (index, entry) => {
    try {
      if (origin.startsWith('directory.')) {
        decodeDirectoryLeaf(entry);
        return;
      }
      const { eventId } = decodeLeaf(entry);
      if (ids.has(eventId)) refuse('leaf.repeated', index);
      ids.add(eventId);
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      refuse(error.code, index);
    }
  };
}

function unread(origin: string, problem: Problem): VerifiedLog {
  const finding = {
    origin,
    size: 0,
    root: '',
    signed: false,
    witnesses: [],
    quorum: false,
    witnessed: 0,
    proven: 0,
    seen: null,
    problems: [problem],
  };
  return { finding, note: null };
}
