import type { Migration } from './migration.js';

/**
 * The order of the outbox is counted and not timed: an act that was answered before another one began has the smaller
 * number, whatever the clocks of nodes and of the database do. What a log gives back was answered long before anything
 * that waits, and is counted from one downwards.
 */
export const orderOfWritingMigration: Migration = {
  name: '0045-order-of-writing',
  sql: `
ALTER TABLE audit.outbox NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.outbox ADD COLUMN written bigint;
UPDATE audit.outbox o SET written = w.written
  FROM (SELECT stream, created_at, entry_id, row_number() OVER (ORDER BY created_at, entry_id) AS written
          FROM audit.outbox) w
 WHERE (o.stream, o.created_at, o.entry_id) = (w.stream, w.created_at, w.entry_id);
ALTER TABLE audit.outbox ALTER COLUMN written SET NOT NULL,
  ALTER COLUMN written ADD GENERATED ALWAYS AS IDENTITY,
  DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (stream, written);
SELECT setval(pg_get_serial_sequence('audit.outbox', 'written'), count(*) + 1, false) FROM audit.outbox;
ALTER TABLE audit.outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY counts_back ON audit.outbox FOR SELECT TO enl_guard USING (true);
GRANT SELECT (written) ON audit.outbox TO enl_guard;

SET LOCAL ROLE enl_guard;
-- As before, and in front of all that waits.
CREATE OR REPLACE FUNCTION guard.take_back_unsigned(p_log uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost audit.logs;
  signed bigint;
  first bigint;
BEGIN
  SELECT * INTO lost FROM audit.logs WHERE log_id = p_log;
  IF lost.state IS DISTINCT FROM 'halted' THEN
    RAISE EXCEPTION 'only a halted log gives back what was not signed' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(max(size), 0) INTO signed FROM audit.log_checkpoints WHERE log_id = p_log;
  SELECT least(min(written), 1) INTO first FROM audit.outbox;
  WITH taken AS (DELETE FROM audit.log_entries WHERE log_id = p_log AND index >= signed RETURNING *)
  INSERT INTO audit.outbox (stream, created_at, entry_id, kind, leaf, written) OVERRIDING SYSTEM VALUE
  SELECT lost.stream, t.integrated_at, t.entry_id, get_byte(t.leaf, 1), t.leaf,
         first - 1 - (max(t.index) OVER () - t.index)
    FROM taken t;
END $$;
RESET ROLE;
`,
};
