import type { Migration } from './migration.js';

/**
 * One row a server process, written by its readiness check: a node that can read but not write (full disk, a
 * standby, a lost grant) must not count as ready. No data of a State, hence no context; the policies name
 * their role all the same.
 */
export const nodeHeartbeatsMigration: Migration = {
  name: '0002-node-heartbeats',
  sql: `
CREATE TABLE app.node_heartbeats (
  node_id uuid PRIMARY KEY,
  beat_at timestamptz NOT NULL
);
ALTER TABLE app.node_heartbeats ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY any_node ON app.node_heartbeats TO enl_app USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.node_heartbeats TO enl_app;
`,
};
