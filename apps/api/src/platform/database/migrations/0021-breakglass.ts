import type { Migration } from './migration.js';

/**
 * Break-glass acts of the States: for availability only. Target, waiting time and end are read from the signed wire, so
 * a row can say nothing else; the States' signatures are judged before, and by everybody who reads the register. A
 * number is used once. An act counts when it has waited, and is worth nothing once it has expired.
 */
export const breakGlassMigration: Migration = {
  name: '0021-breakglass',
  sql: `
CREATE TABLE app.breakglass (
  nonce           text PRIMARY KEY CHECK (nonce ~ '^[\\w-]{22}$'),
  action          text NOT NULL CHECK (action IN ('suspend-state', 'restore-state', 'leave-recovery', 'name-branch')),
  target          text NOT NULL,
  wire            text NOT NULL CHECK (octet_length(wire) <= 12288),
  effective_after timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL CHECK (expires_at > effective_after),
  invoked_at      timestamptz NOT NULL,
  settled_at      timestamptz,
  outcome         text CHECK (outcome IN ('applied', 'expired')),
  reviewed_by     uuid,
  reviewed_at     timestamptz,
  verdict         text CHECK (verdict IN ('justified', 'unjustified')),
  CHECK ((settled_at IS NULL) = (outcome IS NULL)),
  CHECK ((reviewed_at IS NULL) = (verdict IS NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL))
);
CREATE TABLE app.suspended_states (
  state text PRIMARY KEY CHECK (state ~ '^[A-Z]{2}$'),
  nonce text NOT NULL REFERENCES app.breakglass
);
ALTER TABLE app.breakglass ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE app.suspended_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY seen_by_all ON app.breakglass FOR SELECT TO enl_app USING (true);
CREATE POLICY guard_writes ON app.breakglass TO enl_guard USING (true) WITH CHECK (true);
CREATE POLICY guard_only ON app.suspended_states TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT ON app.breakglass TO enl_app;
GRANT SELECT, INSERT, UPDATE ON app.breakglass TO enl_guard;
GRANT SELECT, INSERT, DELETE ON app.suspended_states TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Whoever carries the act in; what it says is read from what the States signed.
CREATE FUNCTION guard.invoke_breakglass(p_wire text, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  body jsonb;
  ends timestamptz;
BEGIN
  IF NOT (guard.me()).roles && ARRAY['registrar', 'platform-operator'] THEN
    RAISE EXCEPTION 'nobody who carries a break-glass act' USING ERRCODE = '42501';
  END IF;
  body := guard.statement_body(p_wire);
  ends := (body ->> 'expiresAt')::timestamptz;
  IF ends <= p_now OR ends > p_now + interval '1 hour' THEN
    RAISE EXCEPTION 'a break-glass act lasts an hour at most' USING ERRCODE = '23514';
  END IF;
  INSERT INTO app.breakglass (nonce, action, target, wire, effective_after, expires_at, invoked_at)
  VALUES (body ->> 'nonce', body ->> 'action', body ->> 'target', p_wire,
          (body ->> 'effectiveAfter')::timestamptz, ends, p_now);
END $$;

-- Ends the waiting of an act: it takes effect, or has expired. Returns what became of it; NULL when it still waits or
-- was settled before.
CREATE FUNCTION guard.settle_breakglass(p_nonce text, p_now timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  act app.breakglass;
  became text;
BEGIN
  SELECT * INTO act FROM app.breakglass WHERE nonce = p_nonce FOR UPDATE;
  IF act.nonce IS NULL OR act.settled_at IS NOT NULL OR act.effective_after > p_now THEN RETURN NULL; END IF;
  became := CASE WHEN act.expires_at > p_now THEN 'applied' ELSE 'expired' END;
  UPDATE app.breakglass SET settled_at = p_now, outcome = became WHERE nonce = p_nonce;
  IF became = 'expired' THEN RETURN became; END IF;
  IF act.action = 'suspend-state' THEN
    INSERT INTO app.suspended_states VALUES (act.target, p_nonce) ON CONFLICT DO NOTHING;
    -- The epoch comes first, as in guard.revoke_sessions: a sign-in that has seen the old one either committed before,
    -- and its session is ended here, or finds the new one.
    UPDATE app.revocation_epoch SET epoch = epoch + 1;
    UPDATE app.sessions SET revoked_at = p_now, ended_cause = 'revoked' WHERE state = act.target AND revoked_at IS NULL;
  ELSIF act.action = 'restore-state' THEN
    DELETE FROM app.suspended_states WHERE state = act.target;
  END IF;
  RETURN became;
END $$;

-- Once, by an auditor or the secretariat.
CREATE FUNCTION guard.review_breakglass(p_nonce text, p_verdict text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (guard.me()).roles && ARRAY['auditor', 'secretariat'] THEN
    RAISE EXCEPTION 'nobody who reviews break-glass acts' USING ERRCODE = '42501';
  END IF;
  UPDATE app.breakglass SET reviewed_by = (guard.me()).person_id, reviewed_at = p_now, verdict = p_verdict
   WHERE nonce = p_nonce AND settled_at IS NOT NULL AND reviewed_at IS NULL;
  RETURN FOUND;
END $$;

CREATE FUNCTION guard.refuse_suspended() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM app.suspended_states s WHERE s.state = NEW.state) THEN
    RAISE EXCEPTION 'the access of the State is suspended' USING ERRCODE = '42501', SCHEMA = 'guard';
  END IF;
  RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION guard.invoke_breakglass(text, timestamptz), guard.settle_breakglass(text, timestamptz),
  guard.review_breakglass(text, text, timestamptz) TO enl_app;
GRANT EXECUTE ON FUNCTION guard.refuse_suspended() TO enl_migrate;
RESET ROLE;

CREATE TRIGGER refuse_suspended BEFORE INSERT ON app.sessions FOR EACH ROW EXECUTE FUNCTION guard.refuse_suspended();
`,
};
