import type { Migration } from './migration.js';

/**
 * Alerts, and what the rules that raise them may see. The server looks with the eyes of the sequencer, through
 * functions that hand out what a rule compares and nothing else: no address, and nothing that somebody signed. Who
 * reads and moves an alert is decided by the session, in the database as well.
 */
export const alertsMigration: Migration = {
  name: '0022-alerts',
  sql: `
CREATE TABLE audit.alerts (
  alert_id     uuid PRIMARY KEY,
  -- Whose auditors and registrars are told.
  state        text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  rule         text NOT NULL,
  -- One alert for one subject: found again, it is the same alert.
  subject      text NOT NULL,
  numbers      bigint[] NOT NULL,
  event_ids    uuid[] NOT NULL,
  -- About the platform and nobody in particular: for its operators too.
  is_technical boolean NOT NULL,
  raised_at    timestamptz NOT NULL,
  step         text NOT NULL CHECK (step IN ('raised', 'acknowledged', 'closed')),
  changed_by   uuid,
  changed_at   timestamptz,
  UNIQUE (state, rule, subject),
  CHECK ((step = 'raised') = (changed_by IS NULL) AND (changed_by IS NULL) = (changed_at IS NULL))
);
CREATE INDEX alerts_by_time ON audit.alerts (state, raised_at);
ALTER TABLE audit.alerts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY told ON audit.alerts FOR SELECT TO enl_app USING (
  state = (SELECT guard.my_state()) AND (SELECT guard.my_roles()) && ARRAY['auditor', 'registrar']
  OR is_technical AND 'platform-operator' = ANY ((SELECT guard.my_roles())::text[]));
CREATE POLICY guard_moves ON audit.alerts TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY raises ON audit.alerts TO enl_sequencer USING (true) WITH CHECK (true);
GRANT SELECT ON audit.alerts TO enl_app;
GRANT SELECT, UPDATE ON audit.alerts TO enl_guard;
GRANT SELECT, INSERT ON audit.alerts TO enl_sequencer;

-- The server itself says what its rules found, as it says that a log was halted or a witness is late.
DROP POLICY own_acts ON audit.events;
CREATE POLICY own_acts ON audit.events FOR INSERT TO enl_sequencer
  WITH CHECK (object_type IN ('log', 'witness', 'alert'));

CREATE POLICY watched ON audit.events FOR SELECT TO enl_guard USING (true);
CREATE POLICY watched ON audit.sections FOR SELECT TO enl_guard USING (true);
GRANT SELECT ON audit.events, audit.sections TO enl_guard;

SET LOCAL ROLE enl_guard;
GRANT USAGE ON SCHEMA guard TO enl_sequencer;
-- Events of these types since then, oldest first, as far as rules compare them.
CREATE FUNCTION guard.watched_events(p_types text[], p_from timestamptz)
RETURNS TABLE (event_id uuid, occurred_at timestamptz, type text, outcome text, actor_id uuid, actor_state text,
               device_id uuid, geo_state text, in_hours boolean, what bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.event_id, e.occurred_at, e.type, e.outcome, e.actor_id, e.actor_state, w.device_id, p.geo_state, p.in_hours,
         s.body
    FROM audit.events e
    JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
    LEFT JOIN audit.sections w ON w.event_id = e.event_id AND w.section = 2
    LEFT JOIN audit.sections p ON p.event_id = e.event_id AND p.section = 3
   WHERE e.type = ANY (p_types) AND e.occurred_at >= p_from
   ORDER BY e.occurred_at, e.event_id LIMIT 100000
$$;

-- Numbers of devices between two events that used others, and what those devices reported as abandoned.
CREATE FUNCTION guard.counter_gaps()
RETURNS TABLE (device_id uuid, state text, first bigint, last bigint, before uuid, after uuid, after_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT g.device_id, e.actor_state, g.seq + 1, g.next - 1, g.event_id, g.next_event, e.occurred_at
    FROM (SELECT d.device_id, d.seq, d.event_id,
                 lead(d.seq) OVER each_device AS next, lead(d.event_id) OVER each_device AS next_event
            FROM audit.device_seqs d WINDOW each_device AS (PARTITION BY d.device_id ORDER BY d.seq)) g
    JOIN audit.events e ON e.event_id = g.next_event
   WHERE g.next > g.seq + 1
$$;

-- Rows of sessions and statements that no event tells of: code that forgot to record, or a hand in the tables.
CREATE FUNCTION guard.unrecorded_rows(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (state text, what text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.state, 'sessions', s.session_id::text FROM app.sessions s
   WHERE s.opened_at >= p_from AND s.opened_at < p_to
     AND NOT EXISTS (SELECT FROM audit.events e WHERE e.object_id = s.session_id::text AND e.type = 'session.opened')
  UNION ALL
  SELECT NULL, 'statements', d.statement_id FROM app.directory_statements d
   WHERE d.accepted_at >= p_from AND d.accepted_at < p_to
     AND NOT EXISTS (
       SELECT FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.occurred_at >= p_from - interval '1 hour' AND e.occurred_at < p_to + interval '1 hour'
          AND convert_from(s.body, 'UTF8')::jsonb ->> 'statementHash' = d.statement_id)
$$;
GRANT EXECUTE ON FUNCTION guard.watched_events(text[], timestamptz), guard.counter_gaps(),
  guard.unrecorded_rows(timestamptz, timestamptz) TO enl_sequencer;

-- Acknowledged once, closed once; the session says who, and whether it is theirs to do.
CREATE FUNCTION guard.move_alert(p_alert uuid, p_step text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE audit.alerts a SET step = p_step, changed_by = me.person_id, changed_at = p_now
   WHERE a.alert_id = p_alert
     AND (a.state = me.state AND me.roles && ARRAY['auditor', 'registrar']
          OR a.is_technical AND 'platform-operator' = ANY (me.roles))
     AND (a.step = 'raised' AND p_step IN ('acknowledged', 'closed') OR a.step = 'acknowledged' AND p_step = 'closed');
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION guard.move_alert(uuid, text, timestamptz) TO enl_app;
RESET ROLE;
`,
};
