import { setTimeout as pause } from 'node:timers/promises';

import type { Role, StateCode, Subject } from '@enlace/contracts';
import {
  newRandomId,
  type Branded,
  type DeviceId,
  type OfficeId,
  type PersonId,
  type Random,
} from '@enlace/kernel';
import type { Client, PoolClient } from 'pg';
import { QueryFailedError, type DataSource, type EntityManager, type QueryRunner } from 'typeorm';

import { poolOf } from './data-source.js';
import {
  answeredByCommit,
  openOn,
  queryPrepared,
  readAnswers,
  type PreparedStatement,
} from './prepared.js';
import {
  isDriverFailure,
  isRetryable,
  sawDatabaseError,
  ServiceUnavailable,
  undoneForNow,
  SessionEnded,
  sqlState,
  translateDatabaseError,
} from './database-errors.js';

/**
 * The manager of the one open transaction: all work of an act goes through it, never through another
 * connection.
 */
export type Transaction = EntityManager;

/** SHA-256 of a session token, the key of its row. Knowing it is the capability; it never leaves the server. */
export type SessionHash = Branded<Uint8Array, 'SessionHash'>;

/** Who acts, as the database knows it. */
export interface SessionContext {
  readonly sessionId: string;
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly state: StateCode;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly acr: Subject['acr'];
}

/**
 * How often a transaction that lost a race is run again, and how long it waits before: full jitter between the
 * two.
 */
export const TRANSACTION_RETRIES = { count: 5, shortestMs: 10, longestMs: 200 } as const;

/** A node that has not written for a day is gone; its row is removed by the next one that writes. */
const HEARTBEAT_SQL = `
WITH gone AS (
  DELETE FROM app.node_heartbeats WHERE node_id <> $1 AND beat_at < now() - interval '1 day'
)
INSERT INTO app.node_heartbeats (node_id, beat_at) VALUES ($1, now())
ON CONFLICT (node_id) DO UPDATE SET beat_at = excluded.beat_at`;

const ENTER = {
  name: 'enter',
  text: `
SELECT session_id AS "sessionId", person_id AS "personId", device_id AS "deviceId", state,
       office_id AS "officeId", roles, acr
  FROM guard.enter($1)`,
} as const satisfies PreparedStatement;

interface DatabasePorts {
  readonly random: Random;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/**
 * The only way to the database. Every transaction is READ COMMITTED on one connection of the pool; it commits
 * when the act resolves and has no effect when the act rejects. An act may run more than once (lost races are
 * repeated), so it does nothing that a rollback cannot undo: what others should hear is told after the promise
 * has resolved.
 */
export class Database {
  /** Of this process, made anew at each start. */
  readonly nodeId: string;

  constructor(
    private readonly source: DataSource,
    private readonly ports: DatabasePorts,
  ) {
    this.nodeId = newRandomId(ports.random);
  }

  /**
   * Runs the act in the name of a session: row-level security shows what this session may see and nothing
   * else. Throws `session.ended` when the session is not valid, also when it ends while the act runs.
   */
  inSession<T>(
    sidHash: SessionHash,
    act: (tx: Transaction, session: SessionContext) => Promise<T>,
  ): Promise<T> {
    return this.#transact(async (tx) => act(tx, await enter(tx, sidHash)));
  }

  /**
   * Work without a session (sign-in, claims, tickets): only the one-purpose functions of the schema `guard`
   * answer here, because every table of a State refuses a transaction without context.
   */
  beforeSignIn<T>(act: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#transact(act);
  }

  /**
   * Work that the server does by itself, in the role of this pool: no session stands behind it, and the grants of the
   * role say what it may.
   */
  asServer<T>(act: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#transact(act);
  }

