import type { Migration } from './migration.js';

/**
 * How a case ends and comes back, and what stops everything under it from being erased. A hold takes two persons, who
 * are asked again here by rows: a steward of the case and another steward, of another State where the case has two, or
 * a national auditor of the State that began it; whichever of them acts. In a closed case nothing begins: no thread,
 * and no State takes part in it any more. Threads that it has go on.
 */
export const caseLivesMigration: Migration = {
  name: '0042-case-lives',
  sql: `
CREATE TABLE app.case_approvals (
  case_id   uuid NOT NULL REFERENCES app.cases,
  nonce     bytea NOT NULL CHECK (octet_length(nonce) = 16),
  person_id uuid NOT NULL,
  PRIMARY KEY (case_id, nonce)
);
ALTER TABLE app.case_approvals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.case_approvals TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON app.case_approvals TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Whether a person is a national auditor of the State that began the case.
CREATE FUNCTION guard.audits_case(p_case uuid, p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.cases c JOIN app.persons p ON p.state = c.owner_state AND p.person_id = p_person
                  WHERE c.case_id = p_case AND 'auditor' = ANY (p.roles) AND p.audit_scope = 'national')
$$;

-- A case as whoever may hold it sees it: its members, and the national auditors of the State that began it. With it
-- the stewards, and which of the nonces approvals have used.
CREATE FUNCTION guard.case_to_hold(p_case uuid, p_nonces bytea[]) RETURNS TABLE (
  owner_state text, states text[], status text, is_held boolean, role text, stewards uuid[], used bytea[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_case <> ALL (guard.my_cases()) AND NOT guard.audits_case(p_case, me.person_id) THEN
    RETURN;
  END IF;
  PERFORM FROM app.cases c WHERE c.case_id = p_case FOR UPDATE;
  RETURN QUERY
  SELECT c.owner_state, c.states, c.status, c.is_held,
         CASE WHEN p_case = ANY (guard.my_cases()) THEN coalesce(m.role, 'member') END,
         ARRAY(SELECT s.person_id FROM app.case_members s WHERE s.case_id = p_case AND s.role = 'steward'),
         ARRAY(SELECT a.nonce FROM app.case_approvals a WHERE a.case_id = p_case AND a.nonce = ANY (p_nonces))
    FROM app.cases c LEFT JOIN app.case_members m ON m.case_id = c.case_id AND m.person_id = me.person_id
   WHERE c.case_id = p_case;
END $$;

-- By a steward; false when it is not in the other state.
CREATE FUNCTION guard.set_case_status(p_case uuid, p_status text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.cases c SET status = p_status
   WHERE c.case_id = p_case AND c.status <> p_status AND EXISTS (
     SELECT FROM app.case_members m
      WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward');
  RETURN FOUND;
END $$;

-- Places a hold or lifts it, with [{personId, nonce}] of whoever approved; false when it stands so already.
CREATE FUNCTION guard.hold_case(p_case uuid, p_is_held boolean, p_approvals jsonb, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  others uuid[] := ARRAY(SELECT (a->>'personId')::uuid FROM jsonb_array_elements(p_approvals) AS a
                          WHERE (a->>'personId')::uuid <> me.person_id);
  is_steward boolean := EXISTS (SELECT FROM app.case_members m
    WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward');
BEGIN
  IF NOT (
    (is_steward OR guard.audits_case(p_case, me.person_id)) AND EXISTS (
      SELECT FROM app.cases c JOIN app.case_members m ON m.case_id = c.case_id AND m.role = 'steward'
        JOIN app.persons p ON p.person_id = m.person_id
       WHERE c.case_id = p_case AND m.person_id = ANY (others)
         AND (NOT is_steward OR cardinality(c.states) < 2 OR p.state <> me.state))
    OR is_steward AND EXISTS (SELECT FROM unnest(others) AS o (id) WHERE guard.audits_case(p_case, o.id))) THEN
    RAISE EXCEPTION 'a hold of one person' USING ERRCODE = '42501';
  END IF;
  UPDATE app.cases SET is_held = p_is_held WHERE case_id = p_case AND is_held <> p_is_held;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO app.case_approvals
  SELECT p_case, decode(a->>'nonce', 'hex'), (a->>'personId')::uuid FROM jsonb_array_elements(p_approvals) AS a;
  -- What the record has of the case stays as well, in every State of it.
  IF p_is_held THEN
    INSERT INTO audit.holds (hold_id, state, case_id, placed_at)
    SELECT gen_random_uuid(), s, p_case, p_now FROM app.cases c, unnest(c.states) AS s WHERE c.case_id = p_case;
  ELSE
    UPDATE audit.holds SET lifted_at = greatest(p_now, placed_at) WHERE case_id = p_case AND lifted_at IS NULL;
  END IF;
  RETURN true;
END $$;

-- As before, in an open case; of a held one the record of the State that comes is kept as well.
CREATE OR REPLACE FUNCTION guard.add_case_state(p_case uuid, p_state text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.cases SET states = ARRAY(SELECT unnest(states || p_state) ORDER BY 1)
   WHERE case_id = p_case AND status = 'open' AND p_state <> ALL (states) AND EXISTS (
     SELECT FROM app.case_members m
      WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward');
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO audit.holds (hold_id, state, case_id, placed_at)
  SELECT gen_random_uuid(), p_state, p_case, min(h.placed_at) FROM audit.holds h
   WHERE h.case_id = p_case AND h.lifted_at IS NULL HAVING count(*) > 0;
  RETURN true;
END $$;

-- As before, in an open case, which stays open until the thread is there.
CREATE OR REPLACE FUNCTION guard.open_thread(p_thread uuid, p_case uuid, p_states text[], p_suite text, p_chain bytea,
  p_now bigint, p_state text,
  p_leaves jsonb, p_package_hash bytea, p_package bytea, p_entry_id uuid, p_entry bytea, p_receipt bytea,
  p_last_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_case <> ALL (guard.my_cases()) THEN
    RAISE EXCEPTION 'a thread of another case' USING ERRCODE = '42501';
  END IF;
  PERFORM FROM app.cases c WHERE c.case_id = p_case AND c.status = 'open' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a thread of a closed case' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.threads (thread_id, case_id, originator, states, suite, incarnation, epoch, last_seq, chain,
                           accepted_ms, roster_version)
  VALUES (p_thread, p_case, me.state, p_states, p_suite, 0, 0, 1, p_chain, p_now, 1);
  INSERT INTO app.thread_states (thread_id, state, leaves, package_hash)
  VALUES (p_thread, p_state, p_leaves, p_package_hash);
  INSERT INTO app.thread_members VALUES (p_thread, me.person_id, 'steward');
  INSERT INTO app.rosters VALUES (p_thread, 1, ARRAY[me.person_id]);
  INSERT INTO app.blobs (thread_id, sha256, bytes, staged_by, staged_at, named_by)
  VALUES (p_thread, p_package_hash, p_package, me.person_id, to_timestamp(p_now / 1000.0), 1);
  PERFORM guard.put_entries(p_thread, 1, ARRAY[p_entry_id], ARRAY['genesis'], ARRAY[p_now], ARRAY[1::bigint],
    ARRAY[p_entry], ARRAY[p_receipt], p_last_hash);
END $$;

GRANT EXECUTE ON FUNCTION guard.case_to_hold(uuid, bytea[]), guard.set_case_status(uuid, text),
  guard.hold_case(uuid, boolean, jsonb, timestamptz) TO enl_app;
RESET ROLE;
`,
};
