import type { Migration } from './migration.js';

/**
 * Invitations: how two registrars and one person make a certificate. Every step is one function that looks at the step
 * before under the row's lock, so two processes never both take it. A person who is claiming has no session:
 * what belongs to that moment is asked for one invitation and answers nothing but that.
 *
 * Times come from the server's clock port, as everywhere in the ceremony; the code itself is never stored.
 */
export const enrolmentMigration: Migration = {
  name: '0005-enrolment',
  sql: `
CREATE TABLE app.invitations (
  state            text NOT NULL REFERENCES app.authorities,
  invitation_id    uuid NOT NULL,
  person_id        uuid NOT NULL,
  office_id        uuid NOT NULL,
  roles            text[] NOT NULL CHECK (cardinality(roles) > 0),
  audit_scope      text,
  card             text NOT NULL,
  card_body        text NOT NULL CHECK (octet_length(card_body) <= 8192),
  card_salt        bytea NOT NULL CHECK (octet_length(card_salt) = 32),
  code_hash        text NOT NULL,
  tries_left       smallint NOT NULL DEFAULT 5 CHECK (tries_left BETWEEN 0 AND 5),
  step             text NOT NULL DEFAULT 'proposed'
    CHECK (step IN ('proposed', 'approved', 'claimed', 'certified', 'active', 'cancelled')),
  wire             text NOT NULL,
  proposed_by      uuid NOT NULL,
  approved_by      uuid CHECK (approved_by <> proposed_by),
  claim_wire       text,
  certificate_wire text,
  proposed_at      timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL CHECK (expires_at <= proposed_at + interval '72 hours'),
  PRIMARY KEY (state, invitation_id),
  FOREIGN KEY (state, office_id) REFERENCES app.offices,
  CHECK (step IN ('proposed', 'cancelled') OR approved_by IS NOT NULL),
  CHECK (step IN ('proposed', 'approved', 'cancelled') OR claim_wire IS NOT NULL)
);
CREATE INDEX invitations_by_person ON app.invitations (state, person_id);
CREATE INDEX invitations_by_time ON app.invitations (state, proposed_at);
ALTER TABLE app.invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.invitations TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY own_state ON app.invitations FOR SELECT TO enl_app USING (state = (SELECT guard.my_state()));
GRANT SELECT, INSERT, UPDATE ON app.invitations TO enl_guard;
GRANT SELECT ON app.invitations TO enl_app;

SET LOCAL ROLE enl_guard;

CREATE FUNCTION guard.assert_speaks_for(p_state text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT guard.speaks_for(p_state) THEN
    RAISE EXCEPTION 'an act in the name of another State' USING ERRCODE = '42501';
  END IF;
END $$;

CREATE FUNCTION guard.propose_invitation(p_invitation jsonb, p_wire text, p_card_body text, p_card_salt bytea,
  p_proposed_by uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_invitation ->> 'state');
  INSERT INTO app.invitations (state, invitation_id, person_id, office_id, roles, audit_scope,
                               card, card_body, card_salt,
                               code_hash, wire, proposed_by, proposed_at, expires_at)
  VALUES (p_invitation ->> 'state', (p_invitation ->> 'invitationId')::uuid, (p_invitation ->> 'personId')::uuid,
          (p_invitation ->> 'officeId')::uuid, guard.texts(p_invitation -> 'roles'), p_invitation ->> 'auditScope',
          p_invitation ->> 'card', p_card_body, p_card_salt, p_invitation ->> 'codeHash', p_wire, p_proposed_by, p_now,
          (p_invitation ->> 'expiresAt')::timestamptz);
END $$;

-- Beside what was allowed before: the first device of a person whom two registrars certified, before there is a
-- session.
CREATE OR REPLACE FUNCTION guard.may_append(p_body jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF guard.speaks_for(p_body ->> 'state') THEN RETURN true; END IF;
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL THEN
    RETURN p_body ->> 'type' IN ('state-root', 'state-admission', 'state-removal', 'root-replacement');
  END IF;
  RETURN p_body ->> 'type' = 'device-cert' AND EXISTS (
    SELECT FROM app.invitations
     WHERE state = p_body ->> 'state' AND person_id = (p_body ->> 'personId')::uuid AND step = 'certified');
END $$;

-- One invitation of a State that this transaction speaks for, locked until its end; no row when there is none.
CREATE FUNCTION guard.lock_invitation(p_state text, p_id uuid) RETURNS SETOF app.invitations
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  RETURN QUERY SELECT * FROM app.invitations WHERE state = p_state AND invitation_id = p_id FOR UPDATE;
END $$;

-- The next step of a registrar. True when the invitation stood where it had to.
CREATE FUNCTION guard.approve_invitation(p_state text, p_id uuid, p_wire text, p_approved_by uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  UPDATE app.invitations SET step = 'approved', wire = p_wire, approved_by = p_approved_by
   WHERE state = p_state AND invitation_id = p_id AND step = 'proposed' AND expires_at > p_now;
  RETURN FOUND;
END $$;

CREATE FUNCTION guard.cancel_invitation(p_state text, p_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  UPDATE app.invitations SET step = 'cancelled'
   WHERE state = p_state AND invitation_id = p_id AND step IN ('proposed', 'approved', 'claimed');
  RETURN FOUND;
END $$;

-- The certificate with the first registrar's signature, or, in the log already, with both.
CREATE FUNCTION guard.certify_invitation(p_state text, p_id uuid, p_wire text, p_is_complete boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  UPDATE app.invitations
     SET certificate_wire = p_wire, step = CASE WHEN p_is_complete THEN 'certified' ELSE step END
   WHERE state = p_state AND invitation_id = p_id AND step = 'claimed';
  IF NOT FOUND OR NOT p_is_complete THEN RETURN FOUND; END IF;
  INSERT INTO app.cards SELECT state, card, 'person', card_body, card_salt FROM app.invitations
   WHERE state = p_state AND invitation_id = p_id
  ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
  RETURN true;
END $$;

-- A person tries a code: true when it is the one. A wrong one is counted, the last of five cancels the invitation.
CREATE FUNCTION guard.try_invitation_code(p_state text, p_id uuid, p_code_hash text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_hash text;
BEGIN
  SELECT code_hash INTO found_hash FROM app.invitations
   WHERE state = p_state AND invitation_id = p_id AND step = 'approved' AND expires_at > p_now FOR UPDATE;
  IF NOT FOUND OR found_hash = p_code_hash THEN RETURN found_hash IS NOT NULL; END IF;
  UPDATE app.invitations
     SET tries_left = tries_left - 1, step = CASE WHEN tries_left = 1 THEN 'cancelled' ELSE step END
   WHERE state = p_state AND invitation_id = p_id;
  RETURN false;
END $$;

-- Spends the code. True when this transaction claimed; whoever comes second finds another step.
CREATE FUNCTION guard.claim_invitation(p_state text, p_id uuid, p_code_hash text, p_wire text, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.invitations SET step = 'claimed', claim_wire = p_wire
   WHERE state = p_state AND invitation_id = p_id AND step = 'approved' AND expires_at > p_now
     AND code_hash = p_code_hash AND tries_left > 0;
  RETURN FOUND;
END $$;

-- What the person who claimed asks before there is a session. The caller has to prove the keys of the claim.
CREATE FUNCTION guard.claimed_invitation(p_state text, p_id uuid)
RETURNS TABLE (step text, person_id uuid, claim_wire text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT step, person_id, claim_wire FROM app.invitations
   WHERE state = p_state AND invitation_id = p_id AND claim_wire IS NOT NULL
$$;

-- The person of the session verified the own chain and keeps it: the account begins. False when it has begun before.
CREATE FUNCTION guard.activate_person(p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.persons SET activated_at = p_now
   WHERE state = me.state AND person_id = me.person_id AND activated_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE app.invitations SET step = 'active'
   WHERE state = me.state AND person_id = me.person_id AND step = 'certified';
  RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION
  guard.propose_invitation(jsonb, text, text, bytea, uuid, timestamptz), guard.lock_invitation(text, uuid),
  guard.approve_invitation(text, uuid, text, uuid, timestamptz), guard.cancel_invitation(text, uuid),
  guard.certify_invitation(text, uuid, text, boolean), guard.try_invitation_code(text, uuid, text, timestamptz),
  guard.claim_invitation(text, uuid, text, text, timestamptz), guard.claimed_invitation(text, uuid),
  guard.activate_person(timestamptz) TO enl_app;
RESET ROLE;
`,
};
