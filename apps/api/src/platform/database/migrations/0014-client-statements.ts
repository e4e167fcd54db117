import type { Migration } from './migration.js';

/**
 * Which statements of a device are events already. Statements queue on the device and are sent again when no answer
 * came: the same one twice is one event. The device is read from the session, so nobody uses up the ids of another.
 */
export const clientStatementsMigration: Migration = {
  name: '0014-client-statements',
  sql: `
CREATE TABLE audit.client_statements (
  device_id    uuid NOT NULL,
  statement_id uuid NOT NULL,
  received_at  timestamptz NOT NULL,
  PRIMARY KEY (device_id, statement_id)
);
ALTER TABLE audit.client_statements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON audit.client_statements TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit.client_statements TO enl_guard;

SET LOCAL ROLE enl_guard;
-- True when the statement is new; two acts that bring the same one wait for each other.
CREATE FUNCTION guard.take_client_statement(p_statement uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  INSERT INTO audit.client_statements VALUES (me.device_id, p_statement, p_now) ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION guard.take_client_statement(uuid, timestamptz) TO enl_app;
RESET ROLE;
`,
};
