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

/** How often somebody was shown a list, and how long it was: what the events of the type say, oldest first. */
export async function recordedListings(
  database: FreshDatabase,
  type: string,
  personId: string,
): Promise<readonly number[]> {
  const rows = await database.asAdmin(
    `SELECT (convert_from(s.body, 'UTF8')::jsonb ->> 'count')::int AS count FROM audit.events e
       JOIN audit.sections s USING (event_id)
      WHERE e.actor_id = $1 AND e.type = $2 AND s.section = 1 ORDER BY occurred_at, event_id`,
    [personId, type],
  );
  return rows.map(({ count }) => Number(count));
}
