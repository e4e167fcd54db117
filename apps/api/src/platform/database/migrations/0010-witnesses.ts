import type { Migration } from './migration.js';

/**
 * Witnesses: their tokens, and since when one of them is late. Who is a witness stands in the statements log, who
 * cosigned in `log_cosignatures`.
 */
export const witnessesMigration: Migration = {
  name: '0010-witnesses',
  sql: `
-- A witness that is late with a log; the row is gone when it has caught up.
CREATE TABLE audit.witness_delays (
  log_id  uuid NOT NULL REFERENCES audit.logs,
  witness text NOT NULL,
  since   timestamptz NOT NULL,
  PRIMARY KEY (log_id, witness)
);
-- One token a witness, the newest; mirror_key makes its tickets and never leaves the server.
CREATE TABLE audit.witness_tokens (
  witness    text PRIMARY KEY,
  state      text NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  mirror_key bytea NOT NULL CHECK (octet_length(mirror_key) = 32),
  issued_at  timestamptz NOT NULL
);
ALTER TABLE audit.witness_delays ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.witness_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY watches ON audit.witness_delays TO enl_sequencer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON audit.witness_delays TO enl_sequencer;
CREATE POLICY guard_only ON audit.witness_tokens TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON audit.witness_tokens TO enl_guard;

-- The server itself says that a witness is late, as it says that a log was halted.
DROP POLICY own_acts ON audit.events;
CREATE POLICY own_acts ON audit.events FOR INSERT TO enl_sequencer
  WITH CHECK (object_type IN ('log', 'witness'));

SET LOCAL ROLE enl_guard;
-- A registrar's State has one token for its witness; the one before is worth nothing from now on.
CREATE FUNCTION guard.put_witness_token(p_witness text, p_token_hash bytea, p_mirror_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  INSERT INTO audit.witness_tokens VALUES (p_witness, home, p_token_hash, p_mirror_key, now())
  ON CONFLICT (witness) DO UPDATE
    SET token_hash = excluded.token_hash, mirror_key = excluded.mirror_key, issued_at = excluded.issued_at
    WHERE witness_tokens.state = home;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the witness of another State' USING ERRCODE = '42501';
  END IF;
END $$;
CREATE FUNCTION guard.find_witness(IN p_token_hash bytea, OUT witness text, OUT state text, OUT mirror_key bytea)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.witness, t.state, t.mirror_key FROM audit.witness_tokens t WHERE t.token_hash = p_token_hash
$$;
GRANT EXECUTE ON FUNCTION guard.put_witness_token(text, bytea, bytea), guard.find_witness(bytea) TO enl_app;
RESET ROLE;
`,
};
