import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import { createClient } from '@redis/client';

import type { HintChannel } from '../../../apps/api/src/platform/bus/hint-channel.js';
import { PostgresChannel } from '../../../apps/api/src/platform/bus/postgres-channel.js';
import { RedisChannel } from '../../../apps/api/src/platform/bus/redis-channel.js';
import { openActs } from '../people/recorded-acts.js';
import { RedisServer } from './redis-server.js';

/** What carries hints, and what can happen to it. */
export interface Way {
  start(): Promise<void>;
  /** Of one node. */
  channel(): HintChannel;
  /** Cuts what listens; the way is there again when it resolves. */
  cut(): Promise<void>;
  /** Somebody else writes to the channel. */
  say(payload: string): Promise<void>;
  end(): Promise<void>;
}

export class OverPostgres implements Way {
  #fresh: FreshDatabase | null = null;
  #node: Awaited<ReturnType<typeof openActs>> | null = null;

  async start() {
    this.#fresh = await freshDatabase();
    this.#node = await openActs(this.#fresh);
  }

  channel() {
    if (this.#node === null || this.#fresh === null) throw new Error('not started');
    return new PostgresChannel(this.#node.database, this.#fresh.url('enl_app'));
  }

  async cut() {
    const ours = "application_name = 'enlace-hints' AND datname = current_database()";
    await this.#fresh?.asAdmin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`,
    );
  }

  async say(payload: string) {
    await this.#fresh?.asAdmin("SELECT pg_notify('enlace_hint', $1)", [payload]);
  }

  async end() {
    await this.#node?.close();
    await this.#fresh?.drop();
  }
}

export class OverRedis implements Way {
  #server: RedisServer | null = null;

  constructor(private readonly binary: string) {}

  async start() {
    this.#server = await RedisServer.start(this.binary);
  }

  get server() {
    if (this.#server === null) throw new Error('not started');
    return this.#server;
  }

  channel() {
    return new RedisChannel(this.server.url());
  }

  async cut() {
    await this.server.kill();
    await this.server.restart();
  }

  async say(payload: string) {
    const stranger = await this.stranger();
    await stranger.publish('enlace_hint', payload);
    stranger.destroy();
  }

  /** Somebody who listens and speaks there and is no node. */
  async stranger() {
    const client = createClient({ url: this.server.url('stranger'), disableClientInfo: true });
    client.on('error', () => undefined);
    return client.connect();
  }

  async end() {
    await this.#server?.kill();
  }
}
