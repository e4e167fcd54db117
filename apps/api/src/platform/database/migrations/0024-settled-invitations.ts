import type { Migration } from './migration.js';

/**
 * The words of an invited person's card are kept in one place: with the invitation while it is under way, then with the
 * other cards, where two can erase them. Of an invitation that was cancelled or ran out they are kept nowhere.
 */
export const settledInvitationsMigration: Migration = {
  name: '0024-settled-invitations',
  sql: `
ALTER TABLE app.invitations ALTER card_body DROP NOT NULL, ALTER card_salt DROP NOT NULL;
-- The owner of the table is bound by its policies too, of which none is for a migration.
ALTER TABLE app.invitations NO FORCE ROW LEVEL SECURITY;
UPDATE app.invitations SET card_body = NULL, card_salt = NULL WHERE step IN ('certified', 'active', 'cancelled');
ALTER TABLE app.invitations FORCE ROW LEVEL SECURITY;
ALTER TABLE app.invitations ADD CONSTRAINT words_while_under_way
  CHECK ((step IN ('proposed', 'approved', 'claimed') OR card_body IS NULL)
         AND (card_body IS NULL) = (card_salt IS NULL));

SET LOCAL ROLE enl_guard;
-- As before, with the words handed over before the step is taken: the step forgets them.
CREATE OR REPLACE FUNCTION guard.certify_invitation(p_state text, p_id uuid, p_wire text, p_is_complete boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_speaks_for(p_state);
  IF p_is_complete THEN
    INSERT INTO app.cards SELECT state, card, 'person', card_body, card_salt FROM app.invitations
     WHERE state = p_state AND invitation_id = p_id AND step = 'claimed'
    ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
  END IF;
  UPDATE app.invitations
     SET certificate_wire = p_wire, step = CASE WHEN p_is_complete THEN 'certified' ELSE step END
   WHERE state = p_state AND invitation_id = p_id AND step = 'claimed';
  RETURN FOUND;
END $$;

CREATE FUNCTION guard.forget_settled_words() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.step IN ('certified', 'active', 'cancelled') THEN
    NEW.card_body := NULL;
    NEW.card_salt := NULL;
  ELSIF TG_OP = 'INSERT' THEN
    -- What ran out since the last invitation of the State.
    UPDATE app.invitations SET card_body = NULL, card_salt = NULL
     WHERE state = NEW.state AND step IN ('proposed', 'approved') AND expires_at <= NEW.proposed_at
       AND card_body IS NOT NULL;
  END IF;
  RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION guard.forget_settled_words() TO enl_migrate;
RESET ROLE;

CREATE TRIGGER forget_settled_words BEFORE INSERT OR UPDATE ON app.invitations
  FOR EACH ROW EXECUTE FUNCTION guard.forget_settled_words();
`,
};
