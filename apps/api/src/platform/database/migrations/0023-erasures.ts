import type { Migration } from './migration.js';

/**
 * Erasing sections: bytes and salt go, leaf and digests stay, so every proof still verifies and a digest says nothing.
 * Two persons of the actor's State, an auditor and a registrar, are behind each erasure that is asked for; the database
 * reads both from their sessions. What is due by the retention of a State goes the same way. A hold stops both.
 */
export const erasuresMigration: Migration = {
  name: '0023-erasures',
  sql: `
-- What must stay for a while, whatever its age: a case, a thread, or everything of a State (both NULL).
CREATE TABLE audit.holds (
  hold_id   uuid PRIMARY KEY,
  state     text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  case_id   uuid,
  thread_id uuid,
  placed_at timestamptz NOT NULL,
  lifted_at timestamptz CHECK (lifted_at >= placed_at)
);
CREATE TABLE audit.erasures (
  erasure_id  uuid PRIMARY KEY,
  state       text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  rule        text NOT NULL,
  sections    smallint[] NOT NULL CHECK (cardinality(sections) > 0 AND sections <@ ARRAY[1, 2, 3, 4, 5]::smallint[]),
  log_id      uuid NOT NULL REFERENCES audit.logs,
  ranges      int8multirange NOT NULL CHECK (NOT isempty(ranges)),
  asked_by    uuid NOT NULL,
  roles       text[] NOT NULL,
  asked_at    timestamptz NOT NULL,
  approved_by uuid CHECK (approved_by <> asked_by),
  approved_at timestamptz,
  CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
ALTER TABLE audit.holds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.erasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON audit.holds TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON audit.erasures TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY own_state ON audit.erasures FOR SELECT TO enl_app USING (state = (SELECT guard.my_state()));
GRANT SELECT ON audit.holds TO enl_guard;
GRANT SELECT, INSERT, UPDATE ON audit.erasures TO enl_guard;
GRANT SELECT ON audit.erasures TO enl_app;

-- The one column of an event that is of a person goes to nothing, and nothing else of it ever changes.
CREATE FUNCTION audit.only_erase() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.actor_id IS NOT NULL OR to_jsonb(NEW) - 'actor_id' <> to_jsonb(OLD) - 'actor_id' THEN
    RAISE EXCEPTION 'an event is only erased' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION audit.only_erase() FROM PUBLIC;
CREATE TRIGGER events_only_erased BEFORE UPDATE ON audit.events FOR EACH ROW EXECUTE FUNCTION audit.only_erase();

CREATE POLICY erases ON audit.sections FOR DELETE TO enl_guard USING (true);
CREATE POLICY erases ON audit.events FOR UPDATE TO enl_guard USING (true) WITH CHECK (actor_id IS NULL);
CREATE POLICY places ON audit.log_entries FOR SELECT TO enl_guard USING (true);
CREATE POLICY places ON audit.logs FOR SELECT TO enl_guard USING (true);
GRANT DELETE ON audit.sections TO enl_guard;
GRANT UPDATE (actor_id) ON audit.events TO enl_guard;
GRANT SELECT ON audit.log_entries, audit.logs TO enl_guard;

-- The server itself says what was due.
DROP POLICY own_acts ON audit.events;
CREATE POLICY own_acts ON audit.events FOR INSERT TO enl_sequencer
  WITH CHECK (object_type IN ('log', 'witness', 'alert', 'section'));

SET LOCAL ROLE enl_guard;
-- Events of a State in a log that an erasure reaches. What says that something was erased is never erased itself.
CREATE FUNCTION guard.reached(p_state text, p_log uuid, p_ranges int8multirange)
RETURNS TABLE (event_id uuid, index bigint, is_held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.event_id, l.index,
         EXISTS (SELECT FROM audit.holds h
                  WHERE h.state = p_state AND h.lifted_at IS NULL
                    AND (h.case_id IS NULL AND h.thread_id IS NULL
                         OR h.case_id = e.case_id OR h.thread_id = e.thread_id))
    FROM audit.log_entries l JOIN audit.events e ON e.event_id = l.entry_id
   WHERE l.log_id = p_log AND l.index <@ p_ranges AND e.actor_state = p_state AND e.type NOT LIKE 'section.%'
$$;

CREATE FUNCTION guard.erase_events(p_events uuid[], p_sections smallint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE audit.events SET actor_id = NULL
   WHERE event_id = ANY (p_events) AND 2 = ANY (p_sections) AND actor_id IS NOT NULL;
  DELETE FROM audit.sections WHERE event_id = ANY (p_events) AND section = ANY (p_sections);
$$;

CREATE FUNCTION guard.ask_erasure(p_erasure uuid, p_asked jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  log uuid;
BEGIN
  IF NOT me.roles && ARRAY['registrar', 'auditor'] THEN
    RAISE EXCEPTION 'neither registrar nor auditor' USING ERRCODE = '42501';
  END IF;
  SELECT log_id INTO log FROM audit.logs WHERE origin = p_asked ->> 'origin' AND stream = 'audit';
  INSERT INTO audit.erasures (erasure_id, state, rule, sections, log_id, ranges, asked_by, roles, asked_at)
  VALUES (p_erasure, me.state, p_asked ->> 'rule',
          ARRAY(SELECT jsonb_array_elements_text(p_asked -> 'sections')::smallint), log,
          (p_asked ->> 'ranges')::int8multirange, me.person_id, me.roles, p_now);
END $$;

-- The indexes that were erased, in their order; none under a hold, and none without the second person.
CREATE FUNCTION guard.approve_erasure(p_erasure uuid, p_now timestamptz)
RETURNS TABLE (index bigint, is_held boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  counterpart text := CASE WHEN 'auditor' = ANY (me.roles) THEN 'registrar'
                           WHEN 'registrar' = ANY (me.roles) THEN 'auditor' END;
  asked audit.erasures;
  events uuid[];
BEGIN
  UPDATE audit.erasures e SET approved_by = me.person_id, approved_at = p_now
   WHERE e.erasure_id = p_erasure AND e.state = me.state AND e.approved_by IS NULL
     AND e.asked_by <> me.person_id AND counterpart = ANY (e.roles)
  RETURNING * INTO asked;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no second person' USING ERRCODE = '42501';
  END IF;
  RETURN QUERY SELECT r.index, r.is_held FROM guard.reached(asked.state, asked.log_id, asked.ranges) r ORDER BY 1;
  SELECT array_agg(r.event_id) INTO events FROM guard.reached(asked.state, asked.log_id, asked.ranges) r
   WHERE NOT EXISTS (SELECT FROM guard.reached(asked.state, asked.log_id, asked.ranges) h WHERE h.is_held);
  PERFORM guard.erase_events(events, asked.sections);
END $$;
GRANT EXECUTE ON FUNCTION guard.ask_erasure(uuid, jsonb, timestamptz), guard.approve_erasure(uuid, timestamptz)
  TO enl_app;

-- What the retention of a State has used up: sections of events of no case and no thread, which have clocks of their
-- own. Erased here and now, at most so many events; the places are what the server puts on record.
CREATE FUNCTION guard.erase_due(p_state text, p_sections smallint[], p_before timestamptz, p_limit integer)
RETURNS TABLE (origin text, index bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  events uuid[];
BEGIN
  SELECT array_agg(d.event_id) INTO events FROM (
    SELECT DISTINCT e.event_id
      FROM audit.events e
      JOIN audit.sections s ON s.event_id = e.event_id AND s.section = ANY (p_sections)
      JOIN audit.log_entries l ON l.entry_id = e.event_id
     WHERE e.actor_state = p_state AND e.occurred_at < p_before AND e.case_id IS NULL AND e.thread_id IS NULL
       AND e.type NOT LIKE 'section.%'
       AND NOT EXISTS (SELECT FROM audit.holds h
                        WHERE h.state = p_state AND h.lifted_at IS NULL AND h.case_id IS NULL AND h.thread_id IS NULL)
     LIMIT p_limit) d;
  RETURN QUERY SELECT g.origin, l.index FROM audit.log_entries l JOIN audit.logs g ON g.log_id = l.log_id
   WHERE l.entry_id = ANY (events) ORDER BY 1, 2;
  PERFORM guard.erase_events(events, p_sections);
END $$;
GRANT EXECUTE ON FUNCTION guard.erase_due(text, smallint[], timestamptz, integer) TO enl_sequencer;
RESET ROLE;
`,
};
