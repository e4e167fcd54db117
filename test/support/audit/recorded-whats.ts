import type { FreshDatabase } from '@enlace/testing';

/** What the events of a type say of a case or of a thread, oldest first. */
export async function recordedWhats(
  database: FreshDatabase,
  type: string,
  id: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await database.asAdmin(
    `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE $1::uuid IN (e.case_id, e.thread_id) AND e.type = $2 AND s.section = 1 ORDER BY event_id`,
    [id, type],
  );
  return rows.map(({ what }) => JSON.parse(String(what)));
}
