import type { FreshDatabase } from '@enlace/testing';

/** Statements of the directory log that the nightly reconciliation finds in no event; by id. */
export async function unrecordedStatements(fresh: FreshDatabase): Promise<readonly string[]> {
  const rows = await fresh.asAdmin(
    `SELECT id FROM guard.unrecorded_rows('-infinity', 'infinity') WHERE what = 'statements'`,
  );
  return rows.map(({ id }) => String(id));
}
