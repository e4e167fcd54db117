import type { Migration } from './migration.js';

/**
 * What sign-in leaves behind: challenges, sessions with the key that their proofs are made with, and the epoch that
 * tells nodes of revocations.
 *
 * No role of the application reads or writes these tables; each function below does one thing and tells no more than
 * its caller may know. Instants come from the server's clock, so that an act has one time; whether a session is valid
 * is judged by the server's clock and, in \`guard.me()\`, by the database's.
 */
export const sessionsMigration: Migration = {
  name: '0006-sessions',
  sql: `
ALTER TABLE app.sessions
  ADD COLUMN audit_scope text CHECK (audit_scope IN ('national', 'regional', 'technical')),
  -- RFC 7638 thumbprint of the session key, and the secret from which the nonces of its proofs are made.
  ADD COLUMN key_thumbprint text NOT NULL CHECK (key_thumbprint ~ '^[A-Za-z0-9_-]{43}$'),
  ADD COLUMN nonce_key bytea NOT NULL CHECK (octet_length(nonce_key) = 32),
  -- A browser holds its token in a cookie, a program in its hands.
  ADD COLUMN via text NOT NULL CHECK (via IN ('web', 'cli')),
  ADD COLUMN ended_cause text CHECK (ended_cause IN ('signed-out', 'replaced', 'revoked')),
  ADD CONSTRAINT ended_with_cause CHECK (ended_cause IS NULL OR revoked_at IS NOT NULL);

SET LOCAL ROLE enl_guard;
CREATE FUNCTION guard.my_session() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).session_id';
GRANT EXECUTE ON FUNCTION guard.my_session() TO enl_app;
RESET ROLE;

CREATE TABLE app.challenges (
  challenge_id   uuid PRIMARY KEY,
  flow           text NOT NULL CHECK (flow IN ('sign-in', 'step-up')),
  challenge_hash bytea NOT NULL CHECK (octet_length(challenge_hash) = 32),
  -- The session that asked, where one did: nobody else may answer.
  session_id     uuid,
  expires_at     timestamptz NOT NULL,
  CHECK ((flow = 'step-up') = (session_id IS NOT NULL))
);
CREATE INDEX challenges_by_end ON app.challenges (expires_at);
ALTER TABLE app.challenges ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.challenges TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.challenges TO enl_guard;

-- One handshake each. The claim \`ath\` comes along, because a socket never shows the token itself.
CREATE TABLE app.socket_tickets (
  ticket_hash bytea PRIMARY KEY CHECK (octet_length(ticket_hash) = 32),
  sid_hash    bytea NOT NULL,
  ath         text NOT NULL CHECK (ath ~ '^[A-Za-z0-9_-]{43}$'),
  expires_at  timestamptz NOT NULL
);
CREATE INDEX socket_tickets_by_end ON app.socket_tickets (expires_at);
ALTER TABLE app.socket_tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.socket_tickets TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.socket_tickets TO enl_guard;

-- A second factor that was shown for one body; spent by the request that carries it.
CREATE TABLE app.step_ups (
  step_up_id uuid PRIMARY KEY,
  session_id uuid NOT NULL,
  action     text NOT NULL,
  object_id  text NOT NULL,
  body_hash  text NOT NULL CHECK (body_hash ~ '^[A-Za-z0-9_-]{43}$'),
  expires_at timestamptz NOT NULL
);
CREATE INDEX step_ups_by_end ON app.step_ups (expires_at);
ALTER TABLE app.step_ups ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.step_ups TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.step_ups TO enl_guard;

-- Why somebody consults, said once for a session and a case. The words are sealed to the auditors of the own State.
CREATE TABLE app.declarations (
  declaration_id uuid PRIMARY KEY,
  session_id     uuid NOT NULL,
  person_id      uuid NOT NULL,
  state          text NOT NULL,
  purpose        text NOT NULL,
  case_id        uuid,
  justification  bytea CHECK (octet_length(justification) <= 32768),
  declared_at    timestamptz NOT NULL
);
ALTER TABLE app.declarations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_reads ON app.declarations FOR SELECT TO enl_guard USING (true);
CREATE POLICY own ON app.declarations FOR INSERT TO enl_app WITH CHECK (
  session_id = (SELECT guard.my_session()) AND person_id = (SELECT guard.my_person())
    AND state = (SELECT guard.my_state()));
GRANT SELECT ON app.declarations TO enl_guard;
GRANT INSERT ON app.declarations TO enl_app;

-- One row. A revocation adds one before it ends sessions; a sign-in holds it from its look at the directory to its
-- commit.
CREATE TABLE app.revocation_epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  epoch    bigint NOT NULL
);
ALTER TABLE app.revocation_epoch ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.revocation_epoch TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.revocation_epoch TO enl_guard;

-- The counter of a device is read by functions alone: nobody searches for what others did.
CREATE POLICY counted_by_guard ON audit.device_seqs FOR SELECT TO enl_guard USING (true);
GRANT SELECT ON audit.device_seqs TO enl_guard;

SET LOCAL ROLE enl_guard;
INSERT INTO app.revocation_epoch (only_one, epoch) VALUES (true, 0);

CREATE FUNCTION guard.highest_seq(of_device uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(max(d.seq), 0) FROM audit.device_seqs d WHERE d.device_id = of_device
$$;

CREATE FUNCTION guard.put_challenge(id uuid, its_flow text, hash bytea, of_session uuid, at timestamptz,
  until timestamptz)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- What nobody answered is swept by those who ask: no more rows than sign-ins of a minute, without a job.
  DELETE FROM app.challenges WHERE challenge_id IN (
    SELECT challenge_id FROM app.challenges WHERE expires_at < at LIMIT 16 FOR UPDATE SKIP LOCKED);
  INSERT INTO app.challenges (challenge_id, flow, challenge_hash, session_id, expires_at)
  VALUES (id, its_flow, hash, of_session, until);
END $$;

-- Whatever comes of it, the challenge is gone: no answer is judged twice.
CREATE FUNCTION guard.take_challenge(id uuid)
RETURNS TABLE (flow text, challenge_hash bytea, session_id uuid, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM app.challenges c WHERE c.challenge_id = id RETURNING c.flow, c.challenge_hash, c.session_id,
    c.expires_at
$$;

CREATE FUNCTION guard.revocation_epoch() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
  'SELECT epoch FROM app.revocation_epoch';

-- Opens a session and ends those that it replaces: the device's own, and beyond the limit of a person the ones idle
-- longest. Raises 40001 when something was revoked since the epoch was read: the caller looks at the directory again.
CREATE FUNCTION guard.open_session(
  opened app.sessions, seen_epoch bigint, most_of_person int
) RETURNS TABLE (ended_session uuid, ended_device uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF seen_epoch <> (SELECT e.epoch FROM app.revocation_epoch e FOR SHARE) THEN
    RAISE EXCEPTION 'something was revoked meanwhile' USING ERRCODE = '40001';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('sessions of ' || opened.person_id, 0));
  RETURN QUERY
  UPDATE app.sessions s SET revoked_at = opened.opened_at, ended_cause = 'replaced'
   WHERE s.revoked_at IS NULL AND s.idle_until > opened.opened_at AND s.ends_at > opened.opened_at
     AND (s.device_id = opened.device_id OR s.session_id IN (
       SELECT l.session_id FROM app.sessions l
        WHERE l.person_id = opened.person_id AND l.device_id <> opened.device_id AND l.revoked_at IS NULL
          AND l.idle_until > opened.opened_at AND l.ends_at > opened.opened_at
        ORDER BY l.idle_until DESC, l.session_id OFFSET most_of_person - 1))
  RETURNING s.session_id, s.device_id;
  INSERT INTO app.sessions SELECT (opened).*;
END $$;

-- No row, and no error that would cost the node a connection, for a token that is not valid.
CREATE FUNCTION guard.find_session(hash bytea) RETURNS TABLE (
  session_id uuid, person_id uuid, device_id uuid, state text, via text, acr text, key_thumbprint text,
  nonce_key bytea, idle_until timestamptz, ends_at timestamptz, highest_seq bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.session_id, s.person_id, s.device_id, s.state, s.via, s.acr, s.key_thumbprint, s.nonce_key, s.idle_until,
         s.ends_at, guard.highest_seq(s.device_id)
    FROM app.sessions s
   WHERE s.sid_hash = hash AND s.revoked_at IS NULL AND s.idle_until > now() AND s.ends_at > now()
$$;

-- Somebody did something: the session lives on. Never brings one back, never shortens one; acts that meet within a
-- second
-- do not wait for each other.
CREATE FUNCTION guard.touch_session(hash bytea, until timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE app.sessions s SET idle_until = until
   WHERE s.sid_hash = hash AND s.revoked_at IS NULL AND s.idle_until > now() AND s.ends_at > now()
     AND s.idle_until < until - interval '1 second'
$$;

-- Which of these sessions a node must drop.
CREATE FUNCTION guard.dead_sessions(hashes bytea[]) RETURNS TABLE (sid_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT asked.hash FROM unnest(hashes) AS asked (hash)
   WHERE NOT EXISTS (SELECT FROM app.sessions s WHERE s.sid_hash = asked.hash AND s.revoked_at IS NULL
                        AND s.idle_until > now() AND s.ends_at > now())
$$;

CREATE FUNCTION guard.put_socket_ticket(hash bytea, its_ath text, at timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM app.socket_tickets WHERE ticket_hash IN (
    SELECT ticket_hash FROM app.socket_tickets WHERE expires_at < at LIMIT 16 FOR UPDATE SKIP LOCKED);
  INSERT INTO app.socket_tickets (ticket_hash, sid_hash, ath, expires_at) VALUES (hash, (guard.me()).sid_hash,
    its_ath, until);
END $$;

-- Whatever comes of it, the ticket is gone.
CREATE FUNCTION guard.take_socket_ticket(hash bytea) RETURNS TABLE (sid_hash bytea, ath text, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM app.socket_tickets t WHERE t.ticket_hash = hash RETURNING t.sid_hash, t.ath, t.expires_at
$$;

-- The declaration ends with its session.
CREATE FUNCTION guard.find_declaration(hash bytea, id uuid) RETURNS TABLE (purpose text, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.purpose, d.case_id FROM app.declarations d JOIN app.sessions s USING (session_id)
   WHERE s.sid_hash = hash AND d.declaration_id = id
$$;

CREATE FUNCTION guard.put_step_up(
  id uuid, its_action text, its_object text, its_body text, at timestamptz, until timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM app.step_ups WHERE step_up_id IN (
    SELECT step_up_id FROM app.step_ups WHERE expires_at < at LIMIT 16 FOR UPDATE SKIP LOCKED);
  INSERT INTO app.step_ups VALUES (id, (guard.me()).session_id, its_action, its_object, its_body, until);
END $$;

-- Whatever comes of the request, its step-up is spent.
CREATE FUNCTION guard.take_step_up(hash bytea, id uuid)
RETURNS TABLE (action text, object_id text, body_hash text, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM app.step_ups u USING app.sessions s
   WHERE u.step_up_id = id AND s.session_id = u.session_id AND s.sid_hash = hash
  RETURNING u.action, u.object_id, u.body_hash, u.expires_at
$$;

-- The session goes on under a token that nobody had before. The last statement of an act: its own context is gone.
CREATE FUNCTION guard.rotate_session(new_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.sessions s SET sid_hash = new_hash WHERE s.session_id = (guard.me()).session_id;
END $$;

CREATE FUNCTION guard.my_sessions() RETURNS TABLE (
  session_id uuid, device_id uuid, acr text, opened_at timestamptz, idle_until timestamptz, ends_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.session_id, s.device_id, s.acr, s.opened_at, s.idle_until, s.ends_at
    FROM app.sessions s
   WHERE s.person_id = (guard.me()).person_id AND s.revoked_at IS NULL AND s.idle_until > now() AND s.ends_at > now()
   ORDER BY s.opened_at, s.session_id
$$;

-- Ends one session of the person, or all. The last statement of an act: afterwards its own context may be gone.
CREATE FUNCTION guard.end_my_sessions(one uuid, at timestamptz) RETURNS TABLE (ended_session uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine uuid := (guard.me()).person_id;
BEGIN
  RETURN QUERY
  UPDATE app.sessions s SET revoked_at = at, ended_cause = 'signed-out'
   WHERE s.person_id = mine AND s.revoked_at IS NULL AND (one IS NULL OR s.session_id = one)
  RETURNING s.session_id;
END $$;

-- A revocation in the name of the session that enters it, within its State. The epoch comes first: a sign-in that
-- has seen the old one
-- either committed before, and its session is ended here, or finds the new one.
CREATE FUNCTION guard.revoke_sessions(of_person uuid, of_device uuid, at timestamptz)
RETURNS TABLE (ended_session uuid, ended_device uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  my_state text := (guard.me()).state;
BEGIN
  UPDATE app.revocation_epoch SET epoch = epoch + 1;
  RETURN QUERY
  UPDATE app.sessions s SET revoked_at = at, ended_cause = 'revoked'
   WHERE s.revoked_at IS NULL AND s.state = my_state AND (s.person_id = of_person OR s.device_id = of_device)
  RETURNING s.session_id, s.device_id;
END $$;

GRANT EXECUTE ON FUNCTION guard.put_challenge(uuid, text, bytea, uuid, timestamptz, timestamptz),
  guard.take_challenge(uuid),
  guard.revocation_epoch(), guard.highest_seq(uuid), guard.open_session(app.sessions, bigint, int),
    guard.find_session(bytea),
  guard.touch_session(bytea, timestamptz), guard.dead_sessions(bytea[]),
  guard.find_declaration(bytea, uuid), guard.put_step_up(uuid, text, text, text, timestamptz, timestamptz),
  guard.take_step_up(bytea, uuid), guard.rotate_session(bytea), guard.put_socket_ticket(bytea, text, timestamptz,
    timestamptz), guard.take_socket_ticket(bytea), guard.my_sessions(), guard.end_my_sessions(uuid, timestamptz),
  guard.revoke_sessions(uuid, uuid, timestamptz) TO enl_app;
RESET ROLE;
`,
};
