import type { Migration } from './migration.js';

/**
 * Exports of the record: which events, for whom, and who agreed. Ids alone: the content is read again in the scope of
 * whoever downloads it, so that nothing outlives an erasure here.
 */
export const auditExportsMigration: Migration = {
  name: '0019-audit-exports',
  sql: `
CREATE TABLE audit.exports (
  export_id   uuid PRIMARY KEY,
  state       text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  asked_by    uuid NOT NULL,
  roles       text[] NOT NULL,
  asked_at    timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL CHECK (expires_at > asked_at AND expires_at <= asked_at + interval '1 day'),
  format      text NOT NULL CHECK (format IN ('jsonl', 'csv', 'ocsf', 'bundle')),
  event_ids   uuid[] NOT NULL CHECK (cardinality(event_ids) <= 10000),
  approved_by uuid CHECK (approved_by <> asked_by),
  approved_at timestamptz,
  CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
ALTER TABLE audit.exports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_state ON audit.exports FOR SELECT TO enl_app USING (
  state = (SELECT guard.my_state()) AND (SELECT guard.my_audit_scope()) IS NOT NULL);
CREATE POLICY own_asking ON audit.exports FOR INSERT TO enl_app WITH CHECK (
  state = (SELECT guard.my_state()) AND asked_by = (SELECT guard.my_person())
    AND (SELECT guard.my_audit_scope()) IS NOT NULL AND approved_by IS NULL);
CREATE POLICY guard_writes ON audit.exports TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit.exports TO enl_app;
GRANT SELECT, UPDATE ON audit.exports TO enl_guard;

SET LOCAL ROLE enl_guard;
-- The second auditor is read from the session: the service cannot make one up.
CREATE FUNCTION guard.approve_audit_export(p_export uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE audit.exports SET approved_by = me.person_id, approved_at = p_now
   WHERE export_id = p_export AND state = me.state AND asked_by <> me.person_id AND approved_by IS NULL
     AND expires_at > p_now AND guard.my_audit_scope() IS NOT NULL;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION guard.approve_audit_export(uuid, timestamptz) TO enl_app;
RESET ROLE;
`,
};
