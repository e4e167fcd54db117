import type { Migration } from './migration.js';

/**
 * A log that lost entries is closed by what States signed, and another one goes on. What they signed is shown beside
 * the log that goes on: whoever verifies reads it, and believes no row. Entries that stand in a halted log and were
 * never signed are promised by nobody: they go back to the outbox, in their order, and from there into the next log.
 */
export const continuedLogsMigration: Migration = {
  name: '0034-continued-logs',
  sql: `
CREATE TABLE audit.log_continuations (
  log_id  uuid PRIMARY KEY REFERENCES audit.logs,
  lost_id uuid NOT NULL UNIQUE REFERENCES audit.logs,
  wire    text NOT NULL CHECK (octet_length(wire) <= 12288),
  CHECK (log_id <> lost_id)
);
ALTER TABLE audit.log_continuations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY impersonal ON audit.log_continuations FOR SELECT TO enl_app USING (true);
GRANT SELECT ON audit.log_continuations TO enl_app;
CREATE POLICY continues ON audit.log_continuations TO enl_sequencer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit.log_continuations TO enl_sequencer;

CREATE POLICY takes_back ON audit.log_entries FOR DELETE TO enl_guard USING (true);
GRANT DELETE ON audit.log_entries TO enl_guard;
CREATE POLICY takes_back ON audit.log_checkpoints FOR SELECT TO enl_guard USING (true);
GRANT SELECT ON audit.log_checkpoints TO enl_guard;
CREATE POLICY takes_back ON audit.outbox FOR INSERT TO enl_guard WITH CHECK (true);
GRANT INSERT ON audit.outbox TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Of a halted log, and above its newest checkpoint alone: what was signed stays for ever, whoever asks.
CREATE FUNCTION guard.take_back_unsigned(p_log uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost audit.logs;
  signed bigint;
BEGIN
  SELECT * INTO lost FROM audit.logs WHERE log_id = p_log;
  IF lost.state IS DISTINCT FROM 'halted' THEN
    RAISE EXCEPTION 'only a halted log gives back what was not signed' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(max(size), 0) INTO signed FROM audit.log_checkpoints WHERE log_id = p_log;
  WITH taken AS (DELETE FROM audit.log_entries WHERE log_id = p_log AND index >= signed RETURNING *)
  INSERT INTO audit.outbox (stream, created_at, entry_id, kind, leaf)
  SELECT lost.stream, t.integrated_at + (t.index - signed) * interval '1 microsecond', t.entry_id,
         get_byte(t.leaf, 1), t.leaf
    FROM taken t;
END $$;
GRANT EXECUTE ON FUNCTION guard.take_back_unsigned(uuid) TO enl_sequencer;
RESET ROLE;
`,
};
