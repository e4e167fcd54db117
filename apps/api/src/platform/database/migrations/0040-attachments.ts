import type { Migration } from './migration.js';

/**
 * Attached files: who reserved which, how much of it has come, and which entries name it. The bytes lie in the store,
 * under a key that nobody outside knows.
 *
 * Rows are written by functions of the guard, which take person and device from the session. A file is for whoever
 * brought it, and for whoever may read an entry that names it: no member sees the files of a time before the own
 * admission.
 */
export const attachmentsMigration: Migration = {
  name: '0040-attachments',
  sql: `
CREATE TABLE app.attachments (
  thread_id         uuid NOT NULL REFERENCES app.threads,
  attachment_id     uuid NOT NULL,
  case_id           uuid NOT NULL REFERENCES app.cases,
  owner_state       text NOT NULL CHECK (owner_state ~ '^[A-Z]{2}$'),
  uploaded_by       uuid NOT NULL,
  device_id         uuid NOT NULL,
  object_key        text NOT NULL UNIQUE CHECK (object_key ~ '^[0-9a-f]{64}$'),
  length            bigint NOT NULL CHECK (length > 0),
  received          bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND length),
  reserved_at       timestamptz NOT NULL,
  -- What the server found in the store, once all of it had come.
  ciphertext_sha256 bytea CHECK (octet_length(ciphertext_sha256) = 32),
  completed_at      timestamptz CHECK (completed_at IS NULL OR (received = length AND ciphertext_sha256 IS NOT NULL)),
  PRIMARY KEY (thread_id, attachment_id)
);
CREATE INDEX attachments_by_case ON app.attachments (case_id);
CREATE INDEX attachments_by_state ON app.attachments (owner_state);
CREATE TABLE app.attachment_uses (
  thread_id     uuid NOT NULL,
  seq           bigint NOT NULL,
  attachment_id uuid NOT NULL,
  PRIMARY KEY (thread_id, attachment_id, seq),
  FOREIGN KEY (thread_id, attachment_id) REFERENCES app.attachments ON DELETE CASCADE,
  FOREIGN KEY (thread_id, seq) REFERENCES app.entries
);

ALTER TABLE app.attachments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.attachment_uses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.attachments TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.attachment_uses TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.attachments TO enl_guard;
GRANT SELECT, INSERT, DELETE ON app.attachment_uses TO enl_guard;

SET LOCAL ROLE enl_guard;

-- A place for a file: 'reserved', also for the same once more until it is complete; 'conflict' for an id that stands
-- for something else; 'case' or 'state' when there would be too much of theirs. Reservations of one case, and of one
-- State, come one after the other.
CREATE FUNCTION guard.reserve_attachment(p_thread uuid, p_attachment uuid, p_key text, p_length bigint,
  p_now timestamptz, p_most_of_case bigint, p_most_of_state bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  in_case uuid;
BEGIN
  SELECT t.case_id INTO in_case FROM app.thread_members m JOIN app.threads t USING (thread_id)
   WHERE m.thread_id = p_thread AND m.person_id = me.person_id AND m.standing <> 'invited';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a file in a thread of others' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('attachments ' || in_case, 0));
  PERFORM pg_advisory_xact_lock(hashtextextended('attachments ' || me.state, 0));
  PERFORM FROM app.attachments WHERE thread_id = p_thread AND attachment_id = p_attachment;
  IF FOUND THEN
    UPDATE app.attachments SET reserved_at = p_now
     WHERE thread_id = p_thread AND attachment_id = p_attachment AND device_id = me.device_id AND length = p_length
       AND completed_at IS NULL;
    RETURN CASE WHEN FOUND THEN 'reserved' ELSE 'conflict' END;
  END IF;
  IF (SELECT coalesce(sum(length), 0) FROM app.attachments WHERE case_id = in_case) + p_length > p_most_of_case THEN
    RETURN 'case';
  END IF;
  IF (SELECT coalesce(sum(length), 0) FROM app.attachments WHERE owner_state = me.state) + p_length
     > p_most_of_state THEN
    RETURN 'state';
  END IF;
  INSERT INTO app.attachments (thread_id, attachment_id, case_id, owner_state, uploaded_by, device_id, object_key,
                               length, reserved_at)
  VALUES (p_thread, p_attachment, in_case, me.state, me.person_id, me.device_id, p_key, p_length, p_now);
  RETURN 'reserved';
END $$;

-- An upload of the device of the session, held until the end of the transaction.
CREATE FUNCTION guard.lock_upload(p_thread uuid, p_attachment uuid) RETURNS TABLE (
  object_key text, length bigint, received bigint, ciphertext_sha256 bytea, is_complete boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_thread <> ALL (guard.my_threads()) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT a.object_key, a.length, a.received, a.ciphertext_sha256, a.completed_at IS NOT NULL FROM app.attachments a
   WHERE a.thread_id = p_thread AND a.attachment_id = p_attachment AND a.device_id = me.device_id FOR UPDATE;
END $$;

-- A part that lies in the store. Parts come in their order, without a gap.
CREATE FUNCTION guard.receive_part(p_thread uuid, p_attachment uuid, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.attachments SET received = p_to
   WHERE thread_id = p_thread AND attachment_id = p_attachment AND device_id = me.device_id
     AND received = p_from AND p_to > p_from AND completed_at IS NULL AND thread_id = ANY (guard.my_threads());
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not the next part of an upload' USING ERRCODE = '42501';
  END IF;
END $$;

-- What the whole of an upload hashes to: said once, and never otherwise.
CREATE FUNCTION guard.hash_upload(p_thread uuid, p_attachment uuid, p_sha256 bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.attachments SET ciphertext_sha256 = coalesce(ciphertext_sha256, p_sha256)
   WHERE thread_id = p_thread AND attachment_id = p_attachment AND device_id = me.device_id AND received = length
     AND thread_id = ANY (guard.my_threads());
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not an upload that is all there' USING ERRCODE = '42501';
  END IF;
END $$;

-- From here on nobody changes it.
CREATE FUNCTION guard.complete_attachment(p_thread uuid, p_attachment uuid, p_sha256 bytea, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.attachments SET completed_at = coalesce(completed_at, p_now)
   WHERE thread_id = p_thread AND attachment_id = p_attachment AND device_id = me.device_id
     AND ciphertext_sha256 = p_sha256 AND thread_id = ANY (guard.my_threads());
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not the upload that is all there' USING ERRCODE = '42501';
  END IF;
END $$;

-- Names files in an entry that the device of the session appends in this very transaction: complete ones of the own
-- person, or such as the person may read already. False when any is something else; the caller then undoes the append.
CREATE FUNCTION guard.use_attachments(p_thread uuid, p_seq bigint, p_attachments uuid[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  used integer;
BEGIN
  PERFORM FROM app.entries e
    WHERE e.thread_id = p_thread AND e.seq = p_seq AND e.device_id = me.device_id
      AND e.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'files of an entry that is not being appended' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.attachment_uses (thread_id, seq, attachment_id)
  SELECT p_thread, p_seq, a.attachment_id FROM app.attachments a
   WHERE a.thread_id = p_thread AND a.attachment_id = ANY (p_attachments) AND a.completed_at IS NOT NULL
     AND (a.uploaded_by = me.person_id OR EXISTS (
       SELECT FROM app.attachment_uses u
         JOIN app.entries e ON e.thread_id = u.thread_id AND e.seq = u.seq
         JOIN app.rosters r ON r.thread_id = e.thread_id AND r.version = e.roster_version
        WHERE u.thread_id = a.thread_id AND u.attachment_id = a.attachment_id AND e.erased_by IS NULL
          AND me.person_id = ANY (r.person_ids)));
  GET DIAGNOSTICS used = ROW_COUNT;
  RETURN used = cardinality(p_attachments);
END $$;

-- As before, and the files.
CREATE OR REPLACE FUNCTION guard.shred(p_thread uuid, p_by bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.entries e SET entry = guard.erased_form(e.entry), erased_by = p_by
   WHERE e.thread_id = p_thread AND e.erased_by IS NULL AND get_byte(e.entry, 2) >= 16;
  DELETE FROM app.blobs WHERE thread_id = p_thread;
  DELETE FROM app.shred_keys WHERE thread_id = p_thread;
  DELETE FROM app.attachments WHERE thread_id = p_thread;
  UPDATE app.threads SET status = 'shredded' WHERE thread_id = p_thread;
END $$;

-- Forgets uploads that were not completed in time, and files that no entry named in time or names any more: an erased
-- one names nothing.
CREATE FUNCTION guard.lapse_attachments(p_reserved_before timestamptz, p_completed_before timestamptz, p_most integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lapsed integer;
BEGIN
  DELETE FROM app.attachments WHERE (thread_id, attachment_id) IN (
    SELECT a.thread_id, a.attachment_id FROM app.attachments a
     WHERE (a.completed_at IS NULL AND a.reserved_at <= p_reserved_before)
        OR (a.completed_at <= p_completed_before AND NOT EXISTS (
             SELECT FROM app.attachment_uses u JOIN app.entries e USING (thread_id, seq)
              WHERE u.thread_id = a.thread_id AND u.attachment_id = a.attachment_id AND e.erased_by IS NULL))
     LIMIT p_most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS lapsed = ROW_COUNT;
  RETURN lapsed;
END $$;

-- Those of the keys under which no file is known: what lies there is nobody's.
CREATE FUNCTION guard.stray_objects(p_keys text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT key FROM unnest(p_keys) AS key
   WHERE NOT EXISTS (SELECT FROM app.attachments a WHERE a.object_key = key);
$$;

GRANT EXECUTE ON FUNCTION
  guard.reserve_attachment(uuid, uuid, text, bigint, timestamptz, bigint, bigint), guard.lock_upload(uuid, uuid),
  guard.receive_part(uuid, uuid, bigint, bigint), guard.hash_upload(uuid, uuid, bytea),
  guard.complete_attachment(uuid, uuid, bytea, timestamptz), guard.use_attachments(uuid, bigint, uuid[]) TO enl_app;
GRANT EXECUTE ON FUNCTION guard.lapse_attachments(timestamptz, timestamptz, integer), guard.stray_objects(text[])
  TO enl_sequencer;
RESET ROLE;

CREATE POLICY member_reads ON app.attachment_uses FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]));
-- The entries of the subquery are those that the session may read, by their own policy.
CREATE POLICY recipient_reads ON app.attachments FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[])
    AND (uploaded_by = (SELECT guard.my_person()) OR EXISTS (
      SELECT FROM app.attachment_uses u JOIN app.entries e USING (thread_id, seq)
       WHERE u.thread_id = attachments.thread_id AND u.attachment_id = attachments.attachment_id
         AND e.erased_by IS NULL)));
GRANT SELECT ON app.attachments, app.attachment_uses TO enl_app;
`,
};
