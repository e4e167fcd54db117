import { DataSource } from 'typeorm';

import { StartupRefusal } from '../config/startup-refusal.js';
import { errorCode, sqlState } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';

/** The variables that hold a URL of the database. */
export type UrlVariable = 'DATABASE_URL' | 'DATABASE_MIGRATION_URL';

/** Connections that one node keeps to the database (reliability.md, section 4). */
const POOL_SIZE = { app: 20, migration: 1 } as const;

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
          query_timeout: DATABASE_TIME_LIMITS.answerMs,
          statement_timeout: DATABASE_TIME_LIMITS.statementMs,
          lock_timeout: DATABASE_TIME_LIMITS.lockMs,
          idle_in_transaction_session_timeout: DATABASE_TIME_LIMITS.idleInTransactionMs,
        }
      : {},
  });
}

/** Signs in, or refuses with the place that was tried. The URL is never shown: it holds the password. */
export async function connect(
  url: string,
  variable: UrlVariable,
  log: DatabaseLog,
): Promise<DataSource> {
  const isMigration = variable === 'DATABASE_MIGRATION_URL';
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new StartupRefusal([
      `${variable} is not a URL of the form postgres://user:password@host/database.`,
    ]);
  }
  const source = makeDataSource({
    url,
    poolSize: isMigration ? POOL_SIZE.migration : POOL_SIZE.app,
    applicationName: isMigration ? 'enlace-migrate' : 'enlace',
    log,
    limitStatements: !isMigration,
  });
  try {
    return await source.initialize();
  } catch (cause) {
    throw new StartupRefusal([`${variable}: ${connectionFailure(url, cause)}`], { cause });
  }
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
