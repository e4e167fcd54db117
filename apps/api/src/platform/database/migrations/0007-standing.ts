import type { Migration } from './migration.js';

/**
 * What the server alone knows of a person's standing: "this was not me". A frozen person has no session and gets
 * none until a registrar of the own State lifts it; nothing of it is signed, and clients do not judge by it.
 *
 * The trigger holds whatever way a session is made: no sign-in forgets to ask.
 */
export const standingMigration: Migration = {
  name: '0007-standing',
  sql: `
SET LOCAL ROLE enl_guard;

CREATE FUNCTION guard.freeze_me(p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.persons SET frozen_at = p_now
   WHERE state = me.state AND person_id = me.person_id AND frozen_at IS NULL;
  RETURN FOUND;
END $$;

CREATE FUNCTION guard.unfreeze_person(p_person_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  UPDATE app.persons SET frozen_at = NULL
   WHERE state = home AND person_id = p_person_id AND frozen_at IS NOT NULL;
  RETURN FOUND;
END $$;

-- A card that a renewed certificate commits to; the caller has checked it against the hash.
CREATE FUNCTION guard.keep_person_card(p_card text, p_body text, p_salt bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  INSERT INTO app.cards VALUES (home, p_card, 'person', p_body, p_salt)
  ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
END $$;

CREATE FUNCTION guard.refuse_frozen() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM app.persons p
              WHERE p.state = NEW.state AND p.person_id = NEW.person_id AND p.frozen_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the person is frozen' USING ERRCODE = '42501', SCHEMA = 'guard';
  END IF;
  RETURN NEW;
END $$;

GRANT EXECUTE ON FUNCTION guard.freeze_me(timestamptz), guard.unfreeze_person(uuid),
  guard.keep_person_card(text, text, bytea) TO enl_app;
GRANT EXECUTE ON FUNCTION guard.refuse_frozen() TO enl_migrate;
RESET ROLE;

CREATE TRIGGER refuse_frozen BEFORE INSERT ON app.sessions FOR EACH ROW EXECUTE FUNCTION guard.refuse_frozen();
`,
};
