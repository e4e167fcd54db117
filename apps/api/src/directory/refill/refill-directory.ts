import type { Clock, Random } from '@enlace/kernel';
import { utf8 } from '@enlace/kernel';
import { openCheckpoint, parseVkey, TlogError, type TreeHead } from '@enlace/tlog';
import type { TrustStore } from '@enlace/trust';

import { StartupRefusal } from '../../platform/config/startup-refusal.js';
import type { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { WitnessPolicy } from '../../platform/logs/witness-policy.js';
import { HighWaterFiles } from '../../platform/sequencer/high-water.js';
import { findCurrentLog, findNewestHead, type LogRow } from '../../platform/sequencer/log-rows.js';
import { haltLog, resumeLog } from '../../platform/sequencer/resume-log.js';
import type { EventWriter } from '../../platform/tlog/event-writer.js';
import { LogWriter } from '../../platform/tlog/log-writer.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { DirectoryLog } from '../directory-log.js';
import { DirectoryRepository } from '../directory.repository.js';
import { CopiedLog } from './copied-log.js';

/** Statements that one transaction writes; a refill that was killed goes on behind the last one. */
const BATCH = 100;

export interface RefillPorts {
  readonly database: Database;
  /** As `enl_sequencer`. */
  readonly sequencer: Database;
  readonly writer: EventWriter;
  readonly dataDir: string;
  readonly trustStore: TrustStore | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The log as the database has it, and how far it has to reach. */
interface Gap {
  readonly log: LogRow;
  readonly promised: TreeHead;
}

/**
 * Gives a directory whose database was set back the statements that its log lost, from a copy that anybody may have
 * brought: nothing of it is written before all of it was found to be the log that this node signed, or that the quorum
 * of witnesses cosigned, and the log is opened only when its own root says the same. Nothing happens where nothing is
 * missing. Killed anywhere, the log stays halted and the next call goes on. Throws `StartupRefusal`. No other node of
 * the deployment may run meanwhile.
 */
export async function refillDirectory(path: string, ports: RefillPorts): Promise<void> {
  const copy = await CopiedLog.read(path);
  const gap = await findGap(copy, ports);
  if (gap === null) {
    ports.log.info('directory.whole', { note: 'Nothing is missing: the copy was not needed.' });
    return;
  }
  const { log, promised } = gap;
  await assertSameSoFar(copy, gap, ports);
  await ports.sequencer.asServer((tx) => haltLog(tx, log));
  const written = await writeMissing(copy, promised, ports);
  await resume(promised, ports);
  const note = `${written} statements were written again, up to ${promised.size}.`;
  ports.log.info('directory.refilled', { note });
}

/** `null`: the log holds everything that was promised of it. */
async function findGap(copy: CopiedLog, ports: RefillPorts): Promise<Gap | null> {
  const { sequencer, dataDir } = ports;
  const log = await sequencer.asServer((tx) => findCurrentLog(tx, 'directory', { lock: false }));
  if (log === null) return null;
  const heads = [await new HighWaterFiles(dataDir).readHead(log), witnessedHead(copy, log, ports)]
    .filter((head) => head !== null)
    .toSorted((a, b) => b.size - a.size);
  const [promised] = heads;
  if (promised === undefined) {
    throw refused('this node signed nothing of the log, and no quorum of witnesses the copy');
  }
  if (promised.size <= log.size) return null;
  if (copy.size < promised.size) {
    throw refused(`the copy ends at ${copy.size} and ${promised.size} were signed: bring another`);
  }
  if (!heads.every((head) => copy.holds(head))) {
    throw refused('the copy is not the log that was signed: bring another');
  }
  return { log, promised };
}

/** Where the copy was found to be whole, by the log and by the witnesses of the trust store; `null` for nowhere. */
function witnessedHead(
  { checkpoint }: CopiedLog,
  { origin, vkey }: LogRow,
  { trustStore }: RefillPorts,
): TreeHead | null {
  if (checkpoint === null) return null;
  const note = utf8(checkpoint);
  const witnessed = new WitnessPolicy(trustStore).newestWitnessed({ origin, vkey }, [note]);
  if (witnessed === null) return null;
  try {
    return openCheckpoint(nodeTlogCrypto, witnessed, {
      origin,
      logKeys: [parseVkey(nodeTlogCrypto, vkey)],
    });
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw refused('the checkpoint of the copy is not signed by the log', cause);
  }
}

/** What stands in the database must be the beginning of what is written behind it. */
async function assertSameSoFar(
  copy: CopiedLog,
  { log, promised }: Gap,
  { database, sequencer }: RefillPorts,
): Promise<void> {
  const signed = await sequencer.asServer((tx) => findNewestHead(tx, log));
  const isBeginning = copy.holds(log) && (signed === null || copy.holds(signed));
  const held = await database.asServer(async (tx) =>
    new DirectoryRepository().findStatements(tx, { from: log.size, limit: promised.size + 1 }),
  );
  const expected = copy.statements(log.size, promised.size);
  const isSame = held.every(({ wire, acceptedAt }, at) => {
    const other = expected[at];
    return other?.wire === wire && other.acceptedAt === acceptedAt;
  });
  if (isBeginning && isSame) return;
  throw refused('the database took in other statements since it was set back: restore it again');
}

async function writeMissing(
  copy: CopiedLog,
  { size }: TreeHead,
  { trustStore, database, clock, random, log }: RefillPorts,
): Promise<number> {
  const repository = new DirectoryRepository();
  const writer = new LogWriter();
  const directory = new DirectoryLog(trustStore, repository, writer, clock, random, log);
  const first = await database.asServer((tx) => repository.size(tx));
  for (let from = first; from < size; from += BATCH) {
    const batch = copy.statements(from, Math.min(from + BATCH, size));
    await database.asServer((tx) => directory.refill(tx, batch));
  }
  return size - first;
}

async function resume(promised: TreeHead, ports: RefillPorts): Promise<void> {
  try {
    await resumeLog({ ...ports, database: ports.sequencer }, 'directory', promised);
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw refused('the log that came to be is not the one that was signed', cause);
  }
}

function refused(reason: string, cause?: TlogError): StartupRefusal {
  return new StartupRefusal([`--refill: ${reason}`], { cause });
}
