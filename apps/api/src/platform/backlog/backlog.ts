import { statfs } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { AuditEvent } from '@enlace/contracts';
import { newId, type Clock, type Random } from '@enlace/kernel';
import type { OnModuleDestroy } from '@nestjs/common';

import type { Database } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { EVERYBODY } from '../sequencer/everybody.js';
import type { EventWriter } from '../tlog/event-writer.js';
import {
  NO_BACKLOG,
  ROWS_COUNTED,
  stepOf,
  type BacklogNumbers,
  type BacklogStep,
} from './steps.js';

type Told = 'service.degraded' | 'service.restored' | 'clock.stepped-back';

/** How often a node looks how far the log is behind. */
const LOOK_MS = 1_000;

const OUTBOX_SQL = `
SELECT (SELECT count(*)::int FROM (SELECT FROM audit.outbox LIMIT ${ROWS_COUNTED}) counted) AS rows,
       coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(created_at) FROM audit.outbox)), 0)::float8
         AS "oldestS",
       EXISTS (SELECT FROM audit.streams s JOIN audit.logs l USING (log_id) WHERE l.state = 'halted') AS halted`;

export interface BacklogPorts {
  /** As `enl_sequencer`: nobody else may look into the outbox. */
  readonly sequencer: Database;
  /** As `enl_app`: what changes is an event like any other. */
  readonly database: Database;
  readonly writer: EventWriter;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * How far the log is behind what was recorded, as this node saw it a second ago. Acts never wait for the log; when it
 * falls behind, the node sheds what can wait, step by step, before the outbox eats the disk.
 */
export class Backlog implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #numbers: BacklogNumbers = NO_BACKLOG;
  #isHalted = false;
  #running: Promise<void> = Promise.resolve();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly ports: BacklogPorts) {}

  get step(): BacklogStep {
    return stepOf(this.#numbers);
  }

  /** A log contradicts what was signed: nothing of it is signed until the States decide. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /**
   * Looks once, after whoever is looking; a change of step is on record, once. A database that does not answer
   * changes
   * nothing here.
   */
  async look(): Promise<void> {
    const looking = this.#last.then(async () => this.#look());
    this.#last = looking.catch(() => undefined);
    return looking;
  }

  async #look(): Promise<void> {
    await this.#tellClock();
    const before = this.step;
    const { sequencer, dataDir } = this.ports;
    const rows: readonly { rows: number; oldestS: number; halted: boolean }[] =
      await sequencer.asServer((tx) => tx.query(OUTBOX_SQL));
    const { bavail, blocks } = await statfs(dataDir);
    const [{ rows: waiting, oldestS, halted } = { rows: 0, oldestS: 0, halted: false }] = rows;
    this.#isHalted = halted;
    this.#numbers = { oldestS, rows: waiting, freeShare: blocks === 0 ? 1 : bavail / blocks };
    if (this.step !== before) await this.#tell(this.step);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => {
        this.ports.log.warn('backlog.unknown', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The order of events is the log's and stands; that their times lie is for everybody to know. */
  async #tellClock(): Promise<void> {
    const ms = this.ports.writer.steppedBackMs;
    if (ms === 0) return;
    const object = { type: 'clock', id: this.ports.database.nodeId } as const;
    const fields = { ms: Math.round(ms) };
    await this.#record({ type: 'clock.stepped-back', outcome: 'failed', object, fields });
    this.ports.writer.settleStep(ms);
  }

  async #tell(step: BacklogStep): Promise<void> {
    const { oldestS, rows, freeShare } = this.#numbers;
    const numbers = [Math.round(oldestS), rows, Math.round(freeShare * 100)];
    await this.#record({
      type: step === 'none' ? 'service.restored' : 'service.degraded',
      outcome: step === 'none' ? 'success' : 'failed',
      object: { type: 'service', id: this.ports.database.nodeId },
      fields: { step, numbers },
    });
  }

  async #record(event: Omit<AuditEvent<Told>, 'states'>): Promise<void> {
    const { database, writer, clock, random } = this.ports;
    const correlationId = newId(clock, random);
    await database.asServer((tx) =>
      writer.writeOwn(tx, { ...event, states: EVERYBODY }, { kind: 'life', correlationId }),
    );
  }
}
