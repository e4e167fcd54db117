import type { Migration } from './migration.js';

/**
 * What changes in a case while it goes on: its codes, its further members and stewards, the States that leave it, and
 * the specialised office that a liaison tells of it, whose people are members of it from then on. A case always has a
 * steward. A State leaves when no thread that is still there has it; its people leave with it.
 */
export const caseMembersMigration: Migration = {
  name: '0052-case-members',
  sql: `
GRANT UPDATE, DELETE ON app.case_members TO enl_guard;
-- The specialised office of the State that began the case, once it was told of it.
ALTER TABLE app.cases ADD COLUMN reported_to uuid;
CREATE INDEX cases_by_reported_office ON app.cases (reported_to) WHERE reported_to IS NOT NULL;

SET LOCAL ROLE enl_guard;
CREATE OR REPLACE FUNCTION guard.my_cases() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF NOT guard.has_role('{prosecutor,liaison,cooperation-officer,central-authority}') THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT case_id FROM app.case_members WHERE person_id = me.person_id
    UNION
    SELECT t.case_id FROM app.thread_members m JOIN app.threads t USING (thread_id)
     WHERE m.person_id = me.person_id AND m.standing <> 'invited'
    UNION
    SELECT c.case_id FROM app.cases c WHERE c.reported_to = me.office_id AND c.owner_state = me.state);
END $$;

CREATE FUNCTION guard.is_case_steward(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT guard.has_role('{prosecutor,liaison,cooperation-officer}') AND EXISTS (
    SELECT FROM app.case_members m
     WHERE m.case_id = p_case AND m.person_id = guard.my_person() AND m.role = 'steward')
$$;

-- By a member, in an open case; false when it says so already.
CREATE FUNCTION guard.update_case(p_case uuid, p_case_type text, p_legal_basis text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.cases SET case_type = p_case_type, legal_basis = p_legal_basis
   WHERE case_id = p_case AND status = 'open' AND (case_type, legal_basis) <> (p_case_type, p_legal_basis)
     AND guard.has_role('{prosecutor,liaison,cooperation-officer}') AND case_id = ANY (guard.my_cases());
  RETURN FOUND;
END $$;

-- By a steward, in an open case: somebody of a State of the case becomes its member or its steward. No row for whoever
-- cannot be in it, and false where nothing would change, or no steward be left.
CREATE FUNCTION guard.put_case_member(p_case uuid, p_person uuid, p_role text)
RETURNS TABLE (is_done boolean, state text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  home text;
BEGIN
  -- Before the row is held, and again once it is: only who may, makes others wait.
  IF NOT guard.is_case_steward(p_case) THEN
    RETURN;
  END IF;
  PERFORM FROM app.cases c WHERE c.case_id = p_case AND c.status = 'open' FOR UPDATE;
  IF NOT FOUND OR NOT guard.is_case_steward(p_case) THEN
    RETURN;
  END IF;
  SELECT p.state INTO home FROM app.persons p JOIN app.cases c ON c.case_id = p_case AND p.state = ANY (c.states)
   WHERE p.person_id = p_person AND p.revoked_reason IS NULL
     AND p.roles && CASE WHEN p_role = 'steward' THEN '{prosecutor,liaison,cooperation-officer}'::text[]
                         ELSE '{prosecutor,liaison,cooperation-officer,central-authority}' END;
  IF home IS NULL THEN
    RETURN;
  END IF;
  IF p_role <> 'steward' AND NOT guard.has_other_steward(p_case, ARRAY[p_person]) THEN
    RETURN QUERY SELECT false, home;
    RETURN;
  END IF;
  INSERT INTO app.case_members AS m VALUES (p_case, p_person, p_role)
  ON CONFLICT (case_id, person_id) DO UPDATE SET role = excluded.role WHERE m.role <> excluded.role;
  RETURN QUERY SELECT FOUND, home;
END $$;

CREATE FUNCTION guard.has_other_steward(p_case uuid, p_persons uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.case_members m
                  WHERE m.case_id = p_case AND m.role = 'steward' AND m.person_id <> ALL (p_persons))
$$;

-- By a steward. No row for whoever is no member by name, and false where no steward would be left.
CREATE FUNCTION guard.drop_case_member(p_case uuid, p_person uuid)
RETURNS TABLE (is_done boolean, state text, role text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT guard.is_case_steward(p_case) THEN
    RETURN;
  END IF;
  PERFORM FROM app.cases c WHERE c.case_id = p_case FOR UPDATE;
  IF NOT guard.is_case_steward(p_case) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT guard.has_other_steward(p_case, ARRAY[p_person]), p.state, m.role
    FROM app.case_members m JOIN app.persons p ON p.person_id = m.person_id
   WHERE m.case_id = p_case AND m.person_id = p_person;
  IF guard.has_other_steward(p_case, ARRAY[p_person]) THEN
    DELETE FROM app.case_members m WHERE m.case_id = p_case AND m.person_id = p_person;
  END IF;
END $$;

-- By a steward: a State takes part no more, and with it go those of its people who are members by name, who are
-- returned. Why not, else: it is not in the case or began it, a thread still has it, or no steward would be left.
CREATE FUNCTION guard.drop_case_state(p_case uuid, p_state text)
RETURNS TABLE (refused text, members jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  theirs uuid[];
  gone jsonb;
BEGIN
  IF NOT guard.is_case_steward(p_case) THEN
    RETURN QUERY SELECT 'not-there', NULL::jsonb;
    RETURN;
  END IF;
  PERFORM FROM app.cases c WHERE c.case_id = p_case AND p_state = ANY (c.states) AND p_state <> c.owner_state
    FOR UPDATE;
  IF NOT FOUND OR NOT guard.is_case_steward(p_case) THEN
    RETURN QUERY SELECT 'not-there', NULL::jsonb;
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM app.threads t
              WHERE t.case_id = p_case AND t.status <> 'shredded' AND p_state = ANY (t.states)) THEN
    RETURN QUERY SELECT 'in-threads', NULL::jsonb;
    RETURN;
  END IF;
  SELECT coalesce(array_agg(m.person_id), '{}'),
         coalesce(jsonb_agg(jsonb_build_object('personId', m.person_id, 'role', m.role) ORDER BY m.person_id), '[]')
    INTO theirs, gone
    FROM app.case_members m JOIN app.persons p ON p.person_id = m.person_id AND p.state = p_state
   WHERE m.case_id = p_case;
  IF NOT guard.has_other_steward(p_case, theirs) THEN
    RETURN QUERY SELECT 'last-steward', NULL::jsonb;
    RETURN;
  END IF;
  DELETE FROM app.case_members m WHERE m.case_id = p_case AND m.person_id = ANY (theirs);
  UPDATE app.cases SET states = array_remove(states, p_state) WHERE case_id = p_case;
  RETURN QUERY SELECT NULL, gone;
END $$;

-- By a liaison of the State that began the case, who knows of it: the specialised office above the own one is told.
-- No row where there is none; false where it was told before.
CREATE FUNCTION guard.report_case(p_case uuid) RETURNS TABLE (is_done boolean, office_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
  office uuid;
BEGIN
  IF NOT guard.has_role('{liaison}') OR p_case <> ALL (guard.my_cases()) THEN
    RETURN;
  END IF;
  WITH RECURSIVE above AS (
    SELECT o.office_id, o.parent, o.kind, o.is_closed, 0 AS steps FROM app.offices o
     WHERE o.state = me.state AND o.office_id = me.office_id
    UNION ALL
    SELECT o.office_id, o.parent, o.kind, o.is_closed, a.steps + 1 FROM above a JOIN app.offices o
        ON o.state = me.state AND o.office_id = a.parent
     WHERE a.steps < 16)
  SELECT a.office_id INTO office FROM above a
   WHERE a.kind = 'specialised' AND NOT a.is_closed ORDER BY a.steps LIMIT 1;
  IF office IS NULL THEN
    RETURN;
  END IF;
  UPDATE app.cases c SET reported_to = office
   WHERE c.case_id = p_case AND c.owner_state = me.state AND c.reported_to IS DISTINCT FROM office;
  RETURN QUERY SELECT FOUND, office;
END $$;

-- How many cases there are, by State, kind and status: of the own State for its people, of all for the secretariat.
-- What is below five is not said, and no sum from which it could be told.
CREATE FUNCTION guard.case_statistics()
RETURNS TABLE (state text, case_type text, status text, cases integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN QUERY
  SELECT c.owner_state, c.case_type, c.status, count(*)::integer FROM app.cases c
   WHERE guard.has_role('{secretariat}')
      OR c.owner_state = me.state
     AND guard.has_role('{prosecutor,liaison,cooperation-officer,central-authority,auditor}')
   GROUP BY 1, 2, 3 HAVING count(*) >= 5 ORDER BY 1, 2, 3 LIMIT 1000;
END $$;

-- As before; whoever is of an office that was told of a case was let into it.
CREATE OR REPLACE FUNCTION guard.unassigned_reads(p_types text[], p_from timestamptz)
RETURNS TABLE (event_id uuid, actor_id uuid, state text, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.event_id, f.actor_id, f.actor_state, f.case_id
    FROM (SELECT DISTINCT ON (e.actor_id, e.case_id) e.event_id, e.actor_id, e.actor_state, e.actor_alias, e.case_id
            FROM audit.events e
           WHERE e.type = ANY (p_types) AND e.occurred_at >= p_from AND e.outcome = 'success'
             AND e.actor_id IS NOT NULL AND e.case_id IS NOT NULL
           ORDER BY e.actor_id, e.case_id, e.event_id) f
   WHERE NOT EXISTS (
     SELECT FROM audit.events b
      WHERE b.case_id = f.case_id AND b.actor_id = f.actor_id AND b.outcome = 'success' AND b.event_id < f.event_id
        AND (b.type = ANY (p_types) OR b.type IN ('case.created', 'thread.created', 'invitation.accepted')))
     AND NOT EXISTS (
     SELECT FROM audit.events b JOIN audit.sections s ON s.event_id = b.event_id AND s.section = 1
      WHERE b.case_id = f.case_id AND b.outcome = 'success' AND b.event_id < f.event_id
        AND b.type IN ('case.member-added', 'invitation.issued', 'thread.member-added')
        AND f.actor_alias IN (convert_from(s.body, 'UTF8')::jsonb ->> 'memberAlias',
                              convert_from(s.body, 'UTF8')::jsonb ->> 'inviteeAlias'))
     AND NOT EXISTS (
     SELECT FROM audit.events b JOIN audit.sections s ON s.event_id = b.event_id AND s.section = 1
       JOIN audit.sections w ON w.event_id = f.event_id AND w.section = 2
      WHERE b.case_id = f.case_id AND b.outcome = 'success' AND b.event_id < f.event_id
        AND b.type = 'case.reported-up'
        AND convert_from(s.body, 'UTF8')::jsonb ->> 'officeId' = convert_from(w.body, 'UTF8')::jsonb ->> 'officeId')
   ORDER BY f.event_id LIMIT 10000
$$;

GRANT EXECUTE ON FUNCTION guard.update_case(uuid, text, text), guard.put_case_member(uuid, uuid, text),
  guard.drop_case_member(uuid, uuid), guard.drop_case_state(uuid, text), guard.report_case(uuid),
  guard.case_statistics() TO enl_app;
RESET ROLE;
`,
};
