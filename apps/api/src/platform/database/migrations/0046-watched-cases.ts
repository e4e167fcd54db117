import type { Migration } from './migration.js';

/**
 * What the rules over cases and redactions compare, as the record says it and no table: counts, names of events, and
 * nothing of what was read.
 */
export const watchedCasesMigration: Migration = {
  name: '0046-watched-cases',
  sql: `
SET LOCAL ROLE enl_guard;
-- How many cases each person learnt something of on each day (of UTC), with the first event of each.
CREATE FUNCTION guard.cases_by_day(p_types text[], p_from timestamptz)
RETURNS TABLE (actor_id uuid, state text, role text, day integer, cases integer, event_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.actor_id, f.actor_state, f.actor_role, f.day, count(*)::integer, (array_agg(f.first ORDER BY f.first))[1:50]
    FROM (SELECT e.actor_id, e.actor_state, max(e.actor_role) AS actor_role, e.case_id,
                 floor(extract(epoch FROM e.occurred_at) / 86400)::integer AS day,
                 (array_agg(e.event_id ORDER BY e.event_id))[1] AS first
            FROM audit.events e
           WHERE e.type = ANY (p_types) AND e.occurred_at >= p_from AND e.outcome = 'success'
             AND e.actor_id IS NOT NULL AND e.case_id IS NOT NULL
           GROUP BY 1, 2, 4, 5) f
   GROUP BY 1, 2, 3, 4
$$;

-- Since then, the first time that somebody read in a case which nobody had let them into: they opened nothing in it,
-- and no event of it names them as invited or as a member.
CREATE FUNCTION guard.unassigned_reads(p_types text[], p_from timestamptz)
RETURNS TABLE (event_id uuid, actor_id uuid, state text, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.event_id, f.actor_id, f.actor_state, f.case_id
    FROM (SELECT DISTINCT ON (e.actor_id, e.case_id) e.event_id, e.actor_id, e.actor_state, e.actor_alias, e.case_id
            FROM audit.events e
           WHERE e.type = ANY (p_types) AND e.occurred_at >= p_from AND e.outcome = 'success'
             AND e.actor_id IS NOT NULL AND e.case_id IS NOT NULL
           ORDER BY e.actor_id, e.case_id, e.event_id) f
   WHERE NOT EXISTS (
     SELECT FROM audit.events b
      WHERE b.case_id = f.case_id AND b.actor_id = f.actor_id AND b.outcome = 'success' AND b.event_id < f.event_id
        AND (b.type = ANY (p_types) OR b.type IN ('case.created', 'thread.created', 'invitation.accepted')))
     AND NOT EXISTS (
     SELECT FROM audit.events b JOIN audit.sections s ON s.event_id = b.event_id AND s.section = 1
      WHERE b.case_id = f.case_id AND b.outcome = 'success' AND b.event_id < f.event_id
        AND b.type IN ('case.member-added', 'invitation.issued', 'thread.member-added')
        AND f.actor_alias IN (convert_from(s.body, 'UTF8')::jsonb ->> 'memberAlias',
                              convert_from(s.body, 'UTF8')::jsonb ->> 'inviteeAlias'))
   ORDER BY f.event_id LIMIT 10000
$$;

-- Who else got entries that were redacted since then, in the week before.
CREATE FUNCTION guard.redacted_reads(p_from timestamptz)
RETURNS TABLE (redaction_id uuid, state text, redacted_at timestamptz, read_id uuid, reader_id uuid,
               read_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.event_id, coalesce(r.owner_state, r.actor_state), r.occurred_at, e.event_id, e.actor_id, e.occurred_at
    FROM (SELECT v.*, convert_from(s.body, 'UTF8')::jsonb AS said
            FROM audit.events v JOIN audit.sections s ON s.event_id = v.event_id AND s.section = 1
           WHERE v.type = 'entry.redacted' AND v.outcome = 'success' AND v.occurred_at >= p_from) r
    JOIN audit.events e ON e.thread_id = r.thread_id AND e.type IN ('entry.delivered', 'entry.fetched')
     AND e.outcome = 'success' AND e.occurred_at <= r.occurred_at
     AND e.occurred_at > r.occurred_at - interval '7 days' AND e.actor_id <> r.actor_id
    JOIN audit.sections w ON w.event_id = e.event_id AND w.section = 1
   CROSS JOIN LATERAL (SELECT convert_from(w.body, 'UTF8')::jsonb AS said) g
   WHERE r.said ->> 'reason' <> 'compacted' AND EXISTS (
     SELECT FROM jsonb_array_elements_text(r.said -> 'seqs') AS seq
      WHERE seq::bigint BETWEEN (g.said ->> 'firstSeq')::bigint AND (g.said ->> 'lastSeq')::bigint)
   ORDER BY r.event_id, e.event_id LIMIT 10000
$$;
GRANT EXECUTE ON FUNCTION guard.cases_by_day(text[], timestamptz), guard.unassigned_reads(text[], timestamptz),
  guard.redacted_reads(timestamptz) TO enl_sequencer;
RESET ROLE;
`,
};
