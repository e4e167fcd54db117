import type { Migration } from './migration.js';

/**
 * Where somebody was is kept for a year in cases and threads as well, unless a hold is on any of it. What else is known
 * of acts in cases stays until two persons of the State ask for its erasure. And the server's half of the keys of a
 * thread is for whoever stands in it with a role of members: nobody else's vault opens with it.
 */
export const whereInCasesMigration: Migration = {
  name: '0048-where-in-cases',
  sql: `
SET LOCAL ROLE enl_guard;
CREATE OR REPLACE FUNCTION guard.erase_due(p_state text, p_sections smallint[], p_before timestamptz, p_limit integer)
RETURNS TABLE (origin text, index bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  events uuid[];
BEGIN
  SELECT array_agg(d.event_id) INTO events FROM (
    SELECT e.event_id
      FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id
     WHERE e.actor_state = p_state AND e.occurred_at < p_before AND e.type NOT LIKE 'section.%'
       AND (p_sections = '{3}' OR e.case_id IS NULL AND e.thread_id IS NULL)
       AND EXISTS (SELECT FROM audit.sections s WHERE s.event_id = e.event_id AND s.section = ANY (p_sections))
       AND NOT EXISTS (SELECT FROM audit.holds h
                        WHERE h.state = p_state AND h.lifted_at IS NULL
                          AND (h.case_id IS NULL AND h.thread_id IS NULL
                               OR h.case_id = e.case_id OR h.thread_id = e.thread_id))
     ORDER BY e.occurred_at, e.event_id LIMIT p_limit) d;
  RETURN QUERY SELECT g.origin, l.index FROM audit.log_entries l JOIN audit.logs g ON g.log_id = l.log_id
   WHERE l.entry_id = ANY (events) ORDER BY 1, 2;
  PERFORM guard.erase_events(events, p_sections);
END $$;

CREATE OR REPLACE FUNCTION guard.shred_halves(p_threads uuid[], p_fresh bytea[])
RETURNS TABLE (thread_id uuid, half bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
  mine uuid[] := ARRAY(
    SELECT m.thread_id FROM app.thread_members m JOIN app.threads t USING (thread_id)
     WHERE m.person_id = me.person_id AND m.standing <> 'invited' AND t.status <> 'shredded'
       AND m.thread_id = ANY (p_threads) AND m.thread_id = ANY (guard.my_threads()));
BEGIN
  INSERT INTO app.shred_keys (thread_id, half)
  SELECT n.id, p_fresh[n.place] FROM (
    SELECT u.id, row_number() OVER (ORDER BY u.id) AS place FROM unnest(mine) AS u (id)
     WHERE NOT EXISTS (SELECT FROM app.shred_keys k WHERE k.thread_id = u.id)) n
   WHERE n.place <= cardinality(p_fresh)
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT u.id, k.half FROM unnest(mine) AS u (id) LEFT JOIN app.shred_keys k ON k.thread_id = u.id;
END $$;
RESET ROLE;
`,
};
