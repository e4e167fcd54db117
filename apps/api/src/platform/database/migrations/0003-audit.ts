import type { Migration } from './migration.js';

/**
 * The record of every act and the logs that make it checkable.
 *
 * `events`, `sections`, `device_seqs` and `outbox` are written by the act itself and never changed by it: `enl_app`
 * may insert and nothing else, so a program that took over the API can neither read what others did nor take
 * anything back. The sequencer alone empties the outbox into `log_entries`. The tables of the logs hold no personal
 * data; what they hold goes to all States as mirrors, hence `enl_app` may read them to serve it. Nobody may change
 * or remove an entry or a checkpoint.
 */
export const auditMigration: Migration = {
  name: '0003-audit',
  sql: `
GRANT USAGE ON SCHEMA audit TO enl_app, enl_sequencer, enl_guard;

CREATE TABLE audit.logs (
  log_id         uuid PRIMARY KEY,
  stream         text NOT NULL CHECK (stream IN ('audit', 'directory')),
  origin         text NOT NULL UNIQUE,
  vkey           text NOT NULL UNIQUE,
  size           bigint NOT NULL CHECK (size >= 0),
  root           bytea NOT NULL CHECK (octet_length(root) = 32),
  state          text NOT NULL CHECK (state IN ('open', 'halted', 'closed')),
  predecessor_id uuid REFERENCES audit.logs,
  opened_at      timestamptz NOT NULL
);

-- The log that a stream is written to: at most one at any moment.
CREATE TABLE audit.streams (
  stream text PRIMARY KEY CHECK (stream IN ('audit', 'directory')),
  log_id uuid NOT NULL UNIQUE REFERENCES audit.logs
);

-- Rows that are committed and not in a log yet; deleted when integrated. The key is the order of integration: a
-- statement that was written after another one was committed follows it in the log, whatever their ids and the
-- clocks of the nodes.
CREATE TABLE audit.outbox (
  stream     text NOT NULL CHECK (stream IN ('audit', 'directory')),
  created_at timestamptz NOT NULL,
  entry_id   uuid NOT NULL,
  kind       smallint NOT NULL CHECK (kind BETWEEN 1 AND 255),
  leaf       bytea NOT NULL CHECK (octet_length(leaf) IN (42, 58)),
  PRIMARY KEY (stream, created_at, entry_id)
);

CREATE TABLE audit.log_entries (
  log_id        uuid NOT NULL REFERENCES audit.logs,
  index         bigint NOT NULL CHECK (index >= 0),
  entry_id      uuid NOT NULL UNIQUE,
  leaf          bytea NOT NULL,
  integrated_at timestamptz NOT NULL,
  PRIMARY KEY (log_id, index)
);

-- One row a tile: the partial tile of width W is its first 32 W bytes, so every published size stays servable.
CREATE TABLE audit.log_tiles (
  log_id uuid NOT NULL REFERENCES audit.logs,
  level  smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
  n      bigint NOT NULL CHECK (n >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
  PRIMARY KEY (log_id, level, n)
);
ALTER TABLE audit.log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE audit.log_checkpoints (
  log_id    uuid NOT NULL REFERENCES audit.logs,
  size      bigint NOT NULL CHECK (size >= 0),
  root      bytea NOT NULL CHECK (octet_length(root) = 32),
  note      bytea NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (log_id, size)
);

CREATE TABLE audit.log_cosignatures (
  log_id  uuid NOT NULL,
  size    bigint NOT NULL,
  witness text NOT NULL,
  time    bigint NOT NULL CHECK (time > 0),
  line    text NOT NULL,
  PRIMARY KEY (log_id, size, witness),
  FOREIGN KEY (log_id, size) REFERENCES audit.log_checkpoints
);

-- The searchable side of an event. The columns after the digests are erased with the sections they repeat.
CREATE TABLE audit.events (
  event_id       uuid PRIMARY KEY,
  occurred_at    timestamptz NOT NULL,
  type           text NOT NULL,
  outcome        text NOT NULL CHECK (outcome IN ('success', 'denied', 'failed')),
  observed_by    text NOT NULL CHECK (observed_by IN ('server', 'client', 'operator')),
  object_type    text NOT NULL,
  object_id      text NOT NULL,
  owner_state    text,
  states         text[] NOT NULL,
  case_id        uuid,
  thread_id      uuid,
  request_id     uuid,
  actor_state    text,
  actor_role     text,
  actor_alias    text,
  correlation_id uuid NOT NULL,
  digests        bytea NOT NULL CHECK (octet_length(digests) = 160),
  actor_id       uuid,
  device_id      uuid,
  session_ref    text,
  ip             text,
  geo_state      text,
  in_hours       boolean
);

-- Bytes and salt of what an event committed to. Erasure deletes the row: without its salt a digest says nothing.
CREATE TABLE audit.sections (
  event_id    uuid NOT NULL REFERENCES audit.events,
  section     smallint NOT NULL CHECK (section BETWEEN 1 AND 5),
  owner_state text,
  salt        bytea NOT NULL CHECK (octet_length(salt) = 32),
  body        bytea NOT NULL CHECK (octet_length(body) <= 4096),
  PRIMARY KEY (event_id, section)
);

-- The replay guard of request proofs, and the evidence that no act of a device is missing.
CREATE TABLE audit.device_seqs (
  device_id uuid NOT NULL,
  seq       bigint NOT NULL CHECK (seq > 0),
  event_id  uuid NOT NULL REFERENCES audit.events,
  PRIMARY KEY (device_id, seq)
);

-- Keys of the aliases under which auditors of other States follow one person within one case.
CREATE TABLE audit.alias_keys (
  scope text PRIMARY KEY,
  key   bytea NOT NULL CHECK (octet_length(key) = 32)
);

ALTER TABLE audit.logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.streams ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.log_entries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.log_tiles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.log_checkpoints ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.log_cosignatures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.sections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.device_seqs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.alias_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Acts of people who are not signed in are recorded too: these inserts need no context.
CREATE POLICY written_by_acts ON audit.outbox FOR INSERT TO enl_app WITH CHECK (true);
CREATE POLICY written_by_acts ON audit.events FOR INSERT TO enl_app WITH CHECK (true);
CREATE POLICY written_by_acts ON audit.sections FOR INSERT TO enl_app WITH CHECK (true);
CREATE POLICY written_by_acts ON audit.device_seqs FOR INSERT TO enl_app WITH CHECK (true);
GRANT INSERT ON audit.outbox, audit.events, audit.sections, audit.device_seqs TO enl_app;

CREATE POLICY impersonal ON audit.logs FOR SELECT TO enl_app USING (true);
CREATE POLICY impersonal ON audit.streams FOR SELECT TO enl_app USING (true);
CREATE POLICY impersonal ON audit.log_entries FOR SELECT TO enl_app USING (true);
CREATE POLICY impersonal ON audit.log_tiles FOR SELECT TO enl_app USING (true);
CREATE POLICY impersonal ON audit.log_checkpoints FOR SELECT TO enl_app USING (true);
CREATE POLICY impersonal ON audit.log_cosignatures FOR SELECT TO enl_app USING (true);
GRANT SELECT ON audit.logs, audit.streams, audit.log_entries, audit.log_tiles, audit.log_checkpoints,
  audit.log_cosignatures TO enl_app;

CREATE POLICY integrates ON audit.logs TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY integrates ON audit.streams TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY integrates ON audit.log_entries TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY integrates ON audit.log_tiles TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY integrates ON audit.log_checkpoints TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY integrates ON audit.log_cosignatures TO enl_sequencer USING (true) WITH CHECK (true);
CREATE POLICY empties ON audit.outbox FOR SELECT TO enl_sequencer USING (true);
CREATE POLICY removes ON audit.outbox FOR DELETE TO enl_sequencer USING (true);
-- Manifests and the life of the log: what the sequencer itself does.
CREATE POLICY own_acts ON audit.outbox FOR INSERT TO enl_sequencer WITH CHECK (stream = 'audit' AND kind IN (2, 3));
CREATE POLICY own_acts ON audit.events FOR INSERT TO enl_sequencer WITH CHECK (object_type = 'log');
CREATE POLICY own_acts ON audit.sections FOR INSERT TO enl_sequencer WITH CHECK (owner_state IS NULL);
GRANT SELECT, INSERT ON audit.logs, audit.log_entries, audit.log_checkpoints, audit.log_cosignatures TO enl_sequencer;
GRANT SELECT, INSERT, UPDATE ON audit.log_tiles TO enl_sequencer;
GRANT UPDATE (size, root, state) ON audit.logs TO enl_sequencer;
GRANT SELECT, INSERT ON audit.streams TO enl_sequencer;
GRANT UPDATE (log_id) ON audit.streams TO enl_sequencer;
GRANT SELECT, INSERT, DELETE ON audit.outbox TO enl_sequencer;
GRANT INSERT ON audit.events, audit.sections TO enl_sequencer;

CREATE POLICY guard_only ON audit.alias_keys TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit.alias_keys TO enl_guard;

CREATE FUNCTION audit.keep_tile_prefix() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile only grows' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION audit.keep_tile_prefix() FROM PUBLIC;
CREATE TRIGGER tiles_only_grow BEFORE UPDATE ON audit.log_tiles
  FOR EACH ROW EXECUTE FUNCTION audit.keep_tile_prefix();

SET LOCAL ROLE enl_guard;
-- The key of a scope, made from the caller's random bytes when the scope has none. Two acts that meet in a new
-- scope wait for each other and get the same key. is_new: it is gone again if this transaction is.
CREATE FUNCTION guard.alias_key(IN alias_scope text, IN fresh_key bytea, OUT alias_key bytea, OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  is_new := false;
  SELECT key INTO alias_key FROM audit.alias_keys WHERE scope = alias_scope;
  IF NOT FOUND THEN
    INSERT INTO audit.alias_keys (scope, key) VALUES (alias_scope, fresh_key) ON CONFLICT DO NOTHING;
    is_new := FOUND;
    SELECT key INTO alias_key FROM audit.alias_keys WHERE scope = alias_scope;
  END IF;
END $$;
GRANT EXECUTE ON FUNCTION guard.alias_key(text, bytea) TO enl_app;
RESET ROLE;
`,
};
