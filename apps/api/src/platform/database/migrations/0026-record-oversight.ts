import type { Migration } from './migration.js';

/**
 * What watches over the record, held to its promises: erasure takes every trace of a name along, rules see the newest
 * events and not the oldest, reconciliation knows every event that tells of a statement, and what the server itself
 * says about acts counts in the manifests of the States.
 */
export const recordOversightMigration: Migration = {
  name: '0026-record-oversight',
  sql: `
-- An alert and an erasure are no life of the log: they concern a State and stand in its manifests.
DROP POLICY own_acts ON audit.outbox;
CREATE POLICY own_acts ON audit.outbox FOR INSERT TO enl_sequencer
  WITH CHECK (stream = 'audit' AND kind IN (1, 2, 3));

-- The name beside a section goes when \`who\` goes: one column, to nothing, and nothing else of a section ever changes.
-- The owner is bound by the policies too, and has none.
ALTER TABLE audit.sections NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.alerts NO FORCE ROW LEVEL SECURITY;
UPDATE audit.sections s SET person_id = NULL
 WHERE s.section IN (3, 5) AND s.person_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM audit.sections w WHERE w.event_id = s.event_id AND w.section = 2);
UPDATE audit.alerts a SET subject = 'erased/' || a.alert_id
 WHERE NOT a.subject = ANY (a.event_ids::text[])
   AND EXISTS (SELECT FROM unnest(a.event_ids) AS named (event_id)
                WHERE NOT EXISTS (SELECT FROM audit.sections w WHERE w.event_id = named.event_id AND w.section = 2));
ALTER TABLE audit.alerts FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.sections FORCE ROW LEVEL SECURITY;
CREATE POLICY forgets ON audit.sections FOR UPDATE TO enl_guard USING (true) WITH CHECK (person_id IS NULL);
GRANT UPDATE (person_id) ON audit.sections TO enl_guard;

-- An export about a case is on record with the case, its approval and its download too.
ALTER TABLE audit.exports ADD COLUMN case_id uuid;
DROP POLICY own_state ON audit.exports;
DROP POLICY own_asking ON audit.exports;
-- A technical auditor sees no section, hence takes none out and agrees to none.
CREATE POLICY own_state ON audit.exports FOR SELECT TO enl_app USING (
  state = (SELECT guard.my_state()) AND (SELECT guard.my_audit_scope()) IN ('national', 'regional'));
CREATE POLICY own_asking ON audit.exports FOR INSERT TO enl_app WITH CHECK (
  state = (SELECT guard.my_state()) AND asked_by = (SELECT guard.my_person())
    AND (SELECT guard.my_audit_scope()) IN ('national', 'regional') AND approved_by IS NULL);

-- Refusals are few and looked for often; the type is in the index so that a search for one kind reads no row of others.
CREATE INDEX events_refused ON audit.events (outcome, event_id, type) WHERE outcome <> 'success';
CREATE INDEX device_seqs_by_event ON audit.device_seqs (event_id);
CREATE INDEX sections_by_device ON audit.sections (device_id, event_id) WHERE section = 2;
CREATE INDEX alerts_by_event ON audit.alerts USING gin (event_ids);
CREATE INDEX log_cosignatures_by_witness ON audit.log_cosignatures (log_id, witness, size);
CREATE POLICY watched ON audit.witness_delays FOR SELECT TO enl_guard USING (true);
GRANT SELECT ON audit.witness_delays TO enl_guard;

SET LOCAL ROLE enl_guard;
-- The newest events of these types since then, oldest first, as far as rules compare them.
CREATE OR REPLACE FUNCTION guard.watched_events(p_types text[], p_from timestamptz)
RETURNS TABLE (event_id uuid, occurred_at timestamptz, type text, outcome text, actor_id uuid, actor_state text,
               device_id uuid, geo_state text, in_hours boolean, what bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.event_id, n.occurred_at, n.type, n.outcome, n.actor_id, n.actor_state, w.device_id, p.geo_state, p.in_hours,
         s.body
    FROM (SELECT e.* FROM audit.events e WHERE e.type = ANY (p_types) AND e.occurred_at >= p_from
           ORDER BY e.occurred_at DESC, e.event_id DESC LIMIT 100000) n
    JOIN audit.sections s ON s.event_id = n.event_id AND s.section = 1
    LEFT JOIN audit.sections w ON w.event_id = n.event_id AND w.section = 2
    LEFT JOIN audit.sections p ON p.event_id = n.event_id AND p.section = 3
   ORDER BY n.occurred_at, n.event_id
$$;

-- Since when each witness that is late at this moment is late, however long ago that was said.
CREATE FUNCTION guard.standing_delays()
RETURNS TABLE (event_id uuid, occurred_at timestamptz, type text, outcome text, actor_id uuid, actor_state text,
               device_id uuid, geo_state text, in_hours boolean, what bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.event_id, e.occurred_at, e.type, e.outcome, NULL::uuid, e.actor_state, NULL::uuid, NULL, NULL::boolean,
         s.body
    FROM (SELECT witness, min(since) AS since FROM audit.witness_delays GROUP BY witness) d
   CROSS JOIN LATERAL (
     SELECT v.event_id, v.occurred_at, v.type, v.outcome, v.actor_state FROM audit.events v
      WHERE v.object_id = d.witness AND v.type = 'witness.delayed' AND v.occurred_at >= d.since
      ORDER BY v.event_id LIMIT 1) e
    JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
   ORDER BY e.occurred_at, e.event_id
$$;

-- Numbers of devices that no event has used, below one that was used since then.
DROP FUNCTION guard.counter_gaps();
CREATE FUNCTION guard.counter_gaps(p_from timestamptz)
RETURNS TABLE (device_id uuid, state text, first bigint, last bigint, before uuid, after uuid, after_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.device_id, e.actor_state, b.seq + 1, d.seq - 1, b.event_id, d.event_id, e.occurred_at
    FROM audit.events e
    JOIN audit.device_seqs d ON d.event_id = e.event_id
   CROSS JOIN LATERAL (SELECT p.seq, p.event_id FROM audit.device_seqs p
                        WHERE p.device_id = d.device_id AND p.seq < d.seq ORDER BY p.seq DESC LIMIT 1) b
   WHERE e.occurred_at >= p_from AND d.seq > b.seq + 1
   ORDER BY e.occurred_at, d.device_id, d.seq LIMIT 10000
$$;

-- What these devices said at their sign-ins since then.
CREATE FUNCTION guard.device_sign_ins(p_devices uuid[], p_from timestamptz)
RETURNS TABLE (device_id uuid, what bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.device_id, s.body
    FROM audit.sections w
    JOIN audit.events e ON e.event_id = w.event_id AND e.type = 'session.opened' AND e.occurred_at >= p_from
    JOIN audit.sections s ON s.event_id = w.event_id AND s.section = 1
   WHERE w.section = 2 AND w.device_id = ANY (p_devices)
$$;

-- Rows of sessions and statements that no event tells of: code that forgot to record, or a hand in the tables.
CREATE OR REPLACE FUNCTION guard.unrecorded_rows(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (state text, what text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH told AS MATERIALIZED (
    SELECT convert_from(s.body, 'UTF8')::jsonb AS said
      FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
     WHERE e.occurred_at >= p_from - interval '1 hour' AND e.occurred_at < p_to + interval '1 hour'
       AND e.outcome = 'success'
       AND split_part(e.type, '.', 1) IN ('authority', 'contact', 'device', 'log', 'office', 'person', 'registrar',
                                          'state', 'witness')
  ), hashes AS (
    SELECT said ->> 'statementHash' AS hash FROM told UNION SELECT said ->> 'proposalHash' FROM told
  )
  (SELECT s.state, 'sessions', s.session_id::text FROM app.sessions s
    WHERE s.opened_at >= p_from AND s.opened_at < p_to
      AND NOT EXISTS (SELECT FROM audit.events e WHERE e.object_id = s.session_id::text AND e.type = 'session.opened')
    LIMIT 10000)
  UNION ALL
  (SELECT NULL, 'statements', d.statement_id FROM app.directory_statements d
    WHERE d.accepted_at >= p_from AND d.accepted_at < p_to
      AND NOT EXISTS (SELECT FROM hashes h WHERE h.hash = d.statement_id)
    LIMIT 10000)
$$;
GRANT EXECUTE ON FUNCTION guard.standing_delays(), guard.counter_gaps(timestamptz),
  guard.device_sign_ins(uuid[], timestamptz) TO enl_sequencer;

CREATE OR REPLACE FUNCTION guard.erase_events(p_events uuid[], p_sections smallint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- With \`who\` goes the name wherever it is an index: of the event, of its other sections, of an alert about it.
  UPDATE audit.events SET actor_id = NULL
   WHERE event_id = ANY (p_events) AND 2 = ANY (p_sections) AND actor_id IS NOT NULL;
  UPDATE audit.sections SET person_id = NULL
   WHERE event_id = ANY (p_events) AND 2 = ANY (p_sections) AND section <> 2 AND person_id IS NOT NULL;
  UPDATE audit.alerts SET subject = 'erased/' || alert_id
   WHERE event_ids && p_events AND 2 = ANY (p_sections) AND NOT subject = ANY (event_ids::text[]);
  DELETE FROM audit.sections WHERE event_id = ANY (p_events) AND section = ANY (p_sections);
$$;

-- What the retention of a State has used up, oldest first: sections of events of no case and no thread, which have
-- clocks of their own. Erased here and now, at most so many events; the places are what the server puts on record.
CREATE OR REPLACE FUNCTION guard.erase_due(p_state text, p_sections smallint[], p_before timestamptz, p_limit integer)
RETURNS TABLE (origin text, index bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  events uuid[];
BEGIN
  SELECT array_agg(d.event_id) INTO events FROM (
    SELECT e.event_id
      FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id
     WHERE e.actor_state = p_state AND e.occurred_at < p_before AND e.case_id IS NULL AND e.thread_id IS NULL
       AND e.type NOT LIKE 'section.%'
       AND EXISTS (SELECT FROM audit.sections s WHERE s.event_id = e.event_id AND s.section = ANY (p_sections))
       AND NOT EXISTS (SELECT FROM audit.holds h
                        WHERE h.state = p_state AND h.lifted_at IS NULL AND h.case_id IS NULL AND h.thread_id IS NULL)
     ORDER BY e.occurred_at, e.event_id LIMIT p_limit) d;
  RETURN QUERY SELECT g.origin, l.index FROM audit.log_entries l JOIN audit.logs g ON g.log_id = l.log_id
   WHERE l.entry_id = ANY (events) ORDER BY 1, 2;
  PERFORM guard.erase_events(events, p_sections);
END $$;

-- The second auditor is read from the session, and is one who sees what leaves.
CREATE OR REPLACE FUNCTION guard.approve_audit_export(p_export uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE audit.exports SET approved_by = me.person_id, approved_at = p_now
   WHERE export_id = p_export AND state = me.state AND asked_by <> me.person_id AND approved_by IS NULL
     AND expires_at > p_now AND guard.my_audit_scope() IN ('national', 'regional');
  RETURN FOUND;
END $$;

-- What has been said against the log, and what is gone from it: numbers, and nobody's name.
CREATE FUNCTION guard.record_oversight()
RETURNS TABLE (disputes bigint, counter_gaps bigint, erasures bigint, has_pgaudit boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT count(*) FROM audit.events WHERE type = 'receipt.disputed'),
         (SELECT count(*) FROM audit.alerts WHERE rule = 'counter-gap'),
         (SELECT count(*) FROM audit.events WHERE type = 'section.erased'),
         EXISTS (SELECT FROM pg_extension WHERE extname = 'pgaudit')
$$;
GRANT EXECUTE ON FUNCTION guard.record_oversight() TO enl_auditor;
RESET ROLE;
`,
};
