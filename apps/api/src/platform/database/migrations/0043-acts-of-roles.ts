import type { Migration } from './migration.js';

/**
 * Whose act it is, asked once more where the rows are: not only of which State or which person, but of which role. A
 * service that forgot to ask the policy does nothing for whoever the policy refuses. The columns of the policy table
 * stand here by name; step-up, purpose and the words of a second person are not in the rows and stay with the service.
 */
export const actsOfRolesMigration: Migration = {
  name: '0043-acts-of-roles',
  sql: `
SET LOCAL ROLE enl_guard;

-- A session of recovery has no role: it fetches the vault, certifies its device and ends.
CREATE FUNCTION guard.has_role(p_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT me.acr <> 'recovery' AND me.roles && p_roles FROM guard.me() me
$$;

-- As before, and by a registrar of it where there is a session: what asks this are the ceremonies of registrars.
CREATE OR REPLACE FUNCTION guard.assert_speaks_for(p_state text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT guard.speaks_for(p_state) THEN
    RAISE EXCEPTION 'an act in the name of another State' USING ERRCODE = '42501';
  END IF;
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL AND NOT guard.has_role('{registrar}') THEN
    RAISE EXCEPTION 'an act of registrars' USING ERRCODE = '42501';
  END IF;
END $$;

-- Whether a certificate that a revocation names is of a device of the person.
CREATE FUNCTION guard.is_own_device(p_target text, p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM app.directory_statements s
     WHERE s.statement_id = p_target AND s.kind = 'device-cert'
       AND (guard.statement_body(s.wire) ->> 'personId')::uuid = p_person)
$$;

-- As before, and by who makes such a statement: registrars; an approver for contacts; the office of a contact, which
-- confirms it; everybody for the own devices.
CREATE OR REPLACE FUNCTION guard.may_append(p_body jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind text := p_body ->> 'type';
  home text := p_body ->> 'state';
  me app.sessions;
BEGIN
  IF nullif(current_setting('app.sid', true), '') IS NULL THEN
    -- The keys of the platform's logs are announced by nobody's session.
    IF kind = 'log-key' THEN RETURN home = 'XR'; END IF;
    -- The first device of a person whom two registrars certified, before there is a session.
    RETURN guard.is_being_founded(home) OR kind = 'device-cert' AND EXISTS (
      SELECT FROM app.invitations
       WHERE state = home AND person_id = (p_body ->> 'personId')::uuid AND step = 'certified');
  END IF;
  me := guard.me();
  -- What several States sign together is carried in by a registrar of any.
  IF me.state <> home
     AND kind NOT IN ('state-root', 'state-admission', 'state-removal', 'root-replacement') THEN
    RETURN false;
  END IF;
  RETURN CASE kind
    WHEN 'device-cert' THEN (p_body ->> 'personId')::uuid = me.person_id
    WHEN 'revocation' THEN guard.has_role('{registrar}') OR guard.is_own_device(p_body ->> 'target', me.person_id)
    WHEN 'contact' THEN guard.has_role('{chancellery-approver}')
    WHEN 'contact-approval' THEN guard.has_role('{chancellery-approver}')
    WHEN 'contact-confirmation' THEN guard.has_role('{registrar}')
      OR guard.has_role('{prosecutor,liaison,cooperation-officer,central-authority}') AND EXISTS (
        SELECT FROM app.contacts c
         WHERE c.state = home AND c.statement_id = p_body ->> 'contact' AND c.office_id = me.office_id)
    ELSE guard.has_role('{registrar}') END;
END $$;

CREATE OR REPLACE FUNCTION guard.unfreeze_person(p_person_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  UPDATE app.persons SET frozen_at = NULL
   WHERE state = home AND person_id = p_person_id AND frozen_at IS NOT NULL AND guard.has_role('{registrar}');
  RETURN FOUND;
END $$;

-- As before; whoever is no registrar ends nobody's sessions but the own.
CREATE OR REPLACE FUNCTION guard.revoke_sessions(of_person uuid, of_device uuid, at timestamptz)
RETURNS TABLE (ended_session uuid, ended_device uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  is_registrar boolean := guard.has_role('{registrar}');
BEGIN
  UPDATE app.revocation_epoch SET epoch = epoch + 1;
  RETURN QUERY
  UPDATE app.sessions s SET revoked_at = at, ended_cause = 'revoked'
   WHERE s.revoked_at IS NULL AND s.state = me.state AND (s.person_id = of_person OR s.device_id = of_device)
     AND (is_registrar OR s.person_id = me.person_id)
  RETURNING s.session_id, s.device_id;
END $$;

CREATE OR REPLACE FUNCTION guard.keep_person_card(p_card text, p_body text, p_salt bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for((guard.me()).state);
  INSERT INTO app.cards VALUES ((guard.me()).state, p_card, 'person', p_body, p_salt)
  ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
END $$;

CREATE OR REPLACE FUNCTION guard.keep_contact_card(p_card text, p_body text, p_salt bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT guard.has_role('{chancellery-approver}') THEN
    RAISE EXCEPTION 'an act of approvers of contacts' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.cards VALUES ((guard.me()).state, p_card, 'contact', p_body, p_salt)
  ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
END $$;

CREATE OR REPLACE FUNCTION guard.put_witness_token(p_witness text, p_token_hash bytea, p_mirror_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  PERFORM guard.assert_speaks_for(home);
  INSERT INTO audit.witness_tokens VALUES (p_witness, home, p_token_hash, p_mirror_key, now())
  ON CONFLICT (witness) DO UPDATE
    SET token_hash = excluded.token_hash, mirror_key = excluded.mirror_key, issued_at = excluded.issued_at
    WHERE witness_tokens.state = home;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the witness of another State' USING ERRCODE = '42501';
  END IF;
END $$;
RESET ROLE;

DROP POLICY own_state ON app.invitations;
CREATE POLICY own_state ON app.invitations FOR SELECT TO enl_app
  USING (state = (SELECT guard.my_state()) AND (SELECT guard.my_roles()) && ARRAY['registrar', 'auditor']);

DROP POLICY own_state ON app.contact_proposals;
CREATE POLICY own_state ON app.contact_proposals FOR SELECT TO enl_app USING (state = (SELECT guard.my_state()));
CREATE POLICY own_office ON app.contact_proposals FOR INSERT TO enl_app
  WITH CHECK (state = (SELECT guard.my_state()) AND office_id = (SELECT guard.my_office())
    AND (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority']);
CREATE POLICY approvers ON app.contact_proposals FOR UPDATE TO enl_app
  USING (state = (SELECT guard.my_state()))
  WITH CHECK (state = (SELECT guard.my_state()) AND (SELECT guard.my_roles()) && ARRAY['chancellery-approver']);

DROP POLICY own ON app.declarations;
CREATE POLICY own ON app.declarations FOR INSERT TO enl_app WITH CHECK (
  session_id = (SELECT guard.my_session()) AND person_id = (SELECT guard.my_person())
    AND state = (SELECT guard.my_state())
    AND (SELECT guard.my_roles())
      && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority', 'auditor', 'secretariat']);
`,
};
