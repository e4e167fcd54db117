import type { Migration } from './migration.js';

/**
 * Contacts that an office proposed and its foreign ministry has not decided on: signed already, and in the log
 * together with the approval only. A rejected one stays out of it for ever.
 */
export const contactsMigration: Migration = {
  name: '0008-contacts',
  sql: `
CREATE TABLE app.contact_proposals (
  state        text NOT NULL,
  statement_id text NOT NULL CHECK (statement_id ~ '^[\\w-]{43}$'),
  contact_id   uuid NOT NULL,
  office_id    uuid NOT NULL,
  wire         text NOT NULL CHECK (octet_length(wire) <= 12288),
  card         text NOT NULL,
  card_body    text NOT NULL CHECK (octet_length(card_body) <= 8192),
  card_salt    bytea NOT NULL CHECK (octet_length(card_salt) = 32),
  step         text NOT NULL CHECK (step IN ('proposed', 'approved', 'rejected')),
  reason       text CHECK (length(reason) <= 500),
  proposed_by  uuid NOT NULL,
  proposed_at  timestamptz NOT NULL,
  PRIMARY KEY (state, statement_id),
  FOREIGN KEY (state, office_id) REFERENCES app.offices,
  CHECK ((step = 'rejected') = (reason IS NOT NULL))
);
CREATE INDEX contact_proposals_by_contact ON app.contact_proposals (state, contact_id);
ALTER TABLE app.contact_proposals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_state ON app.contact_proposals TO enl_app
  USING (state = (SELECT guard.my_state())) WITH CHECK (state = (SELECT guard.my_state()));
GRANT SELECT, INSERT, UPDATE ON app.contact_proposals TO enl_app;

-- Person cards are replicated by all who are signed in; those of contacts are shown in a profile.
SET LOCAL ROLE enl_guard;
CREATE FUNCTION guard.keep_contact_card(p_card text, p_body text, p_salt bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := (guard.me()).state;
BEGIN
  INSERT INTO app.cards VALUES (home, p_card, 'contact', p_body, p_salt)
  ON CONFLICT (state, card) DO UPDATE SET body = excluded.body, salt = excluded.salt;
END $$;
GRANT EXECUTE ON FUNCTION guard.keep_contact_card(text, text, bytea) TO enl_app;
RESET ROLE;
`,
};
