import { createHash } from 'node:crypto';

/**
 * One step of the schema, forward only. `name` is its file name; names sort in the order of application. `sql`
 * runs in one transaction as `enl_migrate`, which is the whole of its effect: killed anywhere, the step
 * happened or it did not.
 */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** What the history keeps of a migration, so that one changed after its application is noticed. */
export function migrationHash(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
