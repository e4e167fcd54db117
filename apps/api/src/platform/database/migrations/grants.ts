/**
 * Every right that somebody else than the owner has after the last migration, one line each: grantee, object,
 * rights. The catalogue check compares this list with the database, so a grant is made twice: in a migration
 * and, for review, here.
 */
export const GRANTS: readonly string[] = [
  'enl_app: database CONNECT',
  'enl_app: function guard.enter(bytea) EXECUTE',
  'enl_app: function guard.my_device() EXECUTE',
  'enl_app: function guard.my_office() EXECUTE',
  'enl_app: function guard.my_person() EXECUTE',
  'enl_app: function guard.my_roles() EXECUTE',
  'enl_app: function guard.my_state() EXECUTE',
  'enl_app: schema app USAGE',
  'enl_app: schema guard USAGE',
  'enl_app: table app.node_heartbeats DELETE',
  'enl_app: table app.node_heartbeats INSERT',
  'enl_app: table app.node_heartbeats SELECT',
  'enl_app: table app.node_heartbeats UPDATE',
  'enl_app: table app.schema_migrations SELECT',
  'enl_auditor: database CONNECT',
  'enl_backup: database CONNECT',
  'enl_delivery: database CONNECT',
  'enl_guard: schema app USAGE',
  'enl_guard: table app.sessions DELETE',
  'enl_guard: table app.sessions INSERT',
  'enl_guard: table app.sessions SELECT',
  'enl_guard: table app.sessions UPDATE',
  'enl_migrate: database CONNECT',
  'enl_migrate: database CREATE',
  'enl_migrate: schema guard USAGE',
  'enl_retention: database CONNECT',
  'enl_sequencer: database CONNECT',
];
