import { equalBytes, newId, type Clock, type Random } from '@enlace/kernel';
import { openEdge, RootMismatch, type TreeHead } from '@enlace/tlog';

import { ServiceUnavailable } from '../database/database-errors.js';
import type { Database, Transaction } from '../database/database.js';
import type { EventWriter } from '../tlog/event-writer.js';
import type { Stream } from '../tlog/log-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { EVERYBODY } from './everybody.js';
import { growLog } from './grow-log.js';
import { BATCH_LIMIT } from './integrate.js';
import { findCurrentLog, StoredTiles, takeWaiting, tryToLead, type LogRow } from './log-rows.js';

const HALT_SQL = `UPDATE audit.logs SET state = 'halted' WHERE log_id = $1 AND state = 'open'`;
const OPEN_SQL = `UPDATE audit.logs SET state = 'open' WHERE log_id = $1 AND state = 'halted'`;

export interface ResumptionPorts {
  /** As `enl_sequencer`. */
  readonly database: Database;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
}

/** Nothing is integrated or signed any more, by any node. */
export async function haltLog(tx: Transaction, { logId }: Pick<LogRow, 'logId'>): Promise<void> {
  await tx.query(HALT_SQL, [logId]);
}

/**
 * Puts what waits at the end of a halted log and opens it again, in one transaction: all of it happens or nothing.
 * Throws `tlog.root-mismatch` when the log is then any other than the one of this head, and `service.unavailable` while
 * another node leads.
 */
export async function resumeLog(
  ports: ResumptionPorts,
  stream: Stream,
  head: TreeHead,
): Promise<void> {
  await ports.database.asServer(async (tx) => {
    await tx.query('SET LOCAL synchronous_commit = on');
    const isLeading = await tryToLead(tx, stream);
    const log = await findCurrentLog(tx, stream, { lock: true });
    if (!isLeading || log?.state !== 'halted') {
      throw new ServiceUnavailable('another node is at this log: stop it first');
    }
    await tx.query(OPEN_SQL, [log.logId]);
    const { size, root } = await integrateAll(tx, stream, log);
    if (size !== head.size || !equalBytes(root, head.root)) {
      throw new RootMismatch('what waits does not make up the log that was signed');
    }
    await tell(tx, { ...log, size }, ports);
  });
}

async function integrateAll(tx: Transaction, stream: Stream, log: LogRow): Promise<TreeHead> {
  let edge = await openEdge(nodeTlogCrypto, new StoredTiles(tx, log.logId), log);
  let head: TreeHead = log;
  for (;;) {
    const entries = await takeWaiting(tx, stream, BATCH_LIMIT);
    if (entries.length === 0) return head;
    const grown = await growLog(tx, { ...log, ...head }, { edge, entries });
    edge = grown.edge;
    head = { size: grown.size, root: grown.root };
  }
}

async function tell(
  tx: Transaction,
  { origin, size }: LogRow,
  { writer, clock, random }: ResumptionPorts,
): Promise<void> {
  await writer.writeOwn(
    tx,
    {
      type: 'log.resumed',
      outcome: 'success',
      object: { type: 'log', id: origin },
      states: EVERYBODY,
      fields: { origin, size, cause: 'refilled' },
    },
    { kind: 'life', correlationId: newId(clock, random) },
  );
}
