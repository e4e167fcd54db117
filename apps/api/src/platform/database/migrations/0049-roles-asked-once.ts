import type { Migration } from './migration.js';

const OFFICIALS = `ARRAY['cooperation-officer', 'central-authority', 'auditor']`;
const PROSECUTORS = `ARRAY['prosecutor', 'liaison']`;
const MEMBERS = `ARRAY['prosecutor', 'liaison', 'cooperation-officer', 'central-authority', 'auditor']`;

/**
 * What a session may read is compared with its roles once for a statement: with the comparison outside the subquery the
 * planner makes it for each row, and reads tables of which it could know that nothing is shown.
 */
export const rolesAskedOnceMigration: Migration = {
  name: '0049-roles-asked-once',
  sql: `
ALTER POLICY own_state ON app.invitations
  USING (state = (SELECT guard.my_state()) AND (SELECT guard.my_roles() && ARRAY['registrar', 'auditor']));

ALTER POLICY known_reads ON app.requests USING (
  requesting_state = (SELECT guard.my_state()) AND (
    (SELECT guard.my_roles() && ${OFFICIALS})
    OR (SELECT guard.my_roles() && ${PROSECUTORS}) AND requesting_office = (SELECT guard.my_office()))
  OR is_disclosed AND requested_state = (SELECT guard.my_state()) AND (SELECT guard.my_roles() && ${MEMBERS}));

ALTER POLICY told ON audit.alerts USING (
  state = (SELECT guard.my_state()) AND (SELECT guard.my_roles() && ARRAY['auditor', 'registrar'])
  OR is_technical AND (SELECT guard.my_roles() && ARRAY['platform-operator']));
`,
};
