import type { DataSource, QueryRunner } from 'typeorm';

import { StartupRefusal } from '../config/startup-refusal.js';
import { sqlState } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';
import { migrationHash, type Migration } from './migrations/migration.js';
import { readSchemaState, schemaFaults } from './schema-state.js';

/** Session lock of the process that migrates; nodes that start at the same moment wait for it. */
const MIGRATION_LOCK = 20_261_124;

/** How long a process waits for another one that migrates. */
const AWAIT_TURN_SQL = `SET lock_timeout = '60s'`;

/** A migration gives way rather than queue all readers of a table behind its lock request. */
const LOCK_TIMEOUT_SQL = `SET LOCAL lock_timeout = '2s'`;

/** PostgreSQL: a lock was not granted in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Applies what is pending, in order, one process at a time; resolves with the names applied. `source` signs in
 * as `enl_migrate`. Killed anywhere: every migration before is whole, the one that ran is undone, and the lock
 * is free, because it ends with the connection.
 */
export async function migrate(
  source: DataSource,
  migrations: readonly Migration[],
  log: DatabaseLog,
): Promise<readonly string[]> {
  const runner = source.createQueryRunner();
  try {
    await takeTurn(runner);
    const state = await readSchemaState((sql) => runner.query(sql), migrations);
    const [first, ...rest] = schemaFaults(state);
    if (first !== undefined) throw new StartupRefusal([first, ...rest]);
    for (const migration of state.pending) await apply(runner, migration, log);
    return state.pending.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await runner.release();
  }
}

async function takeTurn(runner: QueryRunner): Promise<void> {
  try {
    await runner.query(AWAIT_TURN_SQL);
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  } catch (cause) {
    if (sqlState(cause) !== LOCK_NOT_AVAILABLE) throw cause;
    throw new StartupRefusal(['Another process is migrating the database: try again later.'], {
      cause,
    });
  }
}

async function apply(runner: QueryRunner, migration: Migration, log: DatabaseLog): Promise<void> {
  log.info(`Applying migration ${migration.name}.`);
  await runner.startTransaction();
  try {
    await runner.query(LOCK_TIMEOUT_SQL);
    await runner.query(migration.sql);
    await runner.query(
      'INSERT INTO app.schema_migrations (name, sha256, applied_at) VALUES ($1, $2, now())',
      [migration.name, migrationHash(migration)],
    );
    await runner.commitTransaction();
  } catch (cause) {
    await runner.rollbackTransaction().catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new StartupRefusal([`Migration ${migration.name} failed and was undone: ${reason}`], {
      cause,
    });
  }
}
