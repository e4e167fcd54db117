import type { Migration } from './migration.js';

/**
 * How somebody comes back who has no device: a session of recovery for a device without certificate, and the codes that
 * two registrars issue to a person who has no passkey left either.
 */
export const reentryMigration: Migration = {
  name: '0011-reentry',
  sql: `
-- The key of the device that recovers: the certificate that its session hands in is for this key.
ALTER TABLE app.sessions
  ADD COLUMN recovering_key text CHECK (recovering_key ~ '^[A-Za-z0-9_-]{43}$'),
  ADD CONSTRAINT recovery_has_key CHECK ((acr = 'recovery') = (recovering_key IS NOT NULL));

CREATE TABLE app.reentry_codes (
  reentry_id  uuid PRIMARY KEY,
  state       text NOT NULL REFERENCES app.authorities,
  person_id   uuid NOT NULL,
  code_hash   text NOT NULL,
  wire        text NOT NULL,
  step        text NOT NULL DEFAULT 'proposed' CHECK (step IN ('proposed', 'approved', 'spent', 'cancelled')),
  tries_left  smallint NOT NULL DEFAULT 5 CHECK (tries_left BETWEEN 0 AND 5),
  proposed_by uuid NOT NULL,
  approved_by uuid CHECK (approved_by <> proposed_by),
  proposed_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL CHECK (expires_at <= proposed_at + interval '24 hours'),
  CHECK (step IN ('proposed', 'cancelled') OR approved_by IS NOT NULL)
);
CREATE INDEX reentry_codes_by_person ON app.reentry_codes (state, person_id);
ALTER TABLE app.reentry_codes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.reentry_codes TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.reentry_codes TO enl_guard;

SET LOCAL ROLE enl_guard;

CREATE FUNCTION guard.my_recovering_key() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).recovering_key';

CREATE FUNCTION guard.propose_reentry(p_reentry jsonb, p_wire text, p_by uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_reentry ->> 'state');
  INSERT INTO app.reentry_codes (reentry_id, state, person_id, code_hash, wire, proposed_by, proposed_at, expires_at)
  VALUES ((p_reentry ->> 'reentryId')::uuid, p_reentry ->> 'state', (p_reentry ->> 'personId')::uuid,
          p_reentry ->> 'codeHash', p_wire, p_by, p_now, (p_reentry ->> 'expiresAt')::timestamptz);
END $$;

-- A code of a State that this transaction speaks for, locked until its end; no row when there is none.
CREATE FUNCTION guard.lock_reentry(p_state text, p_id uuid)
RETURNS TABLE (step text, person_id uuid, wire text, proposed_by uuid, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  RETURN QUERY
  SELECT r.step, r.person_id, r.wire, r.proposed_by, r.expires_at FROM app.reentry_codes r
   WHERE r.state = p_state AND r.reentry_id = p_id FOR UPDATE;
END $$;

-- True when the code stood where it had to. One code of a person counts: the older ones end.
CREATE FUNCTION guard.approve_reentry(p_state text, p_id uuid, p_wire text, p_by uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose uuid;
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  UPDATE app.reentry_codes SET step = 'approved', wire = p_wire, approved_by = p_by
   WHERE state = p_state AND reentry_id = p_id AND step = 'proposed' AND expires_at > p_now
  RETURNING person_id INTO whose;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE app.reentry_codes SET step = 'cancelled'
   WHERE state = p_state AND person_id = whose AND reentry_id <> p_id AND step IN ('proposed', 'approved');
  RETURN true;
END $$;

-- A person tries a code: true when it is the one. A wrong one is counted, the last of five cancels the code.
CREATE FUNCTION guard.try_reentry_code(p_id uuid, p_code_hash text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_hash text;
BEGIN
  SELECT code_hash INTO found_hash FROM app.reentry_codes
   WHERE reentry_id = p_id AND step = 'approved' AND expires_at > p_now FOR UPDATE;
  IF NOT FOUND OR found_hash = p_code_hash THEN RETURN found_hash IS NOT NULL; END IF;
  UPDATE app.reentry_codes
     SET tries_left = tries_left - 1, step = CASE WHEN tries_left = 1 THEN 'cancelled' ELSE step END
   WHERE reentry_id = p_id;
  RETURN false;
END $$;

-- Spends the code and says whose it was; no row for whoever comes second.
CREATE FUNCTION guard.spend_reentry_code(p_id uuid, p_code_hash text, p_now timestamptz)
RETURNS TABLE (person_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE app.reentry_codes r SET step = 'spent'
   WHERE r.reentry_id = p_id AND r.step = 'approved' AND r.expires_at > p_now AND r.code_hash = p_code_hash
     AND r.tries_left > 0
  RETURNING r.person_id
$$;

GRANT EXECUTE ON FUNCTION guard.my_recovering_key(), guard.propose_reentry(jsonb, text, uuid, timestamptz),
  guard.lock_reentry(text, uuid), guard.approve_reentry(text, uuid, text, uuid, timestamptz),
  guard.try_reentry_code(uuid, text, timestamptz), guard.spend_reentry_code(uuid, text, timestamptz) TO enl_app;
RESET ROLE;
`,
};
