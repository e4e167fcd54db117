import { equalBytes, newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { EMPTY_EDGE, emptyRoot, formatVkey, type TreeHead } from '@enlace/tlog';

import type { Database, Transaction } from '../database/database.js';
import type { Log } from '../logging/log.js';
import type { EventWriter } from '../tlog/event-writer.js';
import type { Stream } from '../tlog/log-writer.js';
import { EVERYBODY } from './everybody.js';
import { growLog } from './grow-log.js';
import type { HighWaterFiles } from './high-water.js';
import {
  findCurrentLog,
  findNewestHead,
  insertContinuation,
  insertLog,
  takeBackUnsigned,
  takeThese,
  tryToLead,
  type LogRow,
} from './log-rows.js';
import type { LossRuling, LossRulings } from './loss-rulings.js';
import { insertTurn } from './turn-rows.js';

export interface LossTurnPorts {
  readonly database: Database;
  readonly rulings: LossRulings;
  readonly highWater: HighWaterFiles;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Closes a log that lost entries and opens the one that goes on, in one transaction, when it was ruled so: leaf 0 of
 * the next names the head that was promised and which entries of it are gone. What stands in the old log and was never
 * signed goes back to the outbox, so that no act is lost that the database still knows. Killed anywhere, all of it
 * happened or nothing. Nothing is signed here.
 */
export class LossTurn {
  constructor(private readonly ports: LossTurnPorts) {}

  /** Resolves with whether the stream goes on in another log now. Throws what the tree and the database throw. */
  async turn(stream: Stream): Promise<boolean> {
    const { database, rulings } = this.ports;
    const halted = await database.asServer((tx) => findCurrentLog(tx, stream, { lock: false }));
    if (halted?.state !== 'halted') return false;
    const ruling = await rulings.find(halted.origin);
    if (ruling === null || !(await this.#isAllOfIt(halted, ruling))) return false;
    return database.asServer((tx) => this.#turn(tx, stream, { halted, ruling }));
  }

  /** Never with fewer entries named than this node signed: what is not named would be hidden. */
  async #isAllOfIt(log: LogRow, { lost }: LossRuling): Promise<boolean> {
    const signed = await this.ports.highWater.readHead(log);
    if (signed === null) return true;
    const isNamed =
      signed.size < lost.size || (signed.size === lost.size && equalBytes(signed.root, lost.root));
    if (!isNamed) this.ports.log.error('log.loss-understated', { source: log.origin });
    return isNamed;
  }

  async #turn(
    tx: Transaction,
    stream: Stream,
    { halted, ruling }: { readonly halted: LogRow; readonly ruling: LossRuling },
  ): Promise<boolean> {
    await tx.query('SET LOCAL synchronous_commit = on');
    if (!(await tryToLead(tx, stream))) return false;
    const log = await findCurrentLog(tx, stream, { lock: true });
    if (log?.state !== 'halted' || log.logId !== halted.logId) return false;
    const kept = (await findNewestHead(tx, log)) ?? { size: 0, root: emptyRoot() };
    if (kept.size >= ruling.lost.size) return false;
    await takeBackUnsigned(tx, log, kept);
    const { clock, random } = this.ports;
    const logId = newId(clock, random);
    const next = await insertLog(tx, {
      logId,
      stream,
      origin: ruling.signer.key.name,
      vkey: formatVkey(ruling.signer.key),
      openedAtMs: clock.nowMs(),
      predecessorId: log.logId,
    });
    await tx.query('UPDATE audit.streams SET log_id = $2 WHERE stream = $1', [stream, logId]);
    await insertContinuation(tx, { logId, lostId: log.logId, wire: ruling.wire });
    await this.#open(tx, { stream, next, log }, { ruling, kept });
    return true;
  }

  async #open(
    tx: Transaction,
    { stream, next, log }: { readonly stream: Stream; readonly next: LogRow; readonly log: LogRow },
    { ruling, kept }: { readonly ruling: LossRuling; readonly kept: TreeHead },
  ): Promise<void> {
    const { writer, clock, random } = this.ports;
    const opening = await writer.writeOwn(
      tx,
      {
        type: 'log.continued',
        outcome: 'success',
        object: { type: 'log', id: next.origin },
        states: EVERYBODY,
        fields: {
          origin: next.origin,
          predecessor: log.origin,
          predecessorSize: ruling.lost.size,
          predecessorRoot: toBase64Url(ruling.lost.root),
          lostFrom: kept.size,
          lostTo: ruling.lost.size - 1,
          reason: ruling.reason,
        },
      },
      { kind: 'life', correlationId: newId(clock, random) },
    );
    const entries = await takeThese(tx, stream, [opening.eventId]);
    await growLog(tx, next, { edge: EMPTY_EDGE, entries });
    await insertTurn(tx, { logId: next.logId, position: 'opening', index: 0 }, opening);
  }
}
