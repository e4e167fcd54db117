import type { Migration } from './migration.js';

/**
 * Whoever ends sessions is told which were valid until then, so that the end of each is on record: those that had run
 * out before are not ended again. The functions end what they ended before.
 */
export const endedSessionsMigration: Migration = {
  name: '0055-ended-sessions',
  sql: `
SET LOCAL ROLE enl_guard;
CREATE OR REPLACE FUNCTION guard.revoke_sessions(of_person uuid, of_device uuid, at timestamptz)
RETURNS TABLE (ended_session uuid, ended_device uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  is_registrar boolean := guard.has_role('{registrar}');
BEGIN
  PERFORM guard.assert_not_recovering();
  UPDATE app.revocation_epoch SET epoch = epoch + 1;
  RETURN QUERY
  WITH ended AS (
    UPDATE app.sessions s SET revoked_at = at, ended_cause = 'revoked'
     WHERE s.revoked_at IS NULL AND s.state = me.state AND (s.person_id = of_person OR s.device_id = of_device)
       AND (is_registrar OR s.person_id = me.person_id)
    RETURNING s.session_id, s.device_id, s.idle_until, s.ends_at)
  SELECT e.session_id, e.device_id FROM ended e WHERE e.idle_until > now() AND e.ends_at > now();
END $$;

-- What guard.settle_breakglass ended by this act, and nothing else of the State; asked in the transaction that did it.
CREATE FUNCTION guard.sessions_ended_by(p_nonce text) RETURNS TABLE (ended_session uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.session_id FROM app.breakglass b JOIN app.sessions s ON s.state = b.target
   WHERE b.nonce = p_nonce AND b.action = 'suspend-state' AND b.outcome = 'applied'
     AND s.ended_cause = 'revoked' AND s.revoked_at = b.settled_at
     AND s.idle_until > now() AND s.ends_at > now()
   ORDER BY s.session_id
$$;
GRANT EXECUTE ON FUNCTION guard.sessions_ended_by(text) TO enl_app;
RESET ROLE;
`,
};
