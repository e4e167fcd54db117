import type { Migration } from './migration.js';

/**
 * A row of a log is what its bytes say: an entry, and the receipt of it, name the thread, the place and the author of
 * their row. Whoever is invited writes nothing before the joining, also where the application did not ask.
 */
export const entriesAsTheySayMigration: Migration = {
  name: '0032-entries-as-they-say',
  sql: `
-- Places in the layouts of an entry and of an append receipt.
ALTER TABLE app.entries
  ADD CONSTRAINT entry_of_its_row CHECK (
    substring(entry FROM 17 FOR 16) = uuid_send(thread_id) AND substring(entry FROM 49 FOR 16) = uuid_send(device_id)
    AND substring(entry FROM 65 FOR 16) = uuid_send(entry_id)),
  ADD CONSTRAINT receipt_of_its_row CHECK (
    substring(receipt FROM 9 FOR 16) = uuid_send(thread_id) AND substring(receipt FROM 25 FOR 8) = int8send(seq)
    AND substring(receipt FROM 33 FOR 16) = uuid_send(entry_id));

SET LOCAL ROLE enl_guard;
-- As before, with the first entry of somebody who is invited being a request for keys or a commit, which joins.
CREATE OR REPLACE FUNCTION guard.put_entries(p_thread uuid, p_first bigint, p_ids uuid[], p_kinds text[],
  p_times bigint[], p_rosters bigint[], p_entries bytea[], p_receipts bytea[], p_last_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM FROM app.thread_members m
    WHERE m.thread_id = p_thread AND m.person_id = me.person_id AND m.standing = 'invited';
  IF FOUND AND p_kinds[1] NOT IN ('access-request', 'commit') THEN
    RAISE EXCEPTION 'an entry of somebody who has not joined' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.entries (thread_id, seq, device_id, entry_id, kind, accepted_ms, roster_version, entry, receipt)
  SELECT p_thread, p_first + e.at - 1, me.device_id, e.id, e.kind, e.ms, e.roster, e.entry, e.receipt
    FROM unnest(p_ids, p_kinds, p_times, p_rosters, p_entries, p_receipts) WITH ORDINALITY
      AS e (id, kind, ms, roster, entry, receipt, at);
  INSERT INTO app.thread_devices AS d VALUES (p_thread, me.device_id, cardinality(p_ids), p_last_hash)
  ON CONFLICT (thread_id, device_id)
  DO UPDATE SET device_seq = d.device_seq + cardinality(p_ids), last_hash = excluded.last_hash;
END $$;

-- As before; a blob that is staged again waits anew, for whoever staged it last.
CREATE OR REPLACE FUNCTION guard.stage_blob(p_thread uuid, p_sha256 bytea, p_bytes bytea, p_most integer,
  p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_thread <> ALL (guard.my_threads()) THEN
    RAISE EXCEPTION 'a blob of another thread' USING ERRCODE = '42501';
  END IF;
  DELETE FROM app.blobs WHERE thread_id = p_thread AND NOT is_named AND staged_at <= p_now - interval '1 hour';
  PERFORM FROM app.blobs
    WHERE thread_id = p_thread AND NOT is_named AND staged_by = me.person_id AND sha256 <> p_sha256
    OFFSET p_most - 1;
  IF FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO app.blobs AS b (thread_id, sha256, bytes, staged_by, staged_at)
  VALUES (p_thread, p_sha256, p_bytes, me.person_id, p_now)
  ON CONFLICT (thread_id, sha256)
  DO UPDATE SET staged_by = excluded.staged_by, staged_at = excluded.staged_at WHERE NOT b.is_named;
  RETURN true;
END $$;
RESET ROLE;
`,
};
