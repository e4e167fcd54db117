import type { Migration } from './migration.js';

/**
 * What a person keeps under keys that the server never has. Row-level security shows a vault to its own person alone;
 * a session of recovery reads it, to open it, and writes nothing.
 */
export const vaultsMigration: Migration = {
  name: '0018-vaults',
  sql: `
CREATE TABLE app.vaults (
  person_id  uuid PRIMARY KEY,
  counter    bigint NOT NULL CHECK (counter > 0),
  head       text NOT NULL,
  wraps      bytea[] NOT NULL CHECK (cardinality(wraps) BETWEEN 1 AND 8),
  written_at timestamptz NOT NULL
);
ALTER TABLE app.vaults ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_read ON app.vaults FOR SELECT TO enl_app
  USING (person_id = (SELECT guard.my_person()));
CREATE POLICY own_insert ON app.vaults FOR INSERT TO enl_app
  WITH CHECK (person_id = (SELECT guard.my_person()) AND (SELECT guard.my_recovering_key()) IS NULL);
CREATE POLICY own_update ON app.vaults FOR UPDATE TO enl_app
  USING (person_id = (SELECT guard.my_person()) AND (SELECT guard.my_recovering_key()) IS NULL)
  WITH CHECK (person_id = (SELECT guard.my_person()));
GRANT SELECT, INSERT, UPDATE ON app.vaults TO enl_app;

CREATE TABLE app.vault_items (
  person_id uuid NOT NULL REFERENCES app.vaults,
  item_id   bytea NOT NULL CHECK (octet_length(item_id) = 32),
  version   bigint NOT NULL CHECK (version > 0),
  hash      bytea NOT NULL CHECK (octet_length(hash) = 32),
  item      bytea NOT NULL,
  PRIMARY KEY (person_id, item_id)
);
-- Sealed bytes do not compress.
ALTER TABLE app.vault_items ALTER COLUMN item SET STORAGE EXTERNAL;
ALTER TABLE app.vault_items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_read ON app.vault_items FOR SELECT TO enl_app
  USING (person_id = (SELECT guard.my_person()));
CREATE POLICY own_insert ON app.vault_items FOR INSERT TO enl_app
  WITH CHECK (person_id = (SELECT guard.my_person()) AND (SELECT guard.my_recovering_key()) IS NULL);
CREATE POLICY own_update ON app.vault_items FOR UPDATE TO enl_app
  USING (person_id = (SELECT guard.my_person()) AND (SELECT guard.my_recovering_key()) IS NULL)
  WITH CHECK (person_id = (SELECT guard.my_person()));
CREATE POLICY own_delete ON app.vault_items FOR DELETE TO enl_app
  USING (person_id = (SELECT guard.my_person()) AND (SELECT guard.my_recovering_key()) IS NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.vault_items TO enl_app;
`,
};
