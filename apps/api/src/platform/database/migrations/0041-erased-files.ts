import type { Migration } from './migration.js';

/**
 * What a thread loses says so: files are counted when they go with the content, nothing that is held lapses, and the
 * kind of an entry is that of its bytes, since what a closed log takes in is asked of the kind.
 */
export const erasedFilesMigration: Migration = {
  name: '0041-erased-files',
  sql: `
-- The byte of the header stays when the body goes.
ALTER TABLE app.entries ADD CONSTRAINT kind_of_its_entry CHECK (kind = CASE get_byte(entry, 2)
  WHEN 1 THEN 'genesis' WHEN 2 THEN 'commit' WHEN 3 THEN 'leave' WHEN 4 THEN 'access-request' WHEN 5 THEN 'grant'
  WHEN 6 THEN 'redaction' WHEN 7 THEN 'lifecycle' WHEN 16 THEN 'message' WHEN 17 THEN 'record-update'
  WHEN 18 THEN 'record-snapshot' WHEN 19 THEN 'receipt' ELSE '' END);
-- Complete ones, which went when the thread was shredded.
ALTER TABLE app.threads ADD COLUMN erased_files bigint NOT NULL DEFAULT 0 CHECK (erased_files >= 0);

SET LOCAL ROLE enl_guard;

-- As before, and the files are counted.
CREATE OR REPLACE FUNCTION guard.shred(p_thread uuid, p_by bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  files bigint;
BEGIN
  UPDATE app.entries e SET entry = guard.erased_form(e.entry), erased_by = p_by
   WHERE e.thread_id = p_thread AND e.erased_by IS NULL AND get_byte(e.entry, 2) >= 16;
  DELETE FROM app.blobs WHERE thread_id = p_thread;
  DELETE FROM app.shred_keys WHERE thread_id = p_thread;
  WITH gone AS (DELETE FROM app.attachments WHERE thread_id = p_thread RETURNING completed_at)
  SELECT count(completed_at) INTO files FROM gone;
  UPDATE app.threads SET status = 'shredded', erased_files = files WHERE thread_id = p_thread;
END $$;

DROP FUNCTION guard.count_erased(uuid, bigint);
-- How many bodies an entry has erased, and how many files with them, for whoever stands in the thread.
CREATE FUNCTION guard.count_erased(p_thread uuid, p_by bigint) RETURNS TABLE (entries bigint, attachments bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT count(*) FROM app.entries e WHERE e.thread_id = p_thread AND e.erased_by = p_by), t.erased_files
    FROM app.threads t WHERE t.thread_id = p_thread AND p_thread = ANY (guard.my_threads())
$$;

DROP FUNCTION guard.shred_due(timestamptz);
-- As before, with the number of files.
CREATE FUNCTION guard.shred_due(p_now timestamptz)
RETURNS TABLE (thread_id uuid, case_id uuid, originator text, states text[], entries bigint, attachments bigint)
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
         (SELECT count(*) FROM app.entries e WHERE e.thread_id = due AND e.erased_by = 0), t.erased_files
    FROM app.threads t WHERE t.thread_id = due;
END $$;

-- As before, but for what is complete in a thread that is held, or whose case is.
CREATE OR REPLACE FUNCTION guard.lapse_attachments(p_reserved_before timestamptz, p_completed_before timestamptz,
  p_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lapsed integer;
BEGIN
  DELETE FROM app.attachments WHERE (thread_id, attachment_id) IN (
    SELECT a.thread_id, a.attachment_id FROM app.attachments a
     WHERE (a.completed_at IS NULL AND a.reserved_at <= p_reserved_before)
        OR (a.completed_at <= p_completed_before AND NOT EXISTS (
             SELECT FROM app.attachment_uses u JOIN app.entries e USING (thread_id, seq)
              WHERE u.thread_id = a.thread_id AND u.attachment_id = a.attachment_id AND e.erased_by IS NULL)
            AND NOT guard.is_held(a.thread_id))
     LIMIT p_most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS lapsed = ROW_COUNT;
  RETURN lapsed;
END $$;

GRANT EXECUTE ON FUNCTION guard.count_erased(uuid, bigint) TO enl_app;
GRANT EXECUTE ON FUNCTION guard.shred_due(timestamptz) TO enl_sequencer;
RESET ROLE;
`,
};
