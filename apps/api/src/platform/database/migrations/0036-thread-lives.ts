import type { Migration } from './migration.js';

/**
 * How entries lose their bodies, and how a thread ends: redaction, closing, holds, another term, shredding.
 *
 * An entry of a log changes in one way: its body goes, and its hash stays in the place of it, so that signature, chain
 * and receipt still verify. What two persons have to approve is asked again here, by rows: another steward, or, for a
 * hold, a national auditor of the State that opened the thread; an approval counts once.
 */
export const threadLivesMigration: Migration = {
  name: '0036-thread-lives',
  sql: `
ALTER TABLE app.cases ADD COLUMN is_held boolean NOT NULL DEFAULT false;
-- Of a held thread nothing is erased. retain_until: NULL, and the policy of the thread says how long it is kept.
ALTER TABLE app.threads ADD COLUMN is_held boolean NOT NULL DEFAULT false, ADD COLUMN retain_until timestamptz;
-- The entry that allows it that the body is gone; 0 when it was the end of the term.
ALTER TABLE app.entries ADD COLUMN erased_by bigint
  CHECK (erased_by IS NULL OR (erased_by = 0 OR erased_by > seq) AND octet_length(entry) = 320);
CREATE TABLE app.thread_approvals (
  thread_id uuid NOT NULL REFERENCES app.threads,
  nonce     bytea NOT NULL CHECK (octet_length(nonce) = 16),
  person_id uuid NOT NULL,
  -- Of the entry that brought it.
  seq       bigint NOT NULL,
  PRIMARY KEY (thread_id, nonce)
);
ALTER TABLE app.thread_approvals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.thread_approvals TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON app.thread_approvals TO enl_guard;
GRANT UPDATE (entry, erased_by) ON app.entries TO enl_guard;
GRANT INSERT, UPDATE ON audit.holds TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Header and commitment, the hash of the body, the signature.
CREATE FUNCTION guard.erased_form(p_entry bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT substring(p_entry FROM 1 FOR 224) || sha256(substring(p_entry FROM 225 FOR octet_length(p_entry) - 288))
         || substring(p_entry FROM octet_length(p_entry) - 63)
$$;
RESET ROLE;

CREATE FUNCTION app.only_erase() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.erased_by IS NOT NULL OR NEW.erased_by IS NULL OR get_byte(OLD.entry, 2) < 16
     OR NEW.entry <> guard.erased_form(OLD.entry)
     OR to_jsonb(NEW) - ARRAY['entry', 'erased_by'] <> to_jsonb(OLD) - ARRAY['entry', 'erased_by'] THEN
    RAISE EXCEPTION 'an entry is only erased, once, when it is sealed' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION app.only_erase() FROM PUBLIC;
CREATE TRIGGER entries_only_erased BEFORE UPDATE ON app.entries FOR EACH ROW EXECUTE FUNCTION app.only_erase();

SET LOCAL ROLE enl_guard;

-- By a hold of its own, or of its case.
CREATE FUNCTION guard.is_held(p_thread uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.is_held OR c.is_held FROM app.threads t JOIN app.cases c USING (case_id) WHERE t.thread_id = p_thread
$$;

DROP FUNCTION guard.lock_thread(uuid, uuid[]);
-- As before, with whether the thread is held.
CREATE FUNCTION guard.lock_thread(p_thread uuid, p_entry_ids uuid[]) RETURNS TABLE (
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
  IF NOT FOUND THEN
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

-- Bodies of entries before the redaction: the own ones, or any by a steward; of what only grew into snapshots, updates
-- older than the last two of these.
CREATE FUNCTION guard.redact(p_thread uuid, p_redaction jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  reason text := p_redaction->>'reason';
  targets bigint[] := ARRAY(SELECT jsonb_array_elements_text(p_redaction->'targets')::bigint);
  erased integer;
BEGIN
  PERFORM FROM app.thread_members m
    WHERE m.thread_id = p_thread AND m.person_id = me.person_id
      AND (m.standing = 'steward' OR m.standing = 'member' AND reason = 'withdrawn');
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

-- Everything of a thread that is not needed to prove what happened: bodies, blobs.
CREATE FUNCTION guard.shred(p_thread uuid, p_by bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.entries e SET entry = guard.erased_form(e.entry), erased_by = p_by
   WHERE e.thread_id = p_thread AND e.erased_by IS NULL AND get_byte(e.entry, 2) >= 16;
  DELETE FROM app.blobs WHERE thread_id = p_thread;
  UPDATE app.threads SET status = 'shredded' WHERE thread_id = p_thread;
END $$;

-- Whether somebody else than the steward of the session approved who may: another steward, of another State where the
-- thread has one, or for a hold a national auditor of the State that opened it.
CREATE FUNCTION guard.has_second(p_thread uuid, p_action text, p_persons uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN EXISTS (
    SELECT FROM app.threads t JOIN app.persons p ON p.person_id = ANY (p_persons) AND p.person_id <> me.person_id
     WHERE t.thread_id = p_thread AND (
       EXISTS (SELECT FROM app.thread_members m
                WHERE m.thread_id = p_thread AND m.person_id = p.person_id AND m.standing = 'steward')
         AND (cardinality(t.states) < 2 OR p.state <> me.state)
       OR p_action = 'hold' AND p.state = t.originator AND 'auditor' = ANY (p.roles) AND p.audit_scope = 'national'));
END $$;

-- An act on the life of a thread, by a steward.
CREATE FUNCTION guard.change_life(p_thread uuid, p_life jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  action text := p_life->>'action';
  its_seq bigint := p_life->>'seq';
  at timestamptz := to_timestamp((p_life->>'atMs')::bigint / 1000.0);
BEGIN
  PERFORM FROM app.thread_members m
    WHERE m.thread_id = p_thread AND m.person_id = me.person_id AND m.standing = 'steward';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the life of a thread is of its stewards' USING ERRCODE = '42501';
  END IF;
  IF action <> 'close' AND NOT guard.has_second(p_thread, action,
       ARRAY(SELECT (a->>'personId')::uuid FROM jsonb_array_elements(p_life->'approvals') AS a)) THEN
    RAISE EXCEPTION 'nobody else approved' USING ERRCODE = '42501';
  END IF;
  IF action IN ('retain', 'shred') AND guard.is_held(p_thread) THEN
    RAISE EXCEPTION 'a held thread' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.thread_approvals
  SELECT p_thread, decode(a->>'nonce', 'hex'), (a->>'personId')::uuid, its_seq
    FROM jsonb_array_elements(p_life->'approvals') AS a;
  CASE action
    WHEN 'close' THEN
      UPDATE app.threads SET status = 'closed' WHERE thread_id = p_thread AND status = 'open';
    WHEN 'retain' THEN
      UPDATE app.threads SET retain_until = (p_life->>'until')::timestamptz WHERE thread_id = p_thread;
    WHEN 'hold' THEN
      UPDATE app.threads SET is_held = true WHERE thread_id = p_thread AND NOT is_held;
      -- What the record has of the thread stays as well, in every State of it.
      INSERT INTO audit.holds (hold_id, state, thread_id, placed_at)
      SELECT gen_random_uuid(), s, p_thread, at FROM app.threads t, unnest(t.states) AS s WHERE t.thread_id = p_thread;
    WHEN 'release' THEN
      UPDATE app.threads SET is_held = false WHERE thread_id = p_thread AND is_held;
      UPDATE audit.holds SET lifted_at = greatest(at, placed_at) WHERE thread_id = p_thread AND lifted_at IS NULL;
    WHEN 'shred' THEN
      PERFORM guard.shred(p_thread, its_seq);
  END CASE;
END $$;

-- Which nonces of approvals the thread has seen, for whoever stands in it.
CREATE FUNCTION guard.used_approvals(p_thread uuid, p_nonces bytea[]) RETURNS bytea[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(SELECT a.nonce FROM app.thread_approvals a
                WHERE a.thread_id = p_thread AND a.nonce = ANY (p_nonces) AND p_thread = ANY (guard.my_threads()))
$$;

-- How many bodies an entry has erased, for whoever stands in the thread.
CREATE FUNCTION guard.count_erased(p_thread uuid, p_by bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*) FROM app.entries e
   WHERE e.thread_id = p_thread AND e.erased_by = p_by AND p_thread = ANY (guard.my_threads())
$$;

-- As before, with redactions and acts on the life of the thread, which close the log to other entries.
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
   WHERE thread_id = p_thread AND last_seq = p_first - 1 AND p_epoch >= epoch
     AND (status = 'open' OR p_kinds <@ ARRAY['leave']
          OR status = 'closed' AND p_kinds <@ ARRAY['leave', 'redaction', 'lifecycle']);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not the end of the log, or one that is closed' USING ERRCODE = '42501';
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
  PERFORM guard.redact(p_thread, r) FROM jsonb_array_elements(p_change->'redactions') AS r;
  PERFORM guard.change_life(p_thread, l) FROM jsonb_array_elements(p_change->'lives') AS l;
  DELETE FROM app.thread_members WHERE thread_id = p_thread;
  INSERT INTO app.thread_members
  SELECT p_thread, (m->>'personId')::uuid, m->>'standing' FROM jsonb_array_elements(p_change->'members') AS m;
  UPDATE app.history_grants g SET is_over = true
   WHERE g.thread_id = p_thread AND NOT g.is_over AND NOT EXISTS (
     SELECT FROM app.thread_members m WHERE m.thread_id = p_thread AND m.person_id = g.person_id);
END $$;

GRANT EXECUTE ON FUNCTION guard.lock_thread(uuid, uuid[]), guard.used_approvals(uuid, bytea[]),
  guard.count_erased(uuid, bigint) TO enl_app;
RESET ROLE;
`,
};
