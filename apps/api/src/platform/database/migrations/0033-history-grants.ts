import type { Migration } from './migration.js';

/**
 * History that a steward gives to one person: a range of the log and what its entries name, for as long as the
 * membership lasts in which it was given. A blob is read by whoever may read the entry that names it.
 *
 * Whoever calls the function that appends has judged the grant; the database asks once more what it can: that a
 * steward gives it who was there all the time, to somebody who stands in the thread, and that nothing of the epochs is
 * for named recipients alone.
 */
export const historyGrantsMigration: Migration = {
  name: '0033-history-grants',
  sql: `
CREATE TABLE app.history_grants (
  thread_id  uuid NOT NULL REFERENCES app.threads,
  -- Of the entry that gives it.
  seq        bigint NOT NULL,
  grant_id   uuid NOT NULL,
  person_id  uuid NOT NULL,
  granted_by uuid NOT NULL,
  from_seq   bigint NOT NULL CHECK (from_seq >= 1),
  to_seq     bigint NOT NULL CHECK (to_seq >= from_seq AND to_seq < seq),
  -- With the membership of the person.
  is_over    boolean NOT NULL DEFAULT false,
  PRIMARY KEY (thread_id, seq)
);
CREATE INDEX history_grants_by_person ON app.history_grants (person_id, thread_id) WHERE NOT is_over;
ALTER TABLE app.history_grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.history_grants TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.history_grants TO enl_guard;
GRANT SELECT ON app.history_grants TO enl_app;
CREATE POLICY own_reads ON app.history_grants FOR SELECT TO enl_app
  USING (person_id = (SELECT guard.my_person()) AND thread_id = ANY ((SELECT guard.my_threads())::uuid[]));

DROP POLICY recipient_reads ON app.entries;
CREATE POLICY recipient_reads ON app.entries FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]) AND (EXISTS (
    SELECT FROM app.rosters r
     WHERE r.thread_id = entries.thread_id AND r.version = entries.roster_version
       AND (SELECT guard.my_person()) = ANY (r.person_ids)) OR EXISTS (
    SELECT FROM app.history_grants g
     WHERE g.thread_id = entries.thread_id AND g.person_id = (SELECT guard.my_person()) AND NOT g.is_over
       AND entries.seq BETWEEN g.from_seq AND g.to_seq)));
-- Entries for named recipients alone: there are few.
CREATE INDEX named_entries ON app.entries (thread_id) WHERE get_byte(entry, 3) = 3;

-- Which entry names a blob: NULL, and it goes after an hour.
ALTER TABLE app.blobs ADD COLUMN named_by bigint, ADD COLUMN grant_id uuid;
UPDATE app.blobs b SET named_by = (
  SELECT min(e.seq) FROM app.entries e
   WHERE e.thread_id = b.thread_id AND e.kind IN ('genesis', 'commit') AND position(b.sha256 IN e.entry) > 0)
 WHERE b.is_named;
ALTER TABLE app.blobs DROP COLUMN is_named;
DROP POLICY member_reads ON app.blobs;
-- The policy of entries holds inside of this one.
CREATE POLICY reader_reads ON app.blobs FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]) AND CASE WHEN named_by IS NULL
    THEN staged_by = (SELECT guard.my_person())
    ELSE EXISTS (SELECT FROM app.entries e WHERE e.thread_id = blobs.thread_id AND e.seq = blobs.named_by) END);

SET LOCAL ROLE enl_guard;

-- As before, with the genesis as the entry that names the package.
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

-- A grant of history by the person of the session, with the entry that gives it.
CREATE FUNCTION guard.give_history(p_thread uuid, p_grant jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  its_person uuid := p_grant->>'personId';
  first bigint := p_grant->>'fromSeq';
  last bigint := p_grant->>'toSeq';
BEGIN
  PERFORM FROM app.thread_members m
    WHERE m.thread_id = p_thread AND m.person_id = me.person_id AND m.standing = 'steward';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'history is given by stewards' USING ERRCODE = '42501';
  END IF;
  PERFORM FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = its_person;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'history for somebody who does not stand in the thread' USING ERRCODE = '42501';
  END IF;
  PERFORM FROM app.entries e JOIN app.rosters r ON r.thread_id = e.thread_id AND r.version = e.roster_version
    WHERE e.thread_id = p_thread AND e.seq BETWEEN first AND last AND me.person_id <> ALL (r.person_ids);
  IF FOUND THEN
    RAISE EXCEPTION 'history of a time in which its giver was not there' USING ERRCODE = '42501';
  END IF;
  -- Places of the incarnation and the epoch in the layout of an entry; as bytes, numbers stand in their order.
  PERFORM FROM app.entries e
    WHERE e.thread_id = p_thread AND get_byte(e.entry, 3) = 3
      AND substring(e.entry FROM 5 FOR 4) = int4send((p_grant->>'incarnation')::int)
      AND substring(e.entry FROM 9 FOR 8)
          BETWEEN int8send((p_grant->>'fromEpoch')::bigint) AND int8send((p_grant->>'toEpoch')::bigint);
  IF FOUND THEN
    RAISE EXCEPTION 'keys of what is for named recipients alone' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.history_grants (thread_id, seq, grant_id, person_id, granted_by, from_seq, to_seq)
  VALUES (p_thread, (p_grant->>'seq')::bigint, (p_grant->>'grantId')::uuid, its_person, me.person_id, first, last);
END $$;

-- As before. Named blobs come with their entry, and with the grant that they are; grants of history begin, and end with
-- the membership that they were given in.
CREATE OR REPLACE FUNCTION guard.append_entries(p_thread uuid, p_first bigint, p_ids uuid[], p_kinds text[],
  p_times bigint[], p_rosters bigint[], p_entries bytea[], p_receipts bytea[], p_last_hash bytea, p_epoch bigint,
  p_chain bytea, p_roster_version bigint, p_change jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = me.person_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an entry of somebody who does not stand in the thread' USING ERRCODE = '42501';
  END IF;
  UPDATE app.threads
     SET last_seq = last_seq + cardinality(p_ids), epoch = p_epoch, chain = p_chain, roster_version = p_roster_version,
         accepted_ms = p_times[cardinality(p_times)]
   WHERE thread_id = p_thread AND last_seq = p_first - 1 AND p_epoch >= epoch;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not the end of the log' USING ERRCODE = '42501';
  END IF;
  PERFORM guard.put_entries(p_thread, p_first, p_ids, p_kinds, p_times, p_rosters, p_entries, p_receipts, p_last_hash);
  IF p_change IS NULL THEN
    RETURN;
  END IF;
  UPDATE app.blobs b SET named_by = (n->>'seq')::bigint, grant_id = (n->>'grantId')::uuid
    FROM jsonb_array_elements(p_change->'named') AS n
   WHERE b.thread_id = p_thread AND b.sha256 = decode(n->>'sha256', 'hex') AND b.named_by IS NULL;
  DELETE FROM app.blobs b USING app.thread_states s
   WHERE s.thread_id = p_thread AND b.thread_id = p_thread AND b.sha256 = s.package_hash
     AND b.sha256 <> decode(p_change->>'packageHash', 'hex');
  UPDATE app.thread_states
     SET state = p_change->>'state', leaves = p_change->'leaves',
         left_persons = ARRAY(SELECT p::uuid FROM jsonb_array_elements_text(p_change->'left') AS p),
         package_hash = coalesce(decode(p_change->>'packageHash', 'hex'), package_hash)
   WHERE thread_id = p_thread;
  UPDATE app.threads SET states = ARRAY(SELECT jsonb_array_elements_text(p_change->'states'))
   WHERE thread_id = p_thread;
  INSERT INTO app.rosters
  SELECT p_thread, (r->>'version')::bigint, ARRAY(SELECT p::uuid FROM jsonb_array_elements_text(r->'personIds') AS p)
    FROM jsonb_array_elements(p_change->'rosters') AS r;
  PERFORM guard.give_history(p_thread, g) FROM jsonb_array_elements(p_change->'grants') AS g;
  DELETE FROM app.thread_members WHERE thread_id = p_thread;
  INSERT INTO app.thread_members
  SELECT p_thread, (m->>'personId')::uuid, m->>'standing' FROM jsonb_array_elements(p_change->'members') AS m;
  UPDATE app.history_grants g SET is_over = true
   WHERE g.thread_id = p_thread AND NOT g.is_over AND NOT EXISTS (
     SELECT FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = g.person_id);
END $$;

-- As before.
CREATE OR REPLACE FUNCTION guard.stage_blob(p_thread uuid, p_sha256 bytea, p_bytes bytea, p_most integer,
  p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_thread <> ALL (guard.my_threads()) THEN
    RAISE EXCEPTION 'a blob of another thread' USING ERRCODE = '42501';
  END IF;
  DELETE FROM app.blobs WHERE thread_id = p_thread AND named_by IS NULL AND staged_at <= p_now - interval '1 hour';
  PERFORM FROM app.blobs
    WHERE thread_id = p_thread AND named_by IS NULL AND staged_by = me.person_id AND sha256 <> p_sha256
    OFFSET p_most - 1;
  IF FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO app.blobs AS b (thread_id, sha256, bytes, staged_by, staged_at)
  VALUES (p_thread, p_sha256, p_bytes, me.person_id, p_now)
  ON CONFLICT (thread_id, sha256)
  DO UPDATE SET staged_by = excluded.staged_by, staged_at = excluded.staged_at WHERE b.named_by IS NULL;
  RETURN true;
END $$;
RESET ROLE;
`,
};
