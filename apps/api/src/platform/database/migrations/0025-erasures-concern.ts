import type { Migration } from './migration.js';

/**
 * What is erased concerns every State that the erased events concerned: their auditors find it missing, and the event
 * that says why must be for them too.
 */
export const erasuresConcernMigration: Migration = {
  name: '0025-erasures-concern',
  sql: `
SET LOCAL ROLE enl_guard;
-- The States of the events at these places of a log, sorted; the column outlives whatever sections are erased.
CREATE FUNCTION guard.concerned_states(p_origin text, p_indexes bigint[]) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT s ORDER BY s), '{}')
    FROM audit.logs g
    JOIN audit.log_entries l ON l.log_id = g.log_id AND l.index = ANY (p_indexes)
    JOIN audit.events e ON e.event_id = l.entry_id
    CROSS JOIN unnest(e.states) AS s
   WHERE g.origin = p_origin AND g.stream = 'audit'
$$;
GRANT EXECUTE ON FUNCTION guard.concerned_states(text, bigint[]) TO enl_app, enl_sequencer;
RESET ROLE;
`,
};
