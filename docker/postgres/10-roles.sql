DO $roles$
DECLARE
  role text;
  plain CONSTANT text := 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT ';
BEGIN
  FOREACH role IN ARRAY ARRAY['enl_guard', 'enl_migrate', 'enl_app', 'enl_delivery', 'enl_sequencer',
                            'enl_retention', 'enl_auditor', 'enl_backup'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I', role);
    END IF;
    EXECUTE format('ALTER ROLE %I ', role) || plain || CASE role
      WHEN 'enl_guard' THEN 'NOLOGIN NOREPLICATION NOBYPASSRLS'
      WHEN 'enl_backup' THEN 'LOGIN REPLICATION BYPASSRLS'
      ELSE 'LOGIN NOREPLICATION NOBYPASSRLS'
    END;
  END LOOP;
END
$roles$;
GRANT enl_guard TO enl_migrate;

DO $rights$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO enl_migrate, enl_app, enl_delivery, enl_sequencer, '
    'enl_retention, enl_auditor, enl_backup', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO enl_migrate', current_database());
END
$rights$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
