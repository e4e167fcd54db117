import type { Migration } from './migration.js';

/**
 * Passkeys as the server has seen them made: the key that verifies them and the counter that must not go back.
 *
 * A row lets nobody in: which passkeys sign for a device is said by the device's certificate, which the person signs.
 * A passkey that no certificate names any more keeps its row, and its counter with it.
 */
export const passkeysMigration: Migration = {
  name: '0009-passkeys',
  sql: `
ALTER TABLE app.challenges
  DROP CONSTRAINT challenges_flow_check,
  DROP CONSTRAINT challenges_check,
  ADD CONSTRAINT challenges_flow_check CHECK (flow IN ('sign-in', 'step-up', 'claim', 'device')),
  ADD CONSTRAINT challenges_check CHECK ((flow IN ('step-up', 'device')) = (session_id IS NOT NULL));

CREATE TABLE app.passkeys (
  credential_id  bytea PRIMARY KEY CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  state          text NOT NULL REFERENCES app.authorities,
  person_id      uuid NOT NULL,
  -- How a certificate names it: the hash of its id and its key.
  ref            text NOT NULL UNIQUE CHECK (ref ~ '^[A-Za-z0-9_-]{43}$'),
  -- COSE, as the authenticator gave it.
  credential_key bytea NOT NULL CHECK (octet_length(credential_key) <= 2048),
  counter        bigint NOT NULL CHECK (counter BETWEEN 0 AND 4294967295),
  aaguid         uuid NOT NULL,
  kept_at        timestamptz NOT NULL,
  used_at        timestamptz
);
ALTER TABLE app.passkeys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.passkeys TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.passkeys TO enl_guard;

SET LOCAL ROLE enl_guard;

-- Called by the two functions below and nobody else. False, and nothing is written, when one is somebody's already.
CREATE FUNCTION guard.insert_passkeys(of_state text, of_person uuid, passkeys jsonb, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  written int;
BEGIN
  INSERT INTO app.passkeys (credential_id, state, person_id, ref, credential_key, counter, aaguid, kept_at)
  SELECT decode(p.credential_id, 'hex'), of_state, of_person, p.ref, decode(p.credential_key, 'hex'), p.counter,
         p.aaguid, at
    FROM jsonb_to_recordset(passkeys) AS p (credential_id text, credential_key text, ref text, counter bigint,
                                            aaguid uuid)
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written = jsonb_array_length(passkeys);
END $$;

-- What came with a claim, once it was accepted and before anything stands on it.
CREATE FUNCTION guard.keep_claimed_passkeys(p_state text, p_invitation uuid, passkeys jsonb, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  claimant uuid;
BEGIN
  SELECT person_id INTO claimant FROM app.invitations
   WHERE state = p_state AND invitation_id = p_invitation AND step = 'claimed' AND certificate_wire IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  RETURN guard.insert_passkeys(p_state, claimant, passkeys, at);
END $$;

CREATE FUNCTION guard.keep_my_passkeys(passkeys jsonb, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN guard.insert_passkeys(me.state, me.person_id, passkeys, at);
END $$;

CREATE FUNCTION guard.find_passkey(id bytea)
RETURNS TABLE (state text, person_id uuid, ref text, credential_key bytea, aaguid uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.state, p.person_id, p.ref, p.credential_key, p.aaguid FROM app.passkeys p WHERE p.credential_id = id
$$;

CREATE FUNCTION guard.named_passkeys(p_state text, p_person uuid, refs text[]) RETURNS TABLE (ref text, aaguid uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.ref, p.aaguid FROM app.passkeys p
   WHERE p.state = p_state AND p.person_id = p_person AND p.ref = ANY (refs)
$$;

-- An authenticator that counts never reports a number twice (Web Authentication Level 3, section 6.1.1); one that does
-- not count reports 0 for ever.
CREATE FUNCTION guard.use_passkey(id bytea, reported bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.passkeys p SET counter = reported, used_at = at
   WHERE p.credential_id = id AND (p.counter < reported OR (p.counter = 0 AND reported = 0));
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION guard.keep_claimed_passkeys(text, uuid, jsonb, timestamptz),
  guard.keep_my_passkeys(jsonb, timestamptz), guard.find_passkey(bytea), guard.named_passkeys(text, uuid, text[]),
  guard.use_passkey(bytea, bigint, timestamptz) TO enl_app;
RESET ROLE;
`,
};
