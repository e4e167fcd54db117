import { setTimeout as pause } from 'node:timers/promises';

import { newId, type Clock, type Random } from '@enlace/kernel';
import { TlogError } from '@enlace/tlog';
import type { OnModuleDestroy } from '@nestjs/common';

import type { Database } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import type { EventWriter } from '../tlog/event-writer.js';
import { STREAMS, type Stream } from '../tlog/log-writer.js';
import { BATCH_LIMIT, Integrator } from './integrate.js';
import { findCurrentLog } from './log-rows.js';
import type { LogSigners } from './log-signer.js';
import { haltLog } from './resume-log.js';
import type { LossRulings } from './loss-rulings.js';
import { LossTurn } from './loss-turn.js';
import type { NextLogs } from './next-logs.js';
import { EVERYBODY } from './everybody.js';
import { Publisher } from './publish.js';
import type { HighWaterFiles } from './high-water.js';
import { YearTurn } from './year-turn.js';

/** How often each stream is looked at. */
const LOG_INTERVAL_MS = 200;
/** Every so many of these, whether a halted log may go on in another one. */
const LOSS_TICKS = 5;

export interface SequencerPorts {
  readonly database: Database;
  readonly signers: LogSigners;
  readonly next: NextLogs;
  readonly rulings: LossRulings;
  readonly highWater: HighWaterFiles;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Turns what acts recorded into logs. Every node runs one; of all nodes one leads each tick. Streams tick
 * independently: what stops one never stops the other.
 */
export class Sequencer implements OnModuleDestroy {
  readonly #integrator: Integrator;
  readonly #publisher: Publisher;
  readonly #turns: YearTurn;
  readonly #losses: LossTurn;
  /** Streams that contradicted themselves: this process signs nothing of them until they go on in another log. */
  readonly #halted = new Map<Stream, string | null>();
  /** Streams whose head was compared with what this node signed before, since it started. */
  readonly #compared = new Set<Stream>();
  readonly #ticks = new Map<Stream, number>();
  readonly #stopping = new AbortController();
  #onSigned: (stream: Stream) => void = () => undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: SequencerPorts) {
    this.#integrator = new Integrator(ports.database);
    this.#publisher = new Publisher(ports);
    this.#turns = new YearTurn(ports);
    this.#losses = new LossTurn(ports);
  }

  /** Told after each checkpoint that this node signed. */
  tellSigned(onSigned: (stream: Stream) => void): void {
    this.#onSigned = onSigned;
  }

  start(): void {
    this.#running = Promise.all(STREAMS.map((stream) => this.#run(stream)));
  }

  /** Ends between two batches. What is in the outbox then is integrated by another node, or by the next start. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /**
   * Before anybody is answered: a database that was set back is found by what this node signed, and its logs are
   * halted. Never rejects; what cannot be compared now is compared by the first tick.
   */
  async lookBack(): Promise<void> {
    for (const stream of STREAMS) {
      try {
        await this.#compare(stream);
      } catch (error) {
        if (error instanceof TlogError) await this.halt(stream, error);
        else this.ports.log.warn('log.uncompared', { source: stream, ...errorFields(error) });
      }
    }
  }

  /**
   * One batch and its checkpoint. Resolves with whether more may be waiting. Never rejects: it halts or is repeated.
   */
  async tick(stream: Stream): Promise<boolean> {
    if (await this.#isHalted(stream)) return false;
    try {
      await this.#compare(stream);
      const moved = await this.#integrator.integrate(stream);
      if (await this.#publisher.publish(stream)) this.#onSigned(stream);
      if ((await this.#turn(stream)) && (await this.#publisher.publish(stream))) {
        this.#onSigned(stream);
      }
      return moved === BATCH_LIMIT;
    } catch (error) {
      if (error instanceof TlogError) await this.halt(stream, error);
      else this.ports.log.warn('log.tick-repeated', { source: stream, ...errorFields(error) });
      return false;
    }
  }

  /**
   * Before anything is written into a log: a database that was set back is found by the file of this node, while its
   * log is still what was signed.
   */
  async #compare(stream: Stream): Promise<void> {
    if (this.#compared.has(stream)) return;
    await this.#publisher.compare(stream);
    this.#compared.add(stream);
  }

  /** Every fifth tick it is looked whether a halted stream may go on: one that this node halted, or another one did. */
  async #isHalted(stream: Stream): Promise<boolean> {
    const ticks = this.#ticks.get(stream) ?? 0;
    this.#ticks.set(stream, ticks + 1);
    if (ticks % LOSS_TICKS !== 0) return this.#halted.has(stream);
    try {
      if (await this.#losses.turn(stream)) this.#halted.delete(stream);
      else if (this.#halted.has(stream)) await this.#follow(stream);
    } catch (error) {
      this.ports.log.warn('log.loss-repeated', { source: stream, ...errorFields(error) });
    }
    return this.#halted.has(stream);
  }

  /** Another node let the stream go on: the log that was halted is not the one that is written to any more. */
  async #follow(stream: Stream): Promise<void> {
    const origin = this.#halted.get(stream) ?? null;
    const current = await this.ports.database.asServer((tx) =>
      findCurrentLog(tx, stream, { lock: false }),
    );
    if (origin === null || current === null) return;
    if (current.state === 'open' && current.origin !== origin) this.#halted.delete(stream);
  }

  /** A turn that fails is tried at the next tick; until then acts go into the log that is open. */
  async #turn(stream: Stream): Promise<boolean> {
    try {
      return await this.#turns.turn(stream);
    } catch (error) {
      if (error instanceof TlogError) throw error;
      this.ports.log.warn('log.turn-repeated', { source: stream, ...errorFields(error) });
      return false;
    }
  }

  async #run(stream: Stream): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const isMore = await this.tick(stream);
      if (!isMore) await pause(LOG_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * A wrong root, or a head of ours that contradicts our tree, must stop the log, for all nodes; this one stops at
   * once, whether or not the database can be told.
   */
  async halt(stream: Stream, cause: TlogError): Promise<void> {
    this.#halted.set(stream, null);
    const { database, writer, clock, random, log } = this.ports;
    log.error('log.halted', { source: stream, code: cause.code, ...errorFields(cause) });
    const halted = database.asServer(async (tx) => {
      const current = await findCurrentLog(tx, stream, { lock: false });
      this.#halted.set(stream, current?.origin ?? null);
      if (current?.state !== 'open') return;
      await haltLog(tx, current);
      await writer.writeOwn(
        tx,
        {
          type: 'log.halted',
          outcome: 'failed',
          object: { type: 'log', id: current.origin },
          states: EVERYBODY,
          fields: { origin: current.origin, size: current.size, cause: cause.code },
        },
        { kind: 'life', correlationId: newId(clock, random) },
      );
    });
    await halted.catch((error: unknown) => log.error('log.halt-untold', errorFields(error)));
  }
}
