import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';

import { StartupRefusal } from '../config/startup-refusal.js';
import { errorCode, sqlState } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';

/** The variables that hold a URL of the database. */
export type UrlVariable =
  | 'DATABASE_URL'
  | 'DATABASE_AUDITOR_URL'
  | 'DATABASE_DELIVERY_URL'
  | 'DATABASE_SEQUENCER_URL'
  | 'DATABASE_MIGRATION_URL';

/**
 * The pools of a node: whose login, and how many connections (reliability.md, section 4). Refusals have a pool of
 * their own, because the act that is refused may hold the last connection of the other one; so has the question
 * whether the sessions of a node still stand, because a node that waits for its answer serves nobody.
 */
const POOLS = {
  app: { variable: 'DATABASE_URL', size: 20, name: 'enlace' },
  denials: { variable: 'DATABASE_URL', size: 2, name: 'enlace-denials' },
  watch: { variable: 'DATABASE_URL', size: 1, name: 'enlace-watch' },
  auditor: { variable: 'DATABASE_AUDITOR_URL', size: 4, name: 'enlace-auditor' },
  delivery: { variable: 'DATABASE_DELIVERY_URL', size: 4, name: 'enlace-delivery' },
  sequencer: { variable: 'DATABASE_SEQUENCER_URL', size: 2, name: 'enlace-sequencer' },
  migration: { variable: 'DATABASE_MIGRATION_URL', size: 1, name: 'enlace-migrate' },
} as const satisfies Readonly<
  Record<string, { variable: UrlVariable; size: number; name: string }>
>;

export type PoolName = keyof typeof POOLS;

/**
 * After these times PostgreSQL or the pool gives up: a second connection asked for inside a transaction, or a
 * lock that is never released, must end as an error and not as a hang. Milliseconds.
 */
const DATABASE_TIME_LIMITS = {
  /** Waiting for a free connection, or for a new one. */
  connectionMs: 2_000,
  statementMs: 5_000,
  /** The same on our side, for a peer that went silent and cannot say so itself. */
  answerMs: 8_000,
  lockMs: 2_000,
  idleInTransactionMs: 10_000,
} as const;

export interface DataSourceOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  readonly log: DatabaseLog;
  /** A migration has no limit for a statement: it rewrites tables. */
  readonly limitStatements: boolean;
}

/** A pool of connections. Nothing is synchronised, dropped, cached or installed by TypeORM. */
export function makeDataSource(options: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    poolSize: options.poolSize,
    connectTimeoutMS: DATABASE_TIME_LIMITS.connectionMs,
    applicationName: options.applicationName,
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    entities: [],
    poolErrorHandler: () => options.log.warn('An idle database connection was lost.'),
    extra: options.limitStatements
      ? {
          // What an act sends without waiting goes out at once (`prepared.ts`).
          pipeline: true,
          query_timeout: DATABASE_TIME_LIMITS.answerMs,
          statement_timeout: DATABASE_TIME_LIMITS.statementMs,
          lock_timeout: DATABASE_TIME_LIMITS.lockMs,
          idle_in_transaction_session_timeout: DATABASE_TIME_LIMITS.idleInTransactionMs,
        }
      : {},
  });
}

/** Signs in, or refuses with the place that was tried. The URL is never shown: it holds the password. */
export async function connect(url: string, pool: PoolName, log: DatabaseLog): Promise<DataSource> {
  const { variable, size, name } = POOLS[pool];
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new StartupRefusal([
      `${variable} is not a URL of the form postgres://user:password@host/database.`,
    ]);
  }
  const source = makeDataSource({
    url,
    poolSize: size,
    applicationName: name,
    log,
    limitStatements: pool !== 'migration',
  });
  try {
    await source.initialize();
    hearEveryLoss(poolOf(source));
    return source;
  } catch (cause) {
    throw new StartupRefusal([`${variable}: ${connectionFailure(url, cause)}`], { cause });
  }
}

/** The driver keeps the pool of pg under this name and types it as any. */
export function poolOf(source: DataSource): Pool {
  return Reflect.get(source.driver, 'master');
}

/**
 * Between two owners (the pool has let go, the act has not taken hold) nobody hears of the end of a connection, and
 * Node ends a process over an error that nobody hears. The act learns of the loss from its first query.
 */
function hearEveryLoss(pool: Pool): void {
  const heard = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', () => undefined);
  });
}

function connectionFailure(url: string, cause: unknown): string {
  const { host, pathname, searchParams } = new URL(url);
  const place = `${searchParams.get('host') ?? host}${pathname}`;
  const state = sqlState(cause);
  if (state === '28P01' || state === '28000') return `${place} refuses the login.`;
  if (state === '3D000') return `${place} does not exist.`;
  if (state === '42501') return `${place} does not let this login connect.`;
  return `${place} cannot be reached (${errorCode(cause) ?? 'no answer'}).`;
}
