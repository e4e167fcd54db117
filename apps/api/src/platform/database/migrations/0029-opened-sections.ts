import type { Migration } from './migration.js';

/**
 * What two persons of a State open to auditors of another one: the events of a case, or sections of chosen events. Who
 * they are is read from their sessions; what they open ends, or can be found in the record.
 */
export const openedSectionsMigration: Migration = {
  name: '0029-opened-sections',
  sql: `
CREATE POLICY own_state ON audit.scopes FOR SELECT TO enl_app USING (
  state = (SELECT guard.my_state()) AND (SELECT guard.my_audit_scope()) = 'national');
GRANT SELECT ON audit.scopes TO enl_app;

-- Sections that an auditor and a registrar of the actor's State open to the auditors of another State.
CREATE TABLE audit.disclosures (
  disclosure_id uuid PRIMARY KEY,
  state         text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  to_state      text NOT NULL CHECK (to_state ~ '^[A-Z]{2}$' AND to_state <> state),
  rule          text NOT NULL,
  sections      smallint[] NOT NULL CHECK (cardinality(sections) > 0 AND sections <@ ARRAY[2, 3]::smallint[]),
  log_id        uuid NOT NULL REFERENCES audit.logs,
  ranges        int8multirange NOT NULL CHECK (NOT isempty(ranges)),
  asked_by      uuid NOT NULL,
  roles         text[] NOT NULL,
  asked_at      timestamptz NOT NULL,
  approved_by   uuid CHECK (approved_by <> asked_by),
  approved_at   timestamptz,
  CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE TABLE audit.disclosed_sections (
  event_id uuid NOT NULL REFERENCES audit.events,
  to_state text NOT NULL,
  section  smallint NOT NULL CHECK (section IN (2, 3)),
  PRIMARY KEY (event_id, to_state, section)
);
ALTER TABLE audit.disclosures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.disclosed_sections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON audit.disclosures TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY own_state ON audit.disclosures FOR SELECT TO enl_app USING (state = (SELECT guard.my_state()));
CREATE POLICY guard_writes ON audit.disclosed_sections TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY opened_to_mine ON audit.disclosed_sections FOR SELECT TO enl_auditor USING (
  to_state = (SELECT guard.my_state()) AND (SELECT guard.my_audit_scope()) = 'national');
GRANT SELECT, INSERT, UPDATE ON audit.disclosures TO enl_guard;
GRANT SELECT ON audit.disclosures TO enl_app;
GRANT SELECT, INSERT ON audit.disclosed_sections TO enl_guard;
GRANT SELECT ON audit.disclosed_sections TO enl_auditor;

-- Only of events that the other State sees: it takes part in them.
CREATE POLICY read_disclosed ON audit.sections FOR SELECT TO enl_auditor USING (
  section IN (2, 3) AND EXISTS (SELECT FROM audit.disclosed_sections d
                                 WHERE d.event_id = sections.event_id AND d.section = sections.section)
    AND EXISTS (SELECT FROM audit.events e WHERE e.event_id = sections.event_id));

SET LOCAL ROLE enl_guard;
-- False where no auditor of the State asks, the State does not answer for the case, or the holder is no auditor of
-- another State. Who answers is who opened it, as the record says.
CREATE FUNCTION guard.ask_scope(p_scope uuid, p_asked jsonb, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  INSERT INTO audit.scopes (scope_id, case_id, state, holder_id, holder_state, asked_by, asked_at, expires_at)
  SELECT p_scope, (p_asked ->> 'caseId')::uuid, me.state, p.person_id, p.state, me.person_id, p_now,
         (p_asked ->> 'expiresAt')::timestamptz
    FROM app.persons p
   WHERE guard.my_audit_scope() = 'national' AND p.state = p_asked ->> 'holderState'
     AND p.person_id = (p_asked ->> 'holderId')::uuid AND p.state <> me.state AND 'auditor' = ANY (p.roles)
     AND p.audit_scope = 'national' AND p.revoked_reason IS NULL AND p.not_after > p_now
     AND EXISTS (SELECT FROM audit.events e
                  WHERE e.case_id = (p_asked ->> 'caseId')::uuid AND e.type = 'case.created'
                    AND e.outcome = 'success' AND e.owner_state = me.state)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

-- The second auditor of the State, who is neither the first nor the holder. False where there is nothing to grant.
CREATE FUNCTION guard.grant_scope(p_scope uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE audit.scopes SET granted_by = me.person_id, granted_at = p_now
   WHERE scope_id = p_scope AND state = me.state AND asked_by <> me.person_id AND granted_by IS NULL
     AND revoked_at IS NULL AND expires_at > p_now AND guard.my_audit_scope() = 'national';
  RETURN FOUND;
END $$;

-- One auditor takes away what two gave. False where it is over already.
CREATE FUNCTION guard.revoke_scope(p_scope uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE audit.scopes SET revoked_at = p_now
   WHERE scope_id = p_scope AND state = me.state AND revoked_at IS NULL AND expires_at > p_now
     AND guard.my_audit_scope() = 'national';
  RETURN FOUND;
END $$;

CREATE FUNCTION guard.ask_disclosure(p_disclosure uuid, p_asked jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  log uuid;
BEGIN
  IF NOT me.roles && ARRAY['registrar', 'auditor'] THEN
    RAISE EXCEPTION 'neither registrar nor auditor' USING ERRCODE = '42501';
  END IF;
  SELECT log_id INTO log FROM audit.logs WHERE origin = p_asked ->> 'origin' AND stream = 'audit';
  INSERT INTO audit.disclosures (disclosure_id, state, to_state, rule, sections, log_id, ranges, asked_by, roles,
                                 asked_at)
  VALUES (p_disclosure, me.state, p_asked ->> 'toState', p_asked ->> 'rule',
          ARRAY(SELECT jsonb_array_elements_text(p_asked -> 'sections')::smallint), log,
          (p_asked ->> 'ranges')::int8multirange, me.person_id, me.roles, p_now);
END $$;

-- The indexes that were opened, in their order: events of the own people in which the other State takes part.
CREATE FUNCTION guard.approve_disclosure(p_disclosure uuid, p_now timestamptz) RETURNS TABLE (index bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  counterpart text := CASE WHEN 'auditor' = ANY (me.roles) THEN 'registrar'
                           WHEN 'registrar' = ANY (me.roles) THEN 'auditor' END;
  asked audit.disclosures;
BEGIN
  UPDATE audit.disclosures d SET approved_by = me.person_id, approved_at = p_now
   WHERE d.disclosure_id = p_disclosure AND d.state = me.state AND d.approved_by IS NULL
     AND d.asked_by <> me.person_id AND counterpart = ANY (d.roles)
  RETURNING * INTO asked;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no second person' USING ERRCODE = '42501';
  END IF;
  RETURN QUERY
  WITH opened AS (
    SELECT e.event_id, l.index FROM audit.log_entries l JOIN audit.events e ON e.event_id = l.entry_id
     WHERE l.log_id = asked.log_id AND l.index <@ asked.ranges AND e.actor_state = asked.state
       AND e.states @> ARRAY[asked.to_state]
  ), written AS (
    INSERT INTO audit.disclosed_sections (event_id, to_state, section)
    SELECT o.event_id, asked.to_state, s FROM opened o CROSS JOIN unnest(asked.sections) AS s
    ON CONFLICT DO NOTHING
  )
  SELECT o.index FROM opened o ORDER BY 1;
END $$;
GRANT EXECUTE ON FUNCTION guard.ask_scope(uuid, jsonb, timestamptz), guard.grant_scope(uuid, timestamptz),
  guard.revoke_scope(uuid, timestamptz), guard.ask_disclosure(uuid, jsonb, timestamptz),
  guard.approve_disclosure(uuid, timestamptz) TO enl_app;
RESET ROLE;
`,
};
