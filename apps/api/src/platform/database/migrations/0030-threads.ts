import type { Migration } from './migration.js';

/**
 * Cases, threads and their logs.
 *
 * The rows of a thread are written by functions of the guard alone: they take the author's device from the session and
 * ask whether the person stands in the thread, under the lock of its row, so that no mistake of the application writes
 * in the name of somebody else or beside the order of the log. Rows are read under policies: an entry by whoever is in
 * the roster that was frozen with it, and still stands in the thread.
 *
 * Instants of entries are Unix milliseconds, as the chain has them.
 */
export const threadsMigration: Migration = {
  name: '0030-threads',
  sql: `
CREATE TABLE app.cases (
  case_id     uuid PRIMARY KEY,
  owner_state text NOT NULL CHECK (owner_state ~ '^[A-Z]{2}$'),
  states      text[] NOT NULL CHECK (owner_state = ANY (states)),
  case_type   text NOT NULL CHECK (case_type ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$'),
  legal_basis text NOT NULL CHECK (legal_basis ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$'),
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  opened_by   uuid NOT NULL,
  opened_at   timestamptz NOT NULL
);
CREATE TABLE app.case_members (
  case_id   uuid NOT NULL REFERENCES app.cases,
  person_id uuid NOT NULL,
  role      text NOT NULL CHECK (role IN ('steward', 'member')),
  PRIMARY KEY (case_id, person_id)
);
CREATE INDEX case_members_by_person ON app.case_members (person_id);

-- The head of a log: the one row that appending locks.
CREATE TABLE app.threads (
  thread_id      uuid PRIMARY KEY,
  case_id        uuid NOT NULL REFERENCES app.cases,
  originator     text NOT NULL CHECK (originator ~ '^[A-Z]{2}$'),
  states         text[] NOT NULL CHECK (originator = ANY (states)),
  suite          text NOT NULL,
  status         text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed', 'shredded')),
  incarnation    bigint NOT NULL CHECK (incarnation >= 0),
  epoch          bigint NOT NULL CHECK (epoch >= 0),
  last_seq       bigint NOT NULL CHECK (last_seq >= 1),
  chain          bytea NOT NULL CHECK (octet_length(chain) = 32),
  accepted_ms    bigint NOT NULL,
  roster_version bigint NOT NULL
);
CREATE INDEX threads_by_case ON app.threads (case_id);
-- What commits change, apart from the row that every entry changes.
CREATE TABLE app.thread_states (
  thread_id    uuid PRIMARY KEY REFERENCES app.threads,
  state        text NOT NULL CHECK (octet_length(state) <= 65536),
  -- [{leaf, deviceId, personId, updatedMs}]
  leaves       jsonb NOT NULL,
  -- Members who have left, until a commit removes them.
  left_persons uuid[] NOT NULL DEFAULT '{}',
  package_hash bytea NOT NULL CHECK (octet_length(package_hash) = 32)
);
CREATE TABLE app.thread_members (
  thread_id uuid NOT NULL REFERENCES app.threads,
  person_id uuid NOT NULL,
  standing  text NOT NULL CHECK (standing IN ('steward', 'member', 'invited')),
  PRIMARY KEY (thread_id, person_id)
);
CREATE INDEX thread_members_by_person ON app.thread_members (person_id);
-- Frozen: who may receive the entries that name the version.
CREATE TABLE app.rosters (
  thread_id  uuid NOT NULL REFERENCES app.threads,
  version    bigint NOT NULL CHECK (version >= 1),
  person_ids uuid[] NOT NULL,
  PRIMARY KEY (thread_id, version)
);
-- Where each device is in its own sequence.
CREATE TABLE app.thread_devices (
  thread_id  uuid NOT NULL REFERENCES app.threads,
  device_id  uuid NOT NULL,
  device_seq bigint NOT NULL CHECK (device_seq >= 1),
  last_hash  bytea NOT NULL CHECK (octet_length(last_hash) = 32),
  PRIMARY KEY (thread_id, device_id)
);
CREATE TABLE app.entries (
  thread_id      uuid NOT NULL REFERENCES app.threads,
  seq            bigint NOT NULL CHECK (seq >= 1),
  device_id      uuid NOT NULL,
  entry_id       uuid NOT NULL,
  kind           text NOT NULL,
  accepted_ms    bigint NOT NULL,
  roster_version bigint NOT NULL,
  entry          bytea NOT NULL CHECK (octet_length(entry) <= 45056),
  receipt        bytea NOT NULL CHECK (octet_length(receipt) = 216),
  PRIMARY KEY (thread_id, seq),
  UNIQUE (thread_id, device_id, entry_id)
);
CREATE TABLE app.blobs (
  thread_id uuid NOT NULL REFERENCES app.threads,
  sha256    bytea NOT NULL CHECK (octet_length(sha256) = 32),
  bytes     bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
  staged_by uuid NOT NULL,
  staged_at timestamptz NOT NULL,
  -- An entry names it; one that none names goes after an hour.
  is_named  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (thread_id, sha256)
);

ALTER TABLE app.cases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.case_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.threads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.thread_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.thread_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.rosters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.thread_devices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.entries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.blobs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY guard_writes ON app.cases TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.case_members TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.threads TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.thread_states TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.thread_members TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.rosters TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.thread_devices TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.entries TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_writes ON app.blobs TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.cases, app.threads, app.thread_states, app.thread_devices TO enl_guard;
GRANT SELECT, INSERT ON app.case_members, app.rosters, app.entries TO enl_guard;
GRANT SELECT, INSERT, DELETE ON app.thread_members TO enl_guard;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.blobs TO enl_guard;

SET LOCAL ROLE enl_guard;

-- Threads in which the person of the session is a member or invited.
CREATE FUNCTION guard.my_threads() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN ARRAY(SELECT thread_id FROM app.thread_members WHERE person_id = me.person_id);
END $$;

-- Cases of the person, and those of the threads in which the person is a member.
CREATE FUNCTION guard.my_cases() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN ARRAY(
    SELECT case_id FROM app.case_members WHERE person_id = me.person_id
    UNION
    SELECT t.case_id FROM app.thread_members m JOIN app.threads t USING (thread_id)
     WHERE m.person_id = me.person_id AND m.standing <> 'invited');
END $$;

-- False when the id is taken; whose it is then is for the policies to show.
CREATE FUNCTION guard.open_case(p_case uuid, p_case_type text, p_legal_basis text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  INSERT INTO app.cases (case_id, owner_state, states, case_type, legal_basis, opened_by, opened_at)
  VALUES (p_case, me.state, ARRAY[me.state], p_case_type, p_legal_basis, me.person_id, p_now)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO app.case_members VALUES (p_case, me.person_id, 'steward');
  RETURN true;
END $$;

-- By a steward of the case; false for everybody else, and for a State that takes part already.
CREATE FUNCTION guard.add_case_state(p_case uuid, p_state text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.cases SET states = ARRAY(SELECT unnest(states || p_state) ORDER BY 1)
   WHERE case_id = p_case AND p_state <> ALL (states) AND EXISTS (
     SELECT FROM app.case_members m
      WHERE m.case_id = p_case AND m.person_id = me.person_id AND m.role = 'steward');
  RETURN FOUND;
END $$;

-- Entries of the device of the session at the end of the log, under the lock of its row. The caller has judged them.
CREATE FUNCTION guard.put_entries(p_thread uuid, p_first bigint, p_ids uuid[], p_kinds text[], p_times bigint[],
  p_rosters bigint[], p_entries bytea[], p_receipts bytea[], p_last_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  INSERT INTO app.entries (thread_id, seq, device_id, entry_id, kind, accepted_ms, roster_version, entry, receipt)
  SELECT p_thread, p_first + e.at - 1, me.device_id, e.id, e.kind, e.ms, e.roster, e.entry, e.receipt
    FROM unnest(p_ids, p_kinds, p_times, p_rosters, p_entries, p_receipts) WITH ORDINALITY
      AS e (id, kind, ms, roster, entry, receipt, at);
  INSERT INTO app.thread_devices AS d VALUES (p_thread, me.device_id, cardinality(p_ids), p_last_hash)
  ON CONFLICT (thread_id, device_id)
  DO UPDATE SET device_seq = d.device_seq + cardinality(p_ids), last_hash = excluded.last_hash;
END $$;

-- Opens the log with its genesis. By a member of the case; 23505 when the id is taken.
CREATE FUNCTION guard.open_thread(p_thread uuid, p_case uuid, p_states text[], p_suite text, p_chain bytea,
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
  INSERT INTO app.blobs VALUES (p_thread, p_package_hash, p_package, me.person_id, to_timestamp(p_now / 1000.0), true);
  PERFORM guard.put_entries(p_thread, 1, ARRAY[p_entry_id], ARRAY['genesis'], ARRAY[p_now], ARRAY[1::bigint],
    ARRAY[p_entry], ARRAY[p_receipt], p_last_hash);
END $$;

-- Everything by which an entry is judged, held until the end of the transaction. No row for whoever does not stand in
-- the thread. The lock comes first and the reading after it, in statements of their own: each sees what was committed
-- before it began.
CREATE FUNCTION guard.lock_thread(p_thread uuid, p_entry_ids uuid[]) RETURNS TABLE (
  case_id uuid, originator text, states text[], suite text, status text, incarnation bigint, epoch bigint,
  last_seq bigint, chain bytea, accepted_ms bigint, roster_version bigint, state text, leaves jsonb,
  left_persons uuid[], standing text, device_seq bigint, last_hash bytea, receipts bytea[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me app.sessions := guard.me();
BEGIN
  PERFORM FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = me.person_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM FROM app.threads t WHERE t.thread_id = p_thread FOR UPDATE;
  RETURN QUERY
  SELECT t.case_id, t.originator, t.states, t.suite, t.status, t.incarnation, t.epoch, t.last_seq, t.chain,
         t.accepted_ms, t.roster_version, s.state, s.leaves, s.left_persons, m.standing, d.device_seq, d.last_hash,
         ARRAY(SELECT e.receipt FROM app.entries e
                WHERE e.thread_id = p_thread AND e.device_id = me.device_id AND e.entry_id = ANY (p_entry_ids))
    FROM app.threads t JOIN app.thread_states s ON s.thread_id = t.thread_id
    JOIN app.thread_members m ON m.thread_id = t.thread_id AND m.person_id = me.person_id
    LEFT JOIN app.thread_devices d ON d.thread_id = t.thread_id AND d.device_id = me.device_id
   WHERE t.thread_id = p_thread;
END $$;

-- The next entries of a locked log, in one statement of the caller. p_change: what commits and departures among them
-- changed, or NULL.
CREATE FUNCTION guard.append_entries(p_thread uuid, p_first bigint, p_ids uuid[], p_kinds text[], p_times bigint[],
  p_rosters bigint[], p_entries bytea[], p_receipts bytea[], p_last_hash bytea, p_epoch bigint, p_chain bytea,
  p_roster_version bigint, p_change jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  named bytea[];
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
  named := ARRAY(SELECT decode(b, 'hex') FROM jsonb_array_elements_text(p_change->'named') AS b);
  UPDATE app.blobs SET is_named = true WHERE thread_id = p_thread AND sha256 = ANY (named);
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
  DELETE FROM app.thread_members WHERE thread_id = p_thread;
  INSERT INTO app.thread_members
  SELECT p_thread, (m->>'personId')::uuid, m->>'standing' FROM jsonb_array_elements(p_change->'members') AS m;
END $$;

-- The chain before an entry, which the receipt of the one before says; NULL before the first, and for strangers. A
-- reader who was invited later begins there.
CREATE FUNCTION guard.chain_before(p_thread uuid, p_seq bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p_thread <> ALL (guard.my_threads()) THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT substring(e.receipt FROM 81 FOR 32) FROM app.entries e
           WHERE e.thread_id = p_thread AND e.seq = p_seq - 1);
END $$;

-- A blob ahead of its entry: false when it would be one too many of the person. What no entry named for an hour goes.
CREATE FUNCTION guard.stage_blob(p_thread uuid, p_sha256 bytea, p_bytes bytea, p_most integer, p_now timestamptz)
RETURNS boolean
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
  INSERT INTO app.blobs (thread_id, sha256, bytes, staged_by, staged_at)
  VALUES (p_thread, p_sha256, p_bytes, me.person_id, p_now) ON CONFLICT DO NOTHING;
  RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION guard.my_threads(), guard.my_cases(), guard.open_case(uuid, text, text, timestamptz),
  guard.add_case_state(uuid, text),
  guard.open_thread(uuid, uuid, text[], text, bytea, bigint, text, jsonb, bytea, bytea, uuid, bytea, bytea, bytea),
  guard.lock_thread(uuid, uuid[]), guard.chain_before(uuid, bigint),
  guard.append_entries(uuid, bigint, uuid[], text[], bigint[], bigint[], bytea[], bytea[], bytea, bigint, bytea, bigint,
    jsonb),
  guard.stage_blob(uuid, bytea, bytea, integer, timestamptz) TO enl_app;
RESET ROLE;

CREATE POLICY member_reads ON app.cases FOR SELECT TO enl_app
  USING (case_id = ANY ((SELECT guard.my_cases())::uuid[]));
CREATE POLICY own_reads ON app.case_members FOR SELECT TO enl_app
  USING (person_id = (SELECT guard.my_person()));
CREATE POLICY member_reads ON app.threads FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]));
CREATE POLICY own_reads ON app.thread_members FOR SELECT TO enl_app
  USING (person_id = (SELECT guard.my_person()));
CREATE POLICY named_reads ON app.rosters FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]) AND (SELECT guard.my_person()) = ANY (person_ids));
CREATE POLICY recipient_reads ON app.entries FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]) AND EXISTS (
    SELECT FROM app.rosters r
     WHERE r.thread_id = entries.thread_id AND r.version = entries.roster_version
       AND (SELECT guard.my_person()) = ANY (r.person_ids)));
CREATE POLICY member_reads ON app.blobs FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]));
GRANT SELECT ON app.cases, app.case_members, app.threads, app.thread_members, app.rosters, app.entries, app.blobs
  TO enl_app;
`,
};
