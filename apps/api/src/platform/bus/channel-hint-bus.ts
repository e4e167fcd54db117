import { setTimeout as pause } from 'node:timers/promises';

import type { Random } from '@enlace/kernel';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import type { HintBus, HintListener } from './hint-bus.js';
import { CHANNEL_OPEN_MS, type ChannelConnection, type HintChannel } from './hint-channel.js';
import { decodeHint, encodeHints, mergeHints, type Hint } from './hint.js';

/** Times of the bus, in milliseconds. */
const BUS_TIMES = {
  /** What is told within this time is one payload: each takes a lock of the whole PostgreSQL cluster for a moment. */
  coalesce: 20,
  /** Each node is heard so often, by itself as well. */
  heartbeat: 2_000,
  /** A connection on which nothing was heard for so long is dead, whatever the socket says. */
  silence: 5_000,
  shortestWait: 100,
  longestWait: 5_000,
} as const;

interface Ports {
  readonly channel: HintChannel;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Hints over a channel. The connection that listens is replaced when it ends, fails or falls silent, and each time the
 * listeners are told that something may be missing.
 */
export class ChannelHintBus implements HintBus, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #listeners: HintListener[] = [];
  #connection: ChannelConnection | null = null;
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
    const connection = this.#connection;
    this.#connection = null;
    await connection?.end();
  }

  publish(hint: Hint): void {
    for (const listener of this.#listeners) listener.onOwn?.(hint);
    this.#told = mergeHints(this.#told ?? {}, hint);
    this.#telling ??= setTimeout(() => {
      const told = this.#told ?? {};
      this.#telling = undefined;
      this.#told = null;
      for (const payload of encodeHints(told)) void this.#tell(payload);
    }, BUS_TIMES.coalesce).unref();
  }

  subscribe(listener: HintListener): void {
    this.#listeners.push(listener);
  }

  isHealthy(): boolean {
    return this.#connection !== null && monotonicMs() - this.#heardAtMs <= BUS_TIMES.silence;
  }

  // What is lost is found by the clock of whoever would have heard it.
  async #tell(payload: string): Promise<void> {
    await this.ports.channel
      .tell(payload)
      .catch((error: unknown) => this.ports.log.warn('bus.unheard', errorFields(error)));
  }

  #beat(): void {
    const connection = this.#connection;
    if (connection === null) return;
    const silentMs = monotonicMs() - this.#heardAtMs;
    if (silentMs > BUS_TIMES.silence) {
      this.ports.log.warn('bus.lost', { durationMs: silentMs });
      return this.#lose(connection);
    }
    void this.#tell('{}');
  }

  async #connect(): Promise<void> {
    const connection = this.ports.channel.dial({
      onPayload: (payload) => this.#hear(payload),
      onLost: () => this.#lose(connection),
    });
    this.#connection = connection;
    this.#heardAtMs = monotonicMs();
    try {
      await openInTime(connection);
    } catch (error) {
      this.ports.log.warn('bus.lost', errorFields(error));
      return this.#lose(connection);
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
  #lose(connection: ChannelConnection): void {
    if (this.#connection !== connection || this.#isEnding) return;
    this.#connection = null;
    void connection.end();
    this.#waiting = setTimeout(() => void this.#connect(), this.#waitMs()).unref();
  }

  #waitMs(): number {
    const share = new DataView(this.ports.random.bytes(4).buffer).getUint32(0) / 2 ** 32;
    return BUS_TIMES.shortestWait + share * (BUS_TIMES.longestWait - BUS_TIMES.shortestWait);
  }
}

/** A server that takes the connection and says nothing must not hold up the start of a node. */
async function openInTime(connection: ChannelConnection): Promise<void> {
  const opened = new AbortController();
  const late = pause(CHANNEL_OPEN_MS, null, { signal: opened.signal, ref: false }).then(() => {
    throw new Error('no answer');
  });
  late.catch(() => undefined);
  try {
    await Promise.race([connection.open(), late]);
  } finally {
    opened.abort();
  }
}

/** How long this process runs, whatever the clocks of the host are set to. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
