import type { Migration } from './migration.js';

/**
 * A directory whose log lost statements is filled again with the very ones that were signed. No session can speak for
 * the States then, and none has to: the server writes them while the log is halted, and opens it only when its root is
 * the one that was signed.
 */
export const refilledDirectoryMigration: Migration = {
  name: '0051-refilled-directory',
  sql: `
SET LOCAL ROLE enl_guard;
-- The statement and the rows that it changes; who may say it is decided by whoever calls this.
CREATE FUNCTION guard.write_statement(
  p_place bigint, p_statement_id text, p_subject text, p_entry_id uuid, p_wire text, p_accepted_at timestamptz,
  p_counts boolean
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  body jsonb := guard.statement_body(p_wire);
  kind text := body ->> 'type';
BEGIN
  INSERT INTO app.directory_statements
  VALUES (p_place, p_statement_id, kind, body ->> 'state', p_subject, (body ->> 'serial')::integer, p_entry_id,
          p_wire, p_accepted_at);
  IF NOT p_counts THEN RETURN; END IF;
  CASE
  WHEN kind IN ('state-root', 'state-admission') THEN PERFORM guard.project_authority(body);
  WHEN kind = 'state-removal' THEN UPDATE app.authorities SET is_removed = true WHERE state = body ->> 'removed';
  WHEN kind = 'office' THEN PERFORM guard.project_office(body);
  WHEN kind IN ('registrar-cert', 'person-cert', 'device-cert') THEN
    PERFORM guard.project_certificate(body, p_statement_id);
  WHEN kind = 'revocation' THEN PERFORM guard.project_revocation(body);
  WHEN kind IN ('contact', 'contact-approval', 'contact-confirmation') THEN
    PERFORM guard.project_contact(body, p_statement_id);
  ELSE NULL;
  END CASE;
END $$;

CREATE OR REPLACE FUNCTION guard.append_statement(
  p_place bigint, p_statement_id text, p_subject text, p_entry_id uuid, p_wire text, p_accepted_at timestamptz,
  p_counts boolean
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT guard.may_append(guard.statement_body(p_wire)) THEN
    RAISE EXCEPTION 'a statement in the name of another State' USING ERRCODE = '42501';
  END IF;
  PERFORM guard.write_statement(p_place, p_statement_id, p_subject, p_entry_id, p_wire, p_accepted_at, p_counts);
END $$;

CREATE FUNCTION guard.refill_statement(
  p_place bigint, p_statement_id text, p_subject text, p_entry_id uuid, p_wire text, p_accepted_at timestamptz,
  p_counts boolean
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL
     OR NOT EXISTS (SELECT FROM audit.logs WHERE stream = 'directory' AND state = 'halted') THEN
    RAISE EXCEPTION 'only a halted directory is filled again, and by no session' USING ERRCODE = '42501';
  END IF;
  PERFORM guard.write_statement(p_place, p_statement_id, p_subject, p_entry_id, p_wire, p_accepted_at, p_counts);
END $$;
GRANT EXECUTE ON FUNCTION guard.refill_statement(bigint, text, text, uuid, text, timestamptz, boolean) TO enl_app;
RESET ROLE;
`,
};
