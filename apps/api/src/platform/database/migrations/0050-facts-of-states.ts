import type { Migration } from './migration.js';

/**
 * Facts about the law of a State, and reviews of rules, are appended by who confirms them: cooperation people and
 * central authorities of that State, and the secretariat for the region. A registrar has no say in them. The nightly
 * reconciliation finds their statements in the events of facts and rules.
 */
export const factsOfStatesMigration: Migration = {
  name: '0050-facts-of-states',
  sql: `
SET LOCAL ROLE enl_guard;

-- As before, and by whom a fact or a rule is confirmed.
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
    WHEN 'fact-confirmation' THEN guard.has_role(CASE
      WHEN p_body ->> 'path' LIKE '/rules/%' THEN '{central-authority,secretariat}'::text[]
      ELSE '{cooperation-officer,central-authority,secretariat}' END)
    ELSE guard.has_role('{registrar}') END, false);
END $$;

-- As before, with the events that facts and rules leave.
CREATE OR REPLACE FUNCTION guard.unrecorded_rows(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (state text, what text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH told AS MATERIALIZED (
    SELECT convert_from(s.body, 'UTF8')::jsonb AS said
      FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
     WHERE e.occurred_at >= p_from - interval '1 hour' AND e.occurred_at < p_to + interval '1 hour'
       AND e.outcome = 'success'
       AND split_part(e.type, '.', 1) IN ('authority', 'contact', 'device', 'fact', 'log', 'office', 'person',
                                          'registrar', 'rule', 'state', 'witness')
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
RESET ROLE;
`,
};
