import type { Migration } from './migration.js';

/**
 * A log ends and another one continues it: with the year, or after a loss. What the last leaf of the one and the first
 * of the other say is readable for everybody who may read logs. The server itself announces the keys of its logs in the
 * directory; that such a statement is signed by the directory's key is judged by the fold, as of every other one.
 */
export const logTurnsMigration: Migration = {
  name: '0020-log-turns',
  sql: `
CREATE TABLE audit.log_turns (
  log_id   uuid NOT NULL REFERENCES audit.logs,
  position text NOT NULL CHECK (position IN ('opening', 'closing')),
  index    bigint NOT NULL CHECK (index >= 0 AND (position = 'closing' OR index = 0)),
  event_id uuid NOT NULL UNIQUE REFERENCES audit.events,
  digests  bytea NOT NULL CHECK (octet_length(digests) = 160),
  salt     bytea NOT NULL CHECK (octet_length(salt) = 32),
  body     bytea NOT NULL CHECK (octet_length(body) <= 4096),
  PRIMARY KEY (log_id, position)
);
ALTER TABLE audit.log_turns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY impersonal ON audit.log_turns FOR SELECT TO enl_app USING (true);
GRANT SELECT ON audit.log_turns TO enl_app;
CREATE POLICY turns ON audit.log_turns FOR INSERT TO enl_sequencer WITH CHECK (true);
GRANT INSERT ON audit.log_turns TO enl_sequencer;

SET LOCAL ROLE enl_guard;
CREATE OR REPLACE FUNCTION guard.may_append(p_body jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The keys of the platform's logs are announced by nobody's session.
  IF p_body ->> 'type' = 'log-key' AND nullif(current_setting('app.sid', true), '') IS NULL THEN
    RETURN p_body ->> 'state' = 'XR';
  END IF;
  IF guard.speaks_for(p_body ->> 'state') THEN RETURN true; END IF;
  -- What several States sign together is carried in by whoever is signed in.
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL THEN
    RETURN p_body ->> 'type' IN ('state-root', 'state-admission', 'state-removal', 'root-replacement');
  END IF;
  -- The first device of a person whom two registrars certified, before there is a session.
  RETURN p_body ->> 'type' = 'device-cert' AND EXISTS (
    SELECT FROM app.invitations
     WHERE state = p_body ->> 'state' AND person_id = (p_body ->> 'personId')::uuid AND step = 'certified');
END $$;
RESET ROLE;
`,
};
