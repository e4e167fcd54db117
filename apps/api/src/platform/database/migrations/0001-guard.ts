import type { Migration } from './migration.js';

/**
 * Schemas, the history of migrations, sessions and the security context.
 *
 * The context is a capability: the hash of a session token that nobody can guess and no role of the
 * application can read. A context such as "State = MX" would let the application become any State. Every
 * policy resolves the hash again, so a revoked session stops in the middle of a transaction, from the commit
 * of its revocation on.
 *
 * `guard` and `app` never share an owner: whoever owns a table could switch its policies off.
 */
export const guardMigration: Migration = {
  name: '0001-guard',
  sql: `
CREATE SCHEMA app;
CREATE SCHEMA audit;
CREATE SCHEMA guard AUTHORIZATION enl_guard;
GRANT USAGE ON SCHEMA app TO enl_app, enl_guard;

CREATE TABLE app.schema_migrations (
  name       text PRIMARY KEY,
  sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL
);
ALTER TABLE app.schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY written_by_migrations ON app.schema_migrations TO enl_migrate USING (true) WITH CHECK (true);
CREATE POLICY read_at_start ON app.schema_migrations FOR SELECT TO enl_app USING (true);
GRANT SELECT ON app.schema_migrations TO enl_app;

CREATE TABLE app.sessions (
  sid_hash   bytea PRIMARY KEY CHECK (octet_length(sid_hash) = 32),
  session_id uuid NOT NULL UNIQUE,
  person_id  uuid NOT NULL,
  device_id  uuid NOT NULL,
  state      text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  office_id  uuid NOT NULL,
  roles      text[] NOT NULL CHECK (cardinality(roles) > 0),
  acr        text NOT NULL CHECK (acr IN ('passkey', 'software-key', 'recovery')),
  opened_at  timestamptz NOT NULL,
  idle_until timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sessions_by_person ON app.sessions (person_id);
CREATE INDEX sessions_by_device ON app.sessions (device_id);
ALTER TABLE app.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.sessions TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.sessions TO enl_guard;

SET LOCAL ROLE enl_guard;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- Policies name functions of the guard: their author must be able to look them up, not to call them.
GRANT USAGE ON SCHEMA guard TO enl_app, enl_migrate;

-- The session of this transaction. Not granted: only functions of this schema read all of it.
CREATE FUNCTION guard.me() RETURNS app.sessions
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  session app.sessions;
  hash text := nullif(current_setting('app.sid', true), '');
BEGIN
  IF hash IS NULL OR hash !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION 'no security context' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO session FROM app.sessions
   WHERE sid_hash = decode(hash, 'hex') AND revoked_at IS NULL AND idle_until > now() AND ends_at > now();
  IF NOT FOUND THEN
    -- The schema field tells the server "sign in again" from "not allowed" without reading the message.
    RAISE EXCEPTION 'session not valid' USING ERRCODE = '42501', SCHEMA = 'guard';
  END IF;
  RETURN session;
END $$;

-- First statement of every transaction of a session. Twice in one transaction is a mistake of the caller and
-- refused: the rows already read belong to another person.
CREATE FUNCTION guard.enter(
  IN sid_hash bytea, OUT session_id uuid, OUT person_id uuid, OUT device_id uuid,
  OUT state text, OUT office_id uuid, OUT roles text[], OUT acr text
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  session app.sessions;
BEGIN
  IF nullif(current_setting('app.sid', true), '') IS NOT NULL THEN
    RAISE EXCEPTION 'the security context is set already' USING ERRCODE = '42501';
  END IF;
  PERFORM set_config('app.sid', encode(sid_hash, 'hex'), true);
  session := guard.me();
  session_id := session.session_id;
  person_id := session.person_id;
  device_id := session.device_id;
  state := session.state;
  office_id := session.office_id;
  roles := session.roles;
  acr := session.acr;
END $$;

CREATE FUNCTION guard.my_person() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).person_id';
CREATE FUNCTION guard.my_device() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).device_id';
CREATE FUNCTION guard.my_state() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).state';
CREATE FUNCTION guard.my_office() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).office_id';
CREATE FUNCTION guard.my_roles() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT (guard.me()).roles';

GRANT EXECUTE ON FUNCTION guard.enter(bytea), guard.my_person(), guard.my_device(), guard.my_state(),
  guard.my_office(), guard.my_roles() TO enl_app;
RESET ROLE;
`,
};
