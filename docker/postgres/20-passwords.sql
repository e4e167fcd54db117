-- Passwords of the four logins that the server uses, from files. The other logins have none yet and cannot sign in.
-- A password shorter than 32 characters ends the initialisation. No statement with a password reaches the log.
SET log_min_error_statement = panic;
SET log_statement = none;

\set password `cat /run/secrets/enl_app_password`
SELECT 1 / (length(:'password') >= 32)::int AS "enl_app_password has at least 32 characters";
ALTER ROLE enl_app PASSWORD :'password';

\set password `cat /run/secrets/enl_migrate_password`
SELECT 1 / (length(:'password') >= 32)::int AS "enl_migrate_password has at least 32 characters";
ALTER ROLE enl_migrate PASSWORD :'password';

\set password `cat /run/secrets/enl_sequencer_password`
SELECT 1 / (length(:'password') >= 32)::int AS "enl_sequencer_password has at least 32 characters";
ALTER ROLE enl_sequencer PASSWORD :'password';

\set password `cat /run/secrets/enl_auditor_password`
SELECT 1 / (length(:'password') >= 32)::int AS "enl_auditor_password has at least 32 characters";
ALTER ROLE enl_auditor PASSWORD :'password';

\set password `cat /run/secrets/enl_delivery_password`
SELECT 1 / (length(:'password') >= 32)::int AS "enl_delivery_password has at least 32 characters";
ALTER ROLE enl_delivery PASSWORD :'password';
