import type { Migration } from './migration.js';

/**
 * A thread is among States of its case in the moment in which it is opened. The row of the case is shared until then,
 * so that a State that leaves either finds the thread or is not in it.
 */
export const threadsOfTheirCaseMigration: Migration = {
  name: '0053-threads-of-their-case',
  sql: `
SET LOCAL ROLE enl_guard;

-- As before, for States of the case alone.
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
  PERFORM FROM app.cases c WHERE c.case_id = p_case AND c.status = 'open' AND p_states <@ c.states FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a thread of a closed case, or of a State that is not in it' USING ERRCODE = '42501';
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
RESET ROLE;
`,
};
