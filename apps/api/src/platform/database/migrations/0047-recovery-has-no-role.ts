import type { Migration } from './migration.js';

/**
 * A session of recovery fetches the vault, certifies the one device that it was opened by, and signs out. Whatever
 * reads its roles finds none, also what read them without asking how somebody signed in; what is for everybody about
 * oneself and no part of a recovery refuses it by name.
 */
export const recoveryHasNoRoleMigration: Migration = {
  name: '0047-recovery-has-no-role',
  sql: `
SET LOCAL ROLE enl_guard;

CREATE OR REPLACE FUNCTION guard.me() RETURNS app.sessions
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  session app.sessions;
  hash text := nullif(current_setting('app.sid', true), '');
BEGIN
  IF hash IS NULL OR hash !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION 'no security context' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO session FROM app.sessions
   WHERE sid_hash = decode(hash, 'hex') AND revoked_at IS NULL AND idle_until > now() AND ends_at > now();
  IF NOT FOUND THEN
    -- The schema field tells the server "sign in again" from "not allowed" without reading the message.
    RAISE EXCEPTION 'session not valid' USING ERRCODE = '42501', SCHEMA = 'guard';
  END IF;
  IF session.acr = 'recovery' THEN
    session.roles := '{}';
  END IF;
  RETURN session;
END $$;

-- As before: the policy of the service is told who recovers, with the roles of the person, and how.
CREATE OR REPLACE FUNCTION guard.enter(
  IN sid_hash bytea, OUT session_id uuid, OUT person_id uuid, OUT device_id uuid,
  OUT state text, OUT office_id uuid, OUT roles text[], OUT acr text
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  session app.sessions;
BEGIN
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL THEN
    RAISE EXCEPTION 'the security context is set already' USING ERRCODE = '42501';
  END IF;
  PERFORM set_config('app.sid', encode(sid_hash, 'hex'), true);
  session := guard.me();
  session_id := session.session_id;
  person_id := session.person_id;
  device_id := session.device_id;
  state := session.state;
  office_id := session.office_id;
  roles := session.roles;
  acr := session.acr;
  IF acr = 'recovery' THEN
    SELECT s.roles INTO roles FROM app.sessions s WHERE s.session_id = session.session_id;
  END IF;
END $$;

CREATE FUNCTION guard.assert_not_recovering() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (guard.me()).acr = 'recovery' THEN
    RAISE EXCEPTION 'an act that is no part of a recovery' USING ERRCODE = '42501';
  END IF;
END $$;

-- As before; a session of recovery brings the certificate of its own device, and revokes none. A statement that leaves
-- out what is asked here is refused: nothing is neither true nor false in SQL.
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
    RETURN coalesce(guard.is_being_founded(home) OR kind = 'device-cert' AND EXISTS (
      SELECT FROM app.invitations
       WHERE state = home AND person_id = (p_body ->> 'personId')::uuid AND step = 'certified'), false);
  END IF;
  me := guard.me();
  IF me.acr = 'recovery' THEN
    RETURN coalesce(me.state = home AND kind = 'device-cert' AND (p_body ->> 'personId')::uuid = me.person_id
      AND (p_body ->> 'deviceId')::uuid = me.device_id AND p_body ->> 'signKey' = me.recovering_key, false);
  END IF;
  -- What several States sign together is carried in by a registrar of any.
  IF me.state IS DISTINCT FROM home
     AND kind NOT IN ('state-root', 'state-admission', 'state-removal', 'root-replacement') THEN
    RETURN false;
  END IF;
  RETURN coalesce(CASE kind
    WHEN 'device-cert' THEN (p_body ->> 'personId')::uuid = me.person_id
    WHEN 'revocation' THEN guard.has_role('{registrar}') OR guard.is_own_device(p_body ->> 'target', me.person_id)
    WHEN 'contact' THEN guard.has_role('{chancellery-approver}')
    WHEN 'contact-approval' THEN guard.has_role('{chancellery-approver}')
    WHEN 'contact-confirmation' THEN guard.has_role('{registrar}')
      OR guard.has_role('{prosecutor,liaison,cooperation-officer,central-authority}') AND EXISTS (
        SELECT FROM app.contacts c
         WHERE c.state = home AND c.statement_id = p_body ->> 'contact' AND c.office_id = me.office_id)
    ELSE guard.has_role('{registrar}') END, false);
END $$;

CREATE OR REPLACE FUNCTION guard.freeze_me(p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM guard.assert_not_recovering();
  UPDATE app.persons SET frozen_at = p_now
   WHERE state = me.state AND person_id = me.person_id AND frozen_at IS NULL;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION guard.put_step_up(
  id uuid, its_action text, its_object text, its_body text, at timestamptz, until timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_not_recovering();
  DELETE FROM app.step_ups WHERE step_up_id IN (
    SELECT step_up_id FROM app.step_ups WHERE expires_at < at LIMIT 16 FOR UPDATE SKIP LOCKED);
  INSERT INTO app.step_ups VALUES (id, (guard.me()).session_id, its_action, its_object, its_body, until);
END $$;

CREATE OR REPLACE FUNCTION guard.take_client_statement(p_statement uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM guard.assert_not_recovering();
  INSERT INTO audit.client_statements VALUES (me.device_id, p_statement, p_now) ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION guard.revoke_sessions(of_person uuid, of_device uuid, at timestamptz)
RETURNS TABLE (ended_session uuid, ended_device uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  is_registrar boolean := guard.has_role('{registrar}');
BEGIN
  PERFORM guard.assert_not_recovering();
  UPDATE app.revocation_epoch SET epoch = epoch + 1;
  RETURN QUERY
  UPDATE app.sessions s SET revoked_at = at, ended_cause = 'revoked'
   WHERE s.revoked_at IS NULL AND s.state = me.state AND (s.person_id = of_person OR s.device_id = of_device)
     AND (is_registrar OR s.person_id = me.person_id)
  RETURNING s.session_id, s.device_id;
END $$;

-- As before, from the directory; of whoever asks it is the session that has to be an auditor's.
CREATE OR REPLACE FUNCTION guard.audits_case(p_case uuid, p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.cases c JOIN app.persons p ON p.state = c.owner_state AND p.person_id = p_person
                  WHERE c.case_id = p_case AND 'auditor' = ANY (p.roles) AND p.audit_scope = 'national')
     AND (p_person <> guard.my_person() OR guard.has_role('{auditor}'))
$$;
RESET ROLE;
`,
};
