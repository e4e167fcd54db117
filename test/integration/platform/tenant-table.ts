import type { FreshDatabase } from '@enlace/testing';

const TENANT_TABLE_SQL = `
SET ROLE enl_migrate;
CREATE TABLE app.state_notes (id uuid PRIMARY KEY, state text NOT NULL, body text NOT NULL);
ALTER TABLE app.state_notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_state ON app.state_notes TO enl_app
  USING (state = (SELECT guard.my_state())) WITH CHECK (state = (SELECT guard.my_state()));
GRANT SELECT, INSERT, UPDATE, DELETE ON app.state_notes TO enl_app;
RESET ROLE;
INSERT INTO app.state_notes VALUES (gen_random_uuid(), 'MX', 'of Mexico'), (gen_random_uuid(), 'GT', 'of Guatemala');
`;

/** A table in the form that every table of a State has, with one row of Mexico and one of Guatemala. */
export async function makeTenantTable(database: FreshDatabase): Promise<void> {
  await database.asAdmin(TENANT_TABLE_SQL);
}
