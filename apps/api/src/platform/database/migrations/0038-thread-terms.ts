import type { Migration } from './migration.js';

/**
 * The server's half of the keys that open a vault's copy of a thread's keys, and the end of a thread's term. With the
 * half, what a member keeps in the vault of a shredded thread is of no use to anybody.
 */
export const threadTermsMigration: Migration = {
  name: '0038-thread-terms',
  sql: `
CREATE TABLE app.shred_keys (
  thread_id uuid PRIMARY KEY REFERENCES app.threads,
  half      bytea NOT NULL CHECK (octet_length(half) = 32)
);
ALTER TABLE app.shred_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.shred_keys TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON app.shred_keys TO enl_guard;

-- The server itself says whose term was over.
DROP POLICY own_acts ON audit.events;
CREATE POLICY own_acts ON audit.events FOR INSERT TO enl_sequencer
  WITH CHECK (object_type IN ('log', 'witness', 'alert', 'section', 'thread'));

SET LOCAL ROLE enl_guard;

-- Of those of the threads in which the person of the session is a member. p_fresh: of threads that have none yet, one
-- each in the order of their ids; NULL where there are too few.
CREATE FUNCTION guard.shred_halves(p_threads uuid[], p_fresh bytea[]) RETURNS TABLE (thread_id uuid, half bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
  mine uuid[] := ARRAY(
    SELECT m.thread_id FROM app.thread_members m JOIN app.threads t USING (thread_id)
     WHERE m.person_id = me.person_id AND m.standing <> 'invited' AND t.status <> 'shredded'
       AND m.thread_id = ANY (p_threads));
BEGIN
  INSERT INTO app.shred_keys (thread_id, half)
  SELECT n.id, p_fresh[n.place] FROM (
    SELECT u.id, row_number() OVER (ORDER BY u.id) AS place FROM unnest(mine) AS u (id)
     WHERE NOT EXISTS (SELECT FROM app.shred_keys k WHERE k.thread_id = u.id)) n
   WHERE n.place <= cardinality(p_fresh)
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT u.id, k.half FROM unnest(mine) AS u (id) LEFT JOIN app.shred_keys k ON k.thread_id = u.id;
END $$;

-- As before, with the half.
CREATE OR REPLACE FUNCTION guard.shred(p_thread uuid, p_by bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.entries e SET entry = guard.erased_form(e.entry), erased_by = p_by
   WHERE e.thread_id = p_thread AND e.erased_by IS NULL AND get_byte(e.entry, 2) >= 16;
  DELETE FROM app.blobs WHERE thread_id = p_thread;
  DELETE FROM app.shred_keys WHERE thread_id = p_thread;
  UPDATE app.threads SET status = 'shredded' WHERE thread_id = p_thread;
END $$;

-- One thread whose term is over and that nothing holds, shredded here and now; no row when there is none.
CREATE FUNCTION guard.shred_due(p_now timestamptz)
RETURNS TABLE (thread_id uuid, case_id uuid, originator text, states text[], entries bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  due uuid;
BEGIN
  SELECT t.thread_id INTO due
    FROM app.threads t JOIN app.cases c USING (case_id) JOIN app.thread_states s USING (thread_id)
   WHERE t.status <> 'shredded' AND NOT t.is_held AND NOT c.is_held
     AND p_now >= coalesce(t.retain_until, (s.state::jsonb->'policy'->>'openedAt')::timestamptz
                           + make_interval(hours => 24 * (s.state::jsonb->'policy'->>'retentionDays')::int))
   ORDER BY t.thread_id LIMIT 1 FOR UPDATE OF t SKIP LOCKED;
  IF due IS NULL THEN
    RETURN;
  END IF;
  PERFORM guard.shred(due, 0);
  RETURN QUERY
  SELECT t.thread_id, t.case_id, t.originator, t.states,
         (SELECT count(*) FROM app.entries e WHERE e.thread_id = due AND e.erased_by = 0)
    FROM app.threads t WHERE t.thread_id = due;
END $$;

GRANT EXECUTE ON FUNCTION guard.shred_halves(uuid[], bytea[]) TO enl_app;
GRANT EXECUTE ON FUNCTION guard.shred_due(timestamptz) TO enl_sequencer;
RESET ROLE;
`,
};
