import type { Migration } from './migration.js';

/**
 * Opening where somebody acted does not open who: the row of a place names the person beside it, for the person's own
 * eyes, and a row is read whole. What is opened of places is handed out by a function, without the name.
 */
export const openedPlacesMigration: Migration = {
  name: '0031-opened-places',
  sql: `
DROP POLICY read_disclosed ON audit.sections;
CREATE POLICY read_disclosed ON audit.sections FOR SELECT TO enl_auditor USING (
  section = 2 AND EXISTS (SELECT FROM audit.disclosed_sections d
                           WHERE d.event_id = sections.event_id AND d.section = 2)
    AND EXISTS (SELECT FROM audit.events e WHERE e.event_id = sections.event_id));

-- Who looks after machines sees no section, hence opens none either.
CREATE POLICY no_technical_auditor ON audit.disclosures AS RESTRICTIVE TO enl_guard
  USING (true) WITH CHECK ((SELECT guard.my_audit_scope()) IS DISTINCT FROM 'technical');

SET LOCAL ROLE enl_guard;
-- The sections \`where\` of these events that are open to the State of a national auditor.
CREATE FUNCTION guard.opened_places(p_events uuid[])
RETURNS TABLE (event_id uuid, section smallint, salt bytea, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.event_id, s.section, s.salt, s.body
    FROM audit.disclosed_sections d
    JOIN audit.sections s ON s.event_id = d.event_id AND s.section = d.section
   WHERE d.event_id = ANY (p_events) AND d.section = 3
     AND d.to_state = (SELECT guard.my_state()) AND (SELECT guard.my_audit_scope()) = 'national'
$$;
GRANT EXECUTE ON FUNCTION guard.opened_places(uuid[]) TO enl_auditor;
RESET ROLE;
`,
};
