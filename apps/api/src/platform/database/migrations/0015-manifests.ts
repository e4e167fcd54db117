import type { Migration } from './migration.js';

/**
 * Manifests: each hour, for each State, how many leaves concern it and the root over them. A range of a log has one
 * manifest a State, each begins where the one before ended, and the first at 0: the constraints say so, whatever two
 * nodes do at the same moment.
 */
export const manifestsMigration: Migration = {
  name: '0015-manifests',
  sql: `
CREATE TABLE audit.manifests (
  log_id      uuid NOT NULL REFERENCES audit.logs,
  state       text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  from_index  bigint NOT NULL,
  to_index    bigint NOT NULL,
  -- Where the manifest before ended; NULL for the first of the log.
  previous_to bigint,
  event_id    uuid NOT NULL UNIQUE REFERENCES audit.events,
  issued_at   timestamptz NOT NULL,
  PRIMARY KEY (log_id, state, from_index),
  UNIQUE (log_id, state, to_index),
  FOREIGN KEY (log_id, state, previous_to) REFERENCES audit.manifests (log_id, state, to_index),
  CHECK (from_index = coalesce(previous_to, 0) AND to_index > from_index)
);
ALTER TABLE audit.manifests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY issues ON audit.manifests TO enl_sequencer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit.manifests TO enl_sequencer;

-- A manifest is made of the States of each event; of nothing else that an event says.
CREATE POLICY makes_manifests ON audit.events FOR SELECT TO enl_sequencer USING (true);
GRANT SELECT (event_id, states) ON audit.events TO enl_sequencer;
`,
};
