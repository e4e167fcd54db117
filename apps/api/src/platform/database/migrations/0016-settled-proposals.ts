import type { Migration } from './migration.js';

/**
 * The words of a proposed card are personal data. Once the proposal is settled they are kept in one place, or in none:
 * those of an approved contact with the other cards, where they can be erased; those of a rejected one nowhere.
 */
export const settledProposalsMigration: Migration = {
  name: '0016-settled-proposals',
  sql: `
ALTER TABLE app.contact_proposals ALTER card_body DROP NOT NULL, ALTER card_salt DROP NOT NULL;
-- The owner of the table is bound by its policies too, of which none is for a migration.
ALTER TABLE app.contact_proposals NO FORCE ROW LEVEL SECURITY;
UPDATE app.contact_proposals SET card_body = NULL, card_salt = NULL WHERE step <> 'proposed';
ALTER TABLE app.contact_proposals FORCE ROW LEVEL SECURITY;
ALTER TABLE app.contact_proposals ADD CONSTRAINT words_while_proposed
  CHECK ((step = 'proposed') = (card_body IS NOT NULL) AND (step = 'proposed') = (card_salt IS NOT NULL));
`,
};
