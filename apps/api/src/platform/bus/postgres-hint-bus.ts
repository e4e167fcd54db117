import type { Random } from '@enlace/kernel';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

import type { Database } from '../database/database.js';
import type { PreparedStatement } from '../database/prepared.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import type { HintBus, HintListener } from './hint-bus.js';
import { decodeHint, encodeHints, mergeHints, type Hint } from './hint.js';

/** Times of the bus, in milliseconds. */
const BUS_TIMES = {
  /** What is told within this time is one notification: each takes a lock of the whole cluster for a moment. */
  coalesce: 20,
  /** Each node is heard so often, by itself as well. */
  heartbeat: 2_000,
  /** A connection on which nothing was heard for so long is dead, whatever the socket says. */
  silence: 5_000,
  shortestWait: 100,
  longestWait: 5_000,
  connect: 2_000,
} as const;

const NOTIFY = {
  name: 'notify',
  text: "SELECT pg_notify('enlace_hint', $1)",
} as const satisfies PreparedStatement;

interface Ports {
  /** Publishes; a pool, because a notification is a transaction. */
  readonly database: Database;
  /** The login of the one connection that listens. */
  readonly url: string;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Hints over LISTEN and NOTIFY. One connection of its own listens: a pool would hand it to somebody else. It is
 * replaced when it ends, fails or falls silent, and each time the listeners are told that something may be missing.
 */
export class PostgresHintBus implements HintBus, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #listeners: HintListener[] = [];
  #client: pg.Client | null = null;
  #told: Hint | null = null;
  #telling: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #heardAtMs = 0;
  #isEnding = false;

  constructor(private readonly ports: Ports) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.#connect();
    this.#beating = setInterval(() => this.#beat(), BUS_TIMES.heartbeat).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isEnding = true;
    for (const timer of [this.#beating, this.#waiting, this.#telling]) clearTimeout(timer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  publish(hint: Hint): void {
    for (const listener of this.#listeners) listener.onOwn?.(hint);
    this.#told = mergeHints(this.#told ?? {}, hint);
    this.#telling ??= setTimeout(() => {
      const told = this.#told ?? {};
      this.#telling = undefined;
      this.#told = null;
      for (const payload of encodeHints(told)) void this.#notify(payload);
    }, BUS_TIMES.coalesce).unref();
  }

  subscribe(listener: HintListener): void {
    this.#listeners.push(listener);
  }

  isHealthy(): boolean {
    return this.#client !== null && monotonicMs() - this.#heardAtMs <= BUS_TIMES.silence;
  }

  // A notification that is lost is found by the clock of whoever would have heard it.
  async #notify(payload: string): Promise<void> {
    await this.ports.database
      .ask(NOTIFY, [payload])
      .catch((error: unknown) => this.ports.log.warn('bus.unheard', errorFields(error)));
  }

  #beat(): void {
    const client = this.#client;
    if (client === null) return;
    if (monotonicMs() - this.#heardAtMs > BUS_TIMES.silence) return this.#lose(client);
    void this.#notify('{}');
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.ports.url,
      application_name: 'enlace-hints',
      connectionTimeoutMillis: BUS_TIMES.connect,
      keepAlive: true,
    });
    // Before it connects: Node ends a process over an error that nobody hears.
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    this.#client = client;
    this.#heardAtMs = monotonicMs();
    try {
      await client.connect();
      await client.query('LISTEN enlace_hint');
    } catch (error) {
      this.ports.log.warn('bus.lost', errorFields(error));
      return this.#lose(client);
    }
    for (const listener of this.#listeners) listener.onGap();
  }

  #hear(payload: string): void {
    this.#heardAtMs = monotonicMs();
    const hint = decodeHint(payload);
    if (hint === null || Object.keys(hint).length === 0) return;
    for (const listener of this.#listeners) listener.onHint(hint);
  }

  /** Once for each connection, whichever of its ends is noticed first. */
  #lose(client: pg.Client): void {
    if (this.#client !== client || this.#isEnding) return;
    this.#client = null;
    void client.end().catch(() => undefined);
    this.#waiting = setTimeout(() => void this.#connect(), this.#waitMs()).unref();
  }

  #waitMs(): number {
    const share = new DataView(this.ports.random.bytes(4).buffer).getUint32(0) / 2 ** 32;
    return BUS_TIMES.shortestWait + share * (BUS_TIMES.longestWait - BUS_TIMES.shortestWait);
  }
}

/** How long this process runs, whatever the clocks of the host are set to. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
