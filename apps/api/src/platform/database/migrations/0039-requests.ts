import type { Migration } from './migration.js';

/**
 * The tracking rows of requests for assistance: State pair, status with its time, reference, a day, and nothing else.
 *
 * A row is written by functions of the guard alone, and each step is judged there once more by the table of steps: a
 * mistake of the application neither skips a step nor takes one for another State. The requested State sees a row from
 * the first time on that it was shared with it or sent to it: that a draft exists is the matter of who writes it.
 */
export const requestsMigration: Migration = {
  name: '0039-requests',
  sql: `
CREATE TABLE app.requests (
  request_id          uuid PRIMARY KEY,
  requesting_state    text NOT NULL CHECK (requesting_state ~ '^[A-Z]{2}$'),
  -- Prosecutors and liaisons see the requests of their own office.
  requesting_office   uuid NOT NULL,
  requested_state     text NOT NULL CHECK (requested_state ~ '^[A-Z]{2}$' AND requested_state <> requesting_state),
  status              text NOT NULL,
  status_at           timestamptz NOT NULL,
  formal_reference    text CHECK (formal_reference ~ '^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$'),
  version_hash        bytea CHECK (octet_length(version_hash) = 32),
  previous_request_id uuid REFERENCES app.requests,
  -- Never taken back: what a State has seen, it has seen.
  is_disclosed        boolean NOT NULL DEFAULT false
);
-- A day without a reason, which the requesting State alone knows.
CREATE TABLE app.request_reminders (
  request_id       uuid PRIMARY KEY REFERENCES app.requests,
  next_reminder_on date NOT NULL
);
CREATE INDEX requests_by_requesting ON app.requests (requesting_state, request_id);
CREATE INDEX requests_by_requested ON app.requests (requested_state, request_id);
ALTER TABLE app.requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.request_reminders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.requests TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.request_reminders TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.requests TO enl_guard;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.request_reminders TO enl_guard;

SET LOCAL ROLE enl_guard;

-- Every step: from, to, whose ('executing' is the requested State's, which the requesting one may report), who.
CREATE FUNCTION guard.request_moves() RETURNS TABLE (from_status text, to_status text, side text, roles text[])
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT unnest(f), t, s, r FROM (VALUES
    ('{draft,opinion}'::text[], 'shared', 'requesting', '{prosecutor,liaison,cooperation-officer}'::text[]),
    ('{shared}', 'opinion', 'requested', '{prosecutor,liaison}'),
    ('{shared,opinion}', 'draft', 'requesting', '{prosecutor,liaison,cooperation-officer}'),
    ('{frozen}', 'draft', 'requesting', '{prosecutor,cooperation-officer}'),
    ('{draft,shared,opinion}', 'frozen', 'requesting', '{prosecutor,cooperation-officer}'),
    ('{frozen}', 'exported', 'requesting', '{cooperation-officer}'),
    ('{exported}', 'formalised', 'requesting', '{cooperation-officer,central-authority}'),
    ('{formalised}', 'received', 'either', '{central-authority}'),
    ('{received,postponed}', 'executing', 'executing', '{cooperation-officer,central-authority}'),
    ('{received,executing}', 'postponed', 'executing', '{cooperation-officer,central-authority}'),
    ('{executing}', 'executed', 'executing', '{cooperation-officer,central-authority}'),
    ('{received,executing,postponed}', 'refused', 'executing', '{cooperation-officer,central-authority}'),
    ('{draft,shared,opinion,frozen,exported,formalised,received,executing,postponed}', 'withdrawn', 'requesting',
     '{prosecutor,liaison,cooperation-officer,central-authority}')
  ) AS m (f, t, s, r)
$$;

-- Whether the session may know of a row.
CREATE FUNCTION guard.knows_request(p_requesting text, p_office uuid, p_requested text, p_is_disclosed boolean)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN (p_requesting = me.state
      AND (me.roles && ARRAY['cooperation-officer', 'central-authority', 'auditor']
        OR me.roles && ARRAY['prosecutor', 'liaison'] AND p_office = me.office_id))
    OR (p_is_disclosed AND p_requested = me.state
      AND me.roles && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority', 'auditor']);
END $$;

-- False when the id is taken; whose it is then is for the policies to show.
CREATE FUNCTION guard.create_request(p_request uuid, p_requested text, p_previous uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF NOT me.roles && ARRAY['prosecutor', 'liaison', 'cooperation-officer'] THEN
    RAISE EXCEPTION 'a request of somebody who makes none' USING ERRCODE = '42501';
  END IF;
  IF p_previous IS NOT NULL AND NOT EXISTS (
    SELECT FROM app.requests r WHERE r.request_id = p_previous AND r.requesting_state = me.state
       AND r.requested_state = p_requested 
       AND guard.knows_request(r.requesting_state, r.requesting_office, r.requested_state, r.is_disclosed)) THEN
    RAISE EXCEPTION 'a request that supplements one of others' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.requests (request_id, requesting_state, requesting_office, requested_state, status, status_at,
                            previous_request_id)
  VALUES (p_request, me.state, me.office_id, p_requested, 'draft', p_now, p_previous)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

-- One step, judged under the lock of the row. False when the row does not stand at p_from, or for who may not know it.
CREATE FUNCTION guard.move_request(p_request uuid, p_from text, p_to text, p_reported boolean, p_reference text,
  p_version_hash bytea, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  r app.requests;
BEGIN
  SELECT * INTO r FROM app.requests WHERE request_id = p_request FOR UPDATE;
  IF NOT FOUND OR r.status <> p_from
     OR NOT guard.knows_request(r.requesting_state, r.requesting_office, r.requested_state, r.is_disclosed) THEN
    RETURN false;
  END IF;
  PERFORM FROM guard.request_moves() m
    WHERE m.from_status = p_from AND m.to_status = p_to AND m.roles && me.roles
      AND CASE WHEN m.side = 'executing' THEN p_reported = (me.state = r.requesting_state)
               ELSE NOT p_reported AND (m.side = 'either'
                 OR m.side = 'requesting' AND me.state = r.requesting_state
                 OR m.side = 'requested' AND me.state = r.requested_state) END;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no step of a request' USING ERRCODE = '42501';
  END IF;
  IF (p_version_hash IS NOT NULL) <> (p_to IN ('shared', 'frozen'))
     OR p_reference IS NOT NULL AND p_to <> 'formalised' THEN
    RAISE EXCEPTION 'a step that says too much or too little' USING ERRCODE = '42501';
  END IF;
  UPDATE app.requests
     SET status = p_to, status_at = p_now, formal_reference = coalesce(p_reference, formal_reference),
         version_hash = coalesce(p_version_hash, version_hash),
         is_disclosed = is_disclosed OR p_to IN ('shared', 'formalised')
   WHERE request_id = p_request;
  RETURN true;
END $$;

-- By who drafts in the requesting State; false for everybody else. NULL takes the day away.
CREATE FUNCTION guard.remind_request(p_request uuid, p_on date) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM FROM app.requests r
    WHERE r.request_id = p_request AND r.requesting_state = me.state
      AND guard.knows_request(r.requesting_state, r.requesting_office, r.requested_state, r.is_disclosed)
      AND me.roles && ARRAY['prosecutor', 'liaison', 'cooperation-officer'] FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM app.request_reminders WHERE request_id = p_request;
  IF p_on IS NOT NULL THEN
    INSERT INTO app.request_reminders VALUES (p_request, p_on);
  END IF;
  RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION guard.create_request(uuid, text, uuid, timestamptz),
  guard.move_request(uuid, text, text, boolean, text, bytea, timestamptz), guard.remind_request(uuid, date) TO enl_app;
RESET ROLE;

-- The same as guard.knows_request, with the session asked once for a statement.
CREATE POLICY known_reads ON app.requests FOR SELECT TO enl_app USING (
  (requesting_state = (SELECT guard.my_state())
    AND ((SELECT guard.my_roles()) && ARRAY['cooperation-officer', 'central-authority', 'auditor']
      OR (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison']
        AND requesting_office = (SELECT guard.my_office())))
  OR (is_disclosed AND requested_state = (SELECT guard.my_state())
    AND (SELECT guard.my_roles())
      && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority', 'auditor']));
CREATE POLICY own_reads ON app.request_reminders FOR SELECT TO enl_app USING (EXISTS (
  SELECT FROM app.requests r
   WHERE r.request_id = request_reminders.request_id AND r.requesting_state = (SELECT guard.my_state())));
GRANT SELECT ON app.requests, app.request_reminders TO enl_app;
`,
};