  /**
   * One statement, which is a transaction of its own, with its context in its values: for what every act asks before it
   * begins, and for what the server reads by itself.
   */
  ask<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.#repeated((tx, client) => {
      openOn(tx, client);
      return queryPrepared<Row>(tx, statement, values);
    });
  }

  /** Proves that this node can write, for the readiness check. Throws `service.unavailable` or `storage.full`. */
  async probeWrite(): Promise<void> {
    await this.#transact((tx) => tx.query(HEARTBEAT_SQL, [this.nodeId]));
  }

  /** How many connections the pool has open, how many of them nobody uses, and how many acts wait for one. */
  poolUse(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    const pool = poolOf(this.source);
    return { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
  }

  /** Waits for the connections in use, then closes all. */
  async close(): Promise<void> {
    await this.source.destroy();
  }

  #transact<T>(act: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#repeated(async (tx, client) => {
      begin(tx, client);
      try {
        const result = await act(tx);
        await commit(tx, client);
        return result;
      } catch (last) {
        throw await firstFailure(tx, last);
      }
    });
  }

  async #repeated<T>(work: Work<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#onConnection(work);
      } catch (error) {
        if (!isRetryable(error) || retry === TRANSACTION_RETRIES.count) {
          throw translateDatabaseError(error);
        }
        await (this.ports.wait ?? pause)(this.#jitterMs());
      }
    }
  }

  async #onConnection<T>(work: Work<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    const client = await checkOut(runner);
    let isLost = false;
    const noticeLoss = () => (isLost = true);
    client.on('error', noticeLoss);
    try {
      return await work(runner.manager, client);
    } catch (error) {
      await abandon(client, error);
      if (isDriverFailure(error) || (isLost && sqlState(error) === undefined)) {
        throw new ServiceUnavailable('the connection to the database was lost', { cause: error });
      }
      throw error;
    } finally {
      client.off('error', noticeLoss);
      await runner.release();
    }
  }

  #jitterMs(): number {
    const { shortestMs, longestMs } = TRANSACTION_RETRIES;
    const share = new DataView(this.ports.random.bytes(4).buffer).getUint32(0) / 2 ** 32;
    return shortestMs + Math.floor(share * (longestMs - shortestMs + 1));
  }
}

/** The driver hands out a client of its pool, which can also be ended; TypeORM types it as any. */
type Connection = PoolClient & Pick<Client, 'end'>;

/** What is done on one connection, which is let go of afterwards. */
type Work<T> = (tx: Transaction, client: Connection) => Promise<T>;

async function checkOut(runner: QueryRunner): Promise<Connection> {
  try {
    const client: Connection = await runner.connect();
    return client;
  } catch (cause) {
    throw undoneForNow('no connection to the database', cause);
  }
}

async function enter(tx: Transaction, sidHash: SessionHash): Promise<SessionContext> {
  const [session] = await queryPrepared<SessionContext>(tx, ENTER, [Buffer.from(sidHash)]);
  if (session === undefined) throw new SessionEnded('the session is not valid');
  return session;
}

/** Sent together with the first statement of the act. TypeORM would wait for the answer. */
function begin(tx: Transaction, client: Connection): void {
  openOn(tx, client);
  answeredByCommit(tx, client.query('START TRANSACTION').catch(throwUnanswered));
}

/** As TypeORM wraps what goes past it otherwise. */
function throwUnanswered(error: unknown): never {
  throw error instanceof Error ? new QueryFailedError('START TRANSACTION', [], error) : error;
}

/**
 * After all that was sent has been answered. PostgreSQL answers the COMMIT of a transaction that saw an error with a
 * silent ROLLBACK; an act that swallowed the error would be told that it is done.
 */
async function commit(tx: Transaction, client: Connection): Promise<void> {
  await readAnswers(tx);
  if (client.getTransactionStatus() !== 'E') {
    const { command } = await client.query('COMMIT').catch((cause: unknown) => {
      if (sqlState(cause) !== undefined) throw cause;
      throw new ServiceUnavailable('the commit was not answered: its outcome is unknown', {
        cause,
      });
    });
    if (command === 'COMMIT') return;
  }
  throw new Error('an error of the database was swallowed by the act: nothing was written');
}

/** Why a transaction failed: what was sent before the failure may have failed before it, and be its reason. */
async function firstFailure(tx: Transaction, last: unknown): Promise<unknown> {
  try {
    await readAnswers(tx);
    return last;
  } catch (first) {
    return first;
  }
}

/**
 * An act that refused on its own leaves a sound connection. One that saw an error of PostgreSQL is never used
 * again.
 */
async function abandon(client: Connection, error: unknown): Promise<void> {
  if (client.getTransactionStatus() === 'T' && !sawDatabaseError(error)) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (client.getTransactionStatus() === 'I') return;
  }
  client.end().catch(() => undefined); // not awaited: a peer that does not answer must not hold the act
}
