import type { Migration } from './migration.js';

/** Which States an event concerns is told to a session and to the sequencer, and not to whoever sends bare SQL. */
export const concernedUnderSessionMigration: Migration = {
  name: '0028-concerned-under-session',
  sql: `
SET LOCAL ROLE enl_guard;
CREATE OR REPLACE FUNCTION guard.concerned_states(p_origin text, p_indexes bigint[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user <> 'enl_sequencer' THEN
    PERFORM guard.me();
  END IF;
  RETURN (
    SELECT coalesce(array_agg(DISTINCT s ORDER BY s), '{}')
      FROM audit.logs g
      JOIN audit.log_entries l ON l.log_id = g.log_id AND l.index = ANY (p_indexes)
      JOIN audit.events e ON e.event_id = l.entry_id
      CROSS JOIN unnest(e.states) AS s
     WHERE g.origin = p_origin AND g.stream = 'audit');
END $$;
RESET ROLE;
`,
};
