import type { AuditFields } from '@enlace/contracts';
import { newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { EMPTY_EDGE, formatVkey, openEdge, type NoteSigner } from '@enlace/tlog';

import type { Database, Transaction } from '../database/database.js';
import { issueManifests } from '../manifests/issue-manifests.js';
import { tryToIssue } from '../manifests/manifest-rows.js';
import type { SealedEvent } from '../tlog/event-rows.js';
import type { EventWriter } from '../tlog/event-writer.js';
import type { Stream } from '../tlog/log-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { EVERYBODY } from './everybody.js';
import { growLog } from './grow-log.js';
import { BATCH_LIMIT } from './integrate.js';
import {
  closeLog,
  findCurrentLog,
  insertLog,
  StoredTiles,
  takeThese,
  takeWaiting,
  tryToLead,
  type LogRow,
} from './log-rows.js';
import type { NextLogs } from './next-logs.js';
import { insertTurn } from './turn-rows.js';

export interface TurnPorts {
  readonly database: Database;
  readonly next: NextLogs;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Closes a log and opens the one that continues it, in one transaction: what waits goes into the old one up to a batch,
 * the last manifests cover all of it, its last leaf names the next log and its key, and leaf 0 of the next names the
 * head. Killed anywhere, both happened or neither; nothing waits and nothing is lost, because the outbox belongs to the
 * stream. Nothing is signed here.
 */
export class YearTurn {
  /** The logs that are written to as this node saw them: a tick without a turn asks nobody. */
  readonly #present = new Map<Stream, LogRow>();

  constructor(private readonly ports: TurnPorts) {}

  /** Resolves with whether the stream goes on in another log now. Throws what the tree and the database throw. */
  async turn(stream: Stream): Promise<boolean> {
    const present = this.#present.get(stream) ?? (await this.#look(stream));
    const signer = present === null ? null : await this.ports.next.find(stream, present.origin);
    if (present === null || signer === null) return false;
    // Another node may have turned it meanwhile.
    this.#present.delete(stream);
    return this.ports.database.asServer((tx) => this.#turn(tx, stream, { present, signer }));
  }

  async #look(stream: Stream): Promise<LogRow | null> {
    const log = await this.ports.database.asServer((tx) =>
      findCurrentLog(tx, stream, { lock: false }),
    );
    if (log !== null) this.#present.set(stream, log);
    return log;
  }

  async #turn(
    tx: Transaction,
    stream: Stream,
    { present, signer }: { readonly present: LogRow; readonly signer: NoteSigner },
  ): Promise<boolean> {
    await tx.query('SET LOCAL synchronous_commit = on');
    if (!(await tryToLead(tx, stream)) || !(await tryToIssue(tx))) return false;
    const log = await findCurrentLog(tx, stream, { lock: true });
    if (log?.state !== 'open' || log.logId !== present.logId) return false;
    const edge = await openEdge(nodeTlogCrypto, new StoredTiles(tx, log.logId), log);
    const entries = await takeWaiting(tx, stream, BATCH_LIMIT);
    const full = await growLog(tx, log, { edge, entries });
    const filled = { ...log, size: edge.size + entries.length, root: full.root };
    const manifests = await issueManifests(tx, filled, this.ports);
    // Those of the last hour are not in the log yet: what was taken goes into it, and the turn is at the next tick.
    if (manifests === null) return false;
    const closing = await this.#tell(tx, 'log.closed', {
      origin: log.origin,
      nextOrigin: signer.key.name,
      nextVkey: formatVkey(signer.key),
    });
    const last = await takeThese(tx, stream, [...manifests, closing.eventId]);
    const closed = await growLog(tx, filled, { edge: full.edge, entries: last });
    const size = filled.size + last.length;
    await insertTurn(tx, { logId: log.logId, position: 'closing', index: size - 1 }, closing);
    await closeLog(tx, log);
    await this.#open(tx, stream, { signer, predecessor: { ...log, size, root: closed.root } });
    return true;
  }

  async #open(
    tx: Transaction,
    stream: Stream,
    { signer, predecessor }: { readonly signer: NoteSigner; readonly predecessor: LogRow },
  ): Promise<void> {
    const { clock, random } = this.ports;
    const origin = signer.key.name;
    const logId = newId(clock, random);
    const log = await insertLog(tx, {
      logId,
      stream,
      origin,
      vkey: formatVkey(signer.key),
      openedAtMs: clock.nowMs(),
      predecessorId: predecessor.logId,
    });
    await tx.query('UPDATE audit.streams SET log_id = $2 WHERE stream = $1', [stream, logId]);
    const opening = await this.#tell(tx, 'log.continued', {
      origin,
      predecessor: predecessor.origin,
      predecessorSize: predecessor.size,
      predecessorRoot: toBase64Url(predecessor.root),
    });
    const entries = await takeThese(tx, stream, [opening.eventId]);
    await growLog(tx, log, { edge: EMPTY_EDGE, entries });
    await insertTurn(tx, { logId, position: 'opening', index: 0 }, opening);
  }

  async #tell(
    tx: Transaction,
    type: 'log.closed' | 'log.continued',
    fields: AuditFields['log.closed'],
  ): Promise<SealedEvent> {
    const { writer, clock, random } = this.ports;
    const object = { type: 'log', id: fields.origin } as const;
    return writer.writeOwn(
      tx,
      { type, outcome: 'success', object, states: EVERYBODY, fields },
      { kind: 'life', correlationId: newId(clock, random) },
    );
  }
}
