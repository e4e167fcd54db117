import type { Migration } from './migration.js';

/**
 * What is known of acts in a case goes when the retention of the State has passed since the case was closed and none of
 * its threads is left, or was there within the last year: until now it stayed. A hold stops this as it stops all.
 */
export const closedCasesMigration: Migration = {
  name: '0054-closed-cases',
  sql: `
SET LOCAL ROLE enl_guard;
DROP FUNCTION guard.erase_due(text, smallint[], timestamptz, integer);
CREATE FUNCTION guard.erase_due(p_state text, p_sections smallint[], p_before timestamptz, p_threads timestamptz,
  p_limit integer)
RETURNS TABLE (origin text, index bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  events uuid[];
BEGIN
  SELECT array_agg(d.event_id) INTO events FROM (
    SELECT e.event_id
      FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id
     WHERE e.actor_state = p_state AND e.occurred_at < p_before AND e.type NOT LIKE 'section.%'
       AND EXISTS (SELECT FROM audit.sections s WHERE s.event_id = e.event_id AND s.section = ANY (p_sections))
       AND (p_sections = '{3}'
            OR e.case_id IS NULL AND e.thread_id IS NULL
            -- Closed, and not begun again, for as long.
            OR (SELECT c.type = 'case.closed' AND c.occurred_at < p_before FROM audit.events c
                 WHERE c.case_id = e.case_id AND c.type IN ('case.closed', 'case.reopened')
                 ORDER BY c.occurred_at DESC, c.event_id DESC LIMIT 1)
               AND NOT EXISTS (SELECT FROM audit.events t
                                WHERE t.case_id = e.case_id AND t.type = 'thread.created'
                                  AND NOT EXISTS (SELECT FROM audit.events x
                                                   WHERE x.thread_id = t.thread_id AND x.type = 'thread.erased'
                                                     AND x.occurred_at < p_threads)))
       AND NOT EXISTS (SELECT FROM audit.holds h
                        WHERE h.state = p_state AND h.lifted_at IS NULL
                          AND (h.case_id IS NULL AND h.thread_id IS NULL
                               OR h.case_id = e.case_id OR h.thread_id = e.thread_id))
     ORDER BY e.occurred_at, e.event_id LIMIT p_limit) d;
  RETURN QUERY SELECT g.origin, l.index FROM audit.log_entries l JOIN audit.logs g ON g.log_id = l.log_id
   WHERE l.entry_id = ANY (events) ORDER BY 1, 2;
  PERFORM guard.erase_events(events, p_sections);
END $$;
GRANT EXECUTE ON FUNCTION guard.erase_due(text, smallint[], timestamptz, timestamptz, integer) TO enl_sequencer;
RESET ROLE;
`,
};
