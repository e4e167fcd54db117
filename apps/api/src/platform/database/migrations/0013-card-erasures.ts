import type { Migration } from './migration.js';

/**
 * Erasing a card takes a registrar and an auditor of its State. The database reads both from their sessions, so one of
 * them alone can't, whatever the service says; the hash in the log stays and says nothing without body and salt.
 */
export const cardErasuresMigration: Migration = {
  name: '0013-card-erasures',
  sql: `
CREATE TABLE app.card_erasures (
  state    text NOT NULL,
  card     text NOT NULL,
  asked_by uuid NOT NULL,
  roles    text[] NOT NULL,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (state, card),
  FOREIGN KEY (state, card) REFERENCES app.cards
);
ALTER TABLE app.card_erasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_state ON app.card_erasures FOR SELECT TO enl_app USING (state = (SELECT guard.my_state()));
CREATE POLICY guard_writes ON app.card_erasures TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT ON app.card_erasures TO enl_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.card_erasures TO enl_guard;

SET LOCAL ROLE enl_guard;
CREATE FUNCTION guard.ask_card_erasure(p_card text, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF NOT me.roles && ARRAY['registrar', 'auditor'] THEN
    RAISE EXCEPTION 'neither registrar nor auditor' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.card_erasures VALUES (me.state, p_card, me.person_id, me.roles, p_now)
  ON CONFLICT (state, card) DO NOTHING;
END $$;

CREATE FUNCTION guard.erase_card(p_card text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
  counterpart text := CASE WHEN 'auditor' = ANY (me.roles) THEN 'registrar'
                           WHEN 'registrar' = ANY (me.roles) THEN 'auditor' END;
BEGIN
  DELETE FROM app.card_erasures
   WHERE state = me.state AND card = p_card AND asked_by <> me.person_id AND counterpart = ANY (roles);
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE app.cards SET body = NULL, salt = NULL WHERE state = me.state AND card = p_card;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION guard.ask_card_erasure(text, timestamptz), guard.erase_card(text) TO enl_app;
RESET ROLE;
`,
};
