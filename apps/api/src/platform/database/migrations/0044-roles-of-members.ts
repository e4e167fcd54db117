import type { Migration } from './migration.js';

/**
 * Cases, threads and files are of four roles, and what opens them or changes their lives of three: asked where the rows
 * are, beside where somebody stands. Whoever has another role by now stands in nothing any more.
 */
export const rolesOfMembersMigration: Migration = {
  name: '0044-roles-of-members',
  sql: `
SET LOCAL ROLE enl_guard;

CREATE OR REPLACE FUNCTION guard.open_case(p_case uuid, p_case_type text, p_legal_basis text, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF NOT guard.has_role('{prosecutor,liaison,cooperation-officer}') THEN
    RAISE EXCEPTION 'a case of somebody who opens none' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.cases (case_id, owner_state, states, case_type, legal_basis, opened_by, opened_at)
  VALUES (p_case, me.state, ARRAY[me.state], p_case_type, p_legal_basis, me.person_id, p_now)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO app.case_members VALUES (p_case, me.person_id, 'steward');
  RETURN true;
END $$;

-- Membership is of four roles: somebody whose role has changed meanwhile stands nowhere.
CREATE OR REPLACE FUNCTION guard.my_threads() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN ARRAY(
    SELECT thread_id FROM app.thread_members
     WHERE person_id = me.person_id AND me.acr <> 'recovery'
       AND me.roles && '{prosecutor,liaison,cooperation-officer,central-authority}');
END $$;

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
     WHERE m.person_id = me.person_id AND m.standing <> 'invited');
END $$;

-- As before, without a word to whoever stands in the thread with a role that is in none.
CREATE OR REPLACE FUNCTION guard.lock_thread(p_thread uuid, p_entry_ids uuid[]) RETURNS TABLE (
  case_id uuid, originator text, states text[], suite text, status text, incarnation bigint, epoch bigint,
  last_seq bigint, chain bytea, accepted_ms bigint, roster_version bigint, state text, leaves jsonb,
  left_persons uuid[], standing text, device_seq bigint, last_hash bytea, receipts bytea[], has_own_hold boolean,
  is_case_held boolean, retain_until timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = me.person_id;
  IF NOT FOUND OR NOT guard.has_role('{prosecutor,liaison,cooperation-officer,central-authority}') THEN
    RETURN;
  END IF;
  PERFORM FROM app.threads t WHERE t.thread_id = p_thread FOR UPDATE;
  RETURN QUERY
  SELECT t.case_id, t.originator, t.states, t.suite, t.status, t.incarnation, t.epoch, t.last_seq, t.chain,
         t.accepted_ms, t.roster_version, s.state, s.leaves, s.left_persons, m.standing, d.device_seq, d.last_hash,
         ARRAY(SELECT e.receipt FROM app.entries e
                WHERE e.thread_id = p_thread AND e.device_id = me.device_id AND e.entry_id = ANY (p_entry_ids)),
         t.is_held, c.is_held, t.retain_until
    FROM app.threads t JOIN app.cases c ON c.case_id = t.case_id JOIN app.thread_states s ON s.thread_id = t.thread_id
    JOIN app.thread_members m ON m.thread_id = t.thread_id AND m.person_id = me.person_id
    LEFT JOIN app.thread_devices d ON d.thread_id = t.thread_id AND d.device_id = me.device_id
   WHERE t.thread_id = p_thread;
END $$;

-- As before, by a steward whose role is one of stewards.
CREATE OR REPLACE FUNCTION guard.add_case_state(p_case uuid, p_state text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.cases SET states = ARRAY(SELECT unnest(states || p_state) ORDER BY 1)
   WHERE case_id = p_case AND status = 'open' AND p_state <> ALL (states)
     AND guard.has_role('{prosecutor,liaison,cooperation-officer}')
     AND EXISTS (
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

CREATE OR REPLACE FUNCTION guard.set_case_status(p_case uuid, p_status text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.cases c SET status = p_status
   WHERE c.case_id = p_case AND c.status <> p_status
     AND guard.has_role('{prosecutor,liaison,cooperation-officer}')
     AND EXISTS (
     SELECT FROM app.case_members m
      WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward');
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION guard.hold_case(p_case uuid, p_is_held boolean, p_approvals jsonb, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  others uuid[] := ARRAY(SELECT (a->>'personId')::uuid FROM jsonb_array_elements(p_approvals) AS a
                          WHERE (a->>'personId')::uuid <> me.person_id);
  is_steward boolean := EXISTS (SELECT FROM app.case_members m
    WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward')
    AND guard.has_role('{prosecutor,liaison,cooperation-officer}');
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

-- As before; a steward erases the entries of others with a role of stewards.
CREATE OR REPLACE FUNCTION guard.redact(p_thread uuid, p_redaction jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  reason text := p_redaction->>'reason';
  targets bigint[] := ARRAY(SELECT jsonb_array_elements_text(p_redaction->'targets')::bigint);
  erased integer;
BEGIN
  PERFORM FROM app.thread_members m
    WHERE m.thread_id = p_thread AND m.person_id = me.person_id
      AND (m.standing IN ('steward', 'member') AND reason = 'withdrawn'
        OR m.standing = 'steward' AND guard.has_role('{prosecutor,liaison,cooperation-officer}'));
  IF NOT FOUND OR guard.is_held(p_thread) THEN
    RAISE EXCEPTION 'a redaction by somebody who may not, or of a held thread' USING ERRCODE = '42501';
  END IF;
  UPDATE app.entries e SET entry = guard.erased_form(e.entry), erased_by = (p_redaction->>'seq')::bigint
   WHERE e.thread_id = p_thread AND e.seq = ANY (targets) AND e.erased_by IS NULL AND get_byte(e.entry, 2) >= 16
     AND (reason <> 'withdrawn' OR EXISTS (
       SELECT FROM app.devices d WHERE d.device_id = e.device_id AND d.person_id = me.person_id))
     AND (reason <> 'compacted' OR e.kind = 'record-update' AND e.seq < (
       SELECT s.seq FROM app.entries s WHERE s.thread_id = p_thread AND s.kind = 'record-snapshot'
        ORDER BY s.seq DESC OFFSET 1 LIMIT 1));
  GET DIAGNOSTICS erased = ROW_COUNT;
  IF erased <> cardinality(targets) THEN
    RAISE EXCEPTION 'a redaction of what cannot be erased' USING ERRCODE = '42501';
  END IF;
END $$;

-- As before, and of somebody who has joined.
CREATE OR REPLACE FUNCTION guard.keep_beacon(p_thread uuid, p_counter bigint, p_beacon bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_thread <> ALL (guard.my_threads()) OR EXISTS (
    SELECT FROM app.thread_members m
     WHERE m.thread_id = p_thread AND m.person_id = me.person_id AND m.standing = 'invited') THEN
    RAISE EXCEPTION 'a beacon of another thread' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.beacons AS b VALUES (p_thread, me.device_id, p_counter, p_beacon)
  ON CONFLICT (thread_id, device_id)
  DO UPDATE SET counter = excluded.counter, beacon = excluded.beacon WHERE excluded.counter > b.counter;
  RETURN FOUND;
END $$;
RESET ROLE;

-- Whatever function of the guard writes them: entries are of members, and what opens a log, gives history or changes
-- the life of a thread is of who may be a steward.
CREATE POLICY of_members ON app.entries AS RESTRICTIVE FOR INSERT TO enl_guard WITH CHECK (
  CASE WHEN kind IN ('genesis', 'lifecycle')
    THEN (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison', 'cooperation-officer']
    ELSE (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority'] END);
CREATE POLICY of_stewards ON app.history_grants AS RESTRICTIVE FOR INSERT TO enl_guard WITH CHECK (
  (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison', 'cooperation-officer']);
CREATE POLICY of_members ON app.attachments AS RESTRICTIVE FOR INSERT TO enl_guard WITH CHECK (
  (SELECT guard.my_roles()) && ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority']);
-- Files are for who has joined, also where the entry that names one was for the invited too.
CREATE POLICY of_joined ON app.attachments AS RESTRICTIVE FOR SELECT TO enl_app USING (EXISTS (
  SELECT FROM app.thread_members m
   WHERE m.thread_id = attachments.thread_id AND m.person_id = (SELECT guard.my_person())
     AND m.standing <> 'invited'));
`,
};
