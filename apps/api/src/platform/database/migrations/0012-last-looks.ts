import type { Migration } from './migration.js';

/**
 * The last look of an act at its session. Policies ask at every statement, so an act cannot go on reading or writing
 * rows of a State after its session has ended; its own record asks nobody. Without this a revocation that committed
 * after the last such row, and before the commit, would come too late for it.
 *
 * And the look of an approval or confirmation at the State of its contact: clients never counted one that names the
 * contact of another State; the rows did not ask.
 */
export const lastLooksMigration: Migration = {
  name: '0012-last-looks',
  sql: `
SET LOCAL ROLE enl_guard;

DROP FUNCTION guard.touch_session(bytea, timestamptz);

-- Raises 42501 unless the session of this transaction still stands, and holds it until the commit: a revocation is
-- either seen here or commits after the act. An act that ended its own session, or gave it another token, has said so
-- in this transaction. p_until: a person did something and the session lives on; never brings one back, never
-- shortens one, and acts that meet within a second do not wait for each other.
CREATE FUNCTION guard.conclude_act(p_session_id uuid, p_until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  hash bytea := decode(nullif(current_setting('app.sid', true), ''), 'hex');
BEGIN
  IF p_until IS NOT NULL THEN
    UPDATE app.sessions s SET idle_until = p_until
     WHERE s.sid_hash = hash AND s.revoked_at IS NULL AND s.idle_until > now() AND s.ends_at > now()
       AND s.idle_until < p_until - interval '1 second';
  END IF;
  PERFORM FROM app.sessions s
    WHERE s.session_id = p_session_id
      AND (s.xmin = pg_current_xact_id()::xid
           OR s.sid_hash = hash AND s.revoked_at IS NULL AND s.idle_until > now() AND s.ends_at > now())
      FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'session not valid' USING ERRCODE = '42501', SCHEMA = 'guard';
  END IF;
END $$;

GRANT EXECUTE ON FUNCTION guard.conclude_act(uuid, timestamptz) TO enl_app;

CREATE OR REPLACE FUNCTION guard.project_contact(p_body jsonb, p_statement_id text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := p_body ->> 'state';
BEGIN
  CASE p_body ->> 'type'
  WHEN 'contact' THEN
    INSERT INTO app.contacts VALUES (home, (p_body ->> 'contactId')::uuid, (p_body ->> 'officeId')::uuid,
      (p_body ->> 'personId')::uuid, guard.texts(p_body -> 'duties'), p_body ->> 'card', p_statement_id,
      (p_body ->> 'closed')::boolean)
    ON CONFLICT (state, contact_id) DO UPDATE
       SET office_id = excluded.office_id, person_id = excluded.person_id, duties = excluded.duties,
           card = excluded.card, statement_id = excluded.statement_id, is_closed = excluded.is_closed,
           valid_until = NULL, confirmed_until = NULL;
    RETURN;
  WHEN 'contact-approval' THEN
    UPDATE app.contacts SET valid_until = (p_body ->> 'validUntil')::timestamptz
     WHERE state = home AND statement_id = p_body ->> 'contact';
  WHEN 'contact-confirmation' THEN
    UPDATE app.contacts SET confirmed_until = (p_body ->> 'confirmedUntil')::timestamptz
     WHERE state = home AND statement_id = p_body ->> 'contact';
  END CASE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a contact of another State' USING ERRCODE = '42501';
  END IF;
END $$;
RESET ROLE;
`,
};
