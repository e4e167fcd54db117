import type { Migration } from './migration.js';

/**
 * The reading side of the record: who sees which event, section by section.
 *
 * `enl_auditor` reads in the name of a session and decides nothing itself. What an event says of its actor is in the
 * sections `who` and `where`; so is what they are searched by. It moves from `events` to the rows of these sections:
 * whoever may not read a section cannot search by it either, and its erasure takes the index along. Columns and not
 * JSON, because PostgreSQL uses an index beneath a policy only for comparisons that leak nothing, and those of JSON
 * may.
 */
export const auditorReadsMigration: Migration = {
  name: '0017-auditor-reads',
  sql: `
ALTER TABLE audit.sections
  -- Of the actor, on the three sections that only their State and they themselves read.
  ADD COLUMN person_id uuid CHECK (person_id IS NULL OR section IN (2, 3, 5)),
  ADD COLUMN device_id uuid CHECK (device_id IS NULL OR section = 2),
  ADD COLUMN session_ref text CHECK (session_ref IS NULL OR section = 2),
  ADD COLUMN ip text COLLATE "C" CHECK (ip IS NULL OR section = 3),
  ADD COLUMN geo_state text CHECK (geo_state IS NULL OR section = 3),
  ADD COLUMN in_hours boolean CHECK (in_hours IS NULL OR section = 3);

-- The owner is bound by the policies too, and has none.
ALTER TABLE audit.events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.sections NO FORCE ROW LEVEL SECURITY;
UPDATE audit.sections s
   SET person_id = CASE WHEN s.section IN (2, 3, 5) THEN e.actor_id END,
       device_id = CASE WHEN s.section = 2 THEN e.device_id END,
       session_ref = CASE WHEN s.section = 2 THEN e.session_ref END,
       ip = CASE WHEN s.section = 3 THEN e.ip END
  FROM audit.events e WHERE e.event_id = s.event_id AND s.section IN (2, 3, 5);
ALTER TABLE audit.events FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.sections FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.events
  DROP COLUMN device_id, DROP COLUMN session_ref, DROP COLUMN ip, DROP COLUMN geo_state, DROP COLUMN in_hours;

-- The events of one case that an auditor of another State may see, for a while, because two auditors said so.
CREATE TABLE audit.scopes (
  scope_id     uuid PRIMARY KEY,
  case_id      uuid NOT NULL,
  -- The State that answers for the case, and whose auditors grant.
  state        text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  holder_id    uuid NOT NULL,
  holder_state text NOT NULL CHECK (holder_state ~ '^[A-Z]{2}$'),
  asked_by     uuid NOT NULL,
  asked_at     timestamptz NOT NULL,
  granted_by   uuid CHECK (granted_by <> asked_by),
  granted_at   timestamptz,
  expires_at   timestamptz NOT NULL CHECK (expires_at > asked_at AND expires_at <= asked_at + interval '30 days'),
  revoked_at   timestamptz,
  CHECK ((granted_by IS NULL) = (granted_at IS NULL)),
  CHECK (holder_id <> asked_by AND holder_id IS DISTINCT FROM granted_by)
);
CREATE INDEX scopes_by_holder ON audit.scopes (holder_id);
ALTER TABLE audit.scopes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON audit.scopes TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON audit.scopes TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Whose events the person of this session may see; NULL for everybody who is no auditor.
CREATE FUNCTION guard.my_audit_scope() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN 'auditor' = ANY (me.roles) AND me.acr <> 'recovery' THEN me.audit_scope END FROM guard.me() me
$$;
CREATE FUNCTION guard.my_case_grants() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT s.case_id), '{}')
    FROM guard.me() me JOIN audit.scopes s ON s.holder_id = me.person_id AND s.holder_state = me.state
   WHERE 'auditor' = ANY (me.roles) AND me.acr <> 'recovery'
     AND s.granted_at IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()
$$;
GRANT USAGE ON SCHEMA guard TO enl_auditor;
GRANT EXECUTE ON FUNCTION guard.enter(bytea), guard.my_person(), guard.my_state(), guard.my_audit_scope(),
  guard.my_case_grants() TO enl_auditor;
GRANT EXECUTE ON FUNCTION guard.my_audit_scope(), guard.my_case_grants() TO enl_app;
RESET ROLE;

GRANT USAGE ON SCHEMA audit TO enl_auditor;

-- The event: oneself, the own State wherever it takes part, a granted case, or the region. An auditor of the
-- technical scope sees nobody's.
CREATE POLICY read_by_auditors ON audit.events FOR SELECT TO enl_auditor USING (
  (SELECT guard.my_audit_scope()) = 'regional'
  OR (SELECT guard.my_audit_scope()) = 'national'
    AND (states @> ARRAY[(SELECT guard.my_state())] OR actor_state = (SELECT guard.my_state()))
  OR case_id = ANY ((SELECT guard.my_case_grants())::uuid[])
  OR actor_id = (SELECT guard.my_person()));
-- All but who acted: that stands in its section.
GRANT SELECT (event_id, occurred_at, type, outcome, observed_by, object_type, object_id, owner_state, states, case_id,
  thread_id, request_id, actor_state, actor_role, actor_alias, correlation_id, digests) ON audit.events TO enl_auditor;

-- What and why: whoever sees the event.
CREATE POLICY read_what_and_why ON audit.sections FOR SELECT TO enl_auditor USING (
  section IN (1, 4) AND EXISTS (SELECT FROM audit.events e WHERE e.event_id = sections.event_id));
-- Who, where and attest: the auditors of the actor's State and the actor; where is not for the region.
CREATE POLICY read_who_where_attest ON audit.sections FOR SELECT TO enl_auditor USING (
  section IN (2, 3, 5) AND (
    (SELECT guard.my_audit_scope()) = 'national' AND owner_state = (SELECT guard.my_state())
    OR (SELECT guard.my_audit_scope()) = 'regional' AND section <> 3
    OR person_id = (SELECT guard.my_person())));
-- The server itself is nobody whose name could be withheld.
CREATE POLICY read_the_server ON audit.sections FOR SELECT TO enl_auditor USING (
  section = 2 AND owner_state IS NULL AND person_id IS NULL
    AND EXISTS (SELECT FROM audit.events e WHERE e.event_id = sections.event_id));
GRANT SELECT ON audit.sections TO enl_auditor;

-- Impersonal: places in the logs, leaves that wait for theirs, and what is signed.
CREATE POLICY read_leaves ON audit.outbox FOR SELECT TO enl_auditor USING (true);
GRANT SELECT (entry_id, leaf) ON audit.outbox TO enl_auditor;
CREATE POLICY impersonal_to_auditors ON audit.logs FOR SELECT TO enl_auditor USING (true);
CREATE POLICY impersonal_to_auditors ON audit.streams FOR SELECT TO enl_auditor USING (true);
CREATE POLICY impersonal_to_auditors ON audit.log_entries FOR SELECT TO enl_auditor USING (true);
CREATE POLICY impersonal_to_auditors ON audit.log_checkpoints FOR SELECT TO enl_auditor USING (true);
CREATE POLICY impersonal_to_auditors ON audit.log_cosignatures FOR SELECT TO enl_auditor USING (true);
CREATE POLICY impersonal_to_auditors ON audit.manifests FOR SELECT TO enl_auditor USING (true);
GRANT SELECT ON audit.logs, audit.streams, audit.log_entries, audit.log_checkpoints, audit.log_cosignatures,
  audit.manifests TO enl_auditor;

CREATE INDEX events_by_actor ON audit.events (actor_id, event_id) WHERE actor_id IS NOT NULL;
CREATE INDEX events_by_case ON audit.events (case_id, event_id) WHERE case_id IS NOT NULL;
CREATE INDEX events_by_thread ON audit.events (thread_id, event_id) WHERE thread_id IS NOT NULL;
CREATE INDEX events_by_object ON audit.events (object_id, event_id);
CREATE INDEX events_by_type ON audit.events (type, event_id);
CREATE INDEX events_by_correlation ON audit.events (correlation_id, event_id);
CREATE INDEX events_by_states ON audit.events USING gin (states);
CREATE INDEX events_by_time ON audit.events USING brin (occurred_at);
CREATE INDEX sections_by_person ON audit.sections (person_id, event_id) WHERE section = 2;
CREATE INDEX sections_by_session ON audit.sections (session_ref, event_id) WHERE section = 2;
CREATE INDEX sections_by_ip ON audit.sections (ip, event_id) WHERE section = 3;
`,
};
