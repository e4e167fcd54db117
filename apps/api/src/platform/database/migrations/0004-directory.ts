import type { Migration } from './migration.js';

/**
 * The directory: every statement of every State in the order of its log, and what the statements add up to in rows.
 *
 * There is one way to write it, `guard.append_statement`. It reads type and State from the signed wire itself, so a
 * row can never say something else than the statement; it refuses a statement in the name of another State than the
 * session's. Signatures and rules are judged before, by the same fold that clients run: rows serve queries and
 * foreign keys, and prove nothing to anybody.
 *
 * A State whose registrars have no session yet is being founded: its statements are then appended without a session,
 * because nothing but the signatures of its root and registrars stands behind them anyway.
 */
export const directoryMigration: Migration = {
  name: '0004-directory',
  sql: `
CREATE TABLE app.directory_statements (
  place        bigint PRIMARY KEY CHECK (place >= 0),
  statement_id text NOT NULL UNIQUE CHECK (statement_id ~ '^[\\w-]{43}$'),
  kind         text NOT NULL,
  state        text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  subject      text NOT NULL,
  serial       integer NOT NULL CHECK (serial > 0),
  entry_id     uuid NOT NULL UNIQUE,
  wire         text NOT NULL CHECK (octet_length(wire) <= 12288),
  accepted_at  timestamptz NOT NULL
);
CREATE INDEX directory_statements_by_subject ON app.directory_statements (state, kind, subject);

CREATE TABLE app.authorities (
  state      text PRIMARY KEY,
  name_es    text NOT NULL,
  name_en    text NOT NULL,
  is_removed boolean NOT NULL
);
CREATE TABLE app.registrars (
  state          text NOT NULL REFERENCES app.authorities,
  registrar_id   uuid NOT NULL,
  not_before     timestamptz NOT NULL,
  not_after      timestamptz NOT NULL,
  revoked_reason text,
  PRIMARY KEY (state, registrar_id)
);
CREATE TABLE app.offices (
  state     text NOT NULL REFERENCES app.authorities,
  office_id uuid NOT NULL,
  parent    uuid,
  kind      text NOT NULL,
  name_es   text NOT NULL,
  name_en   text NOT NULL,
  regions   text[] NOT NULL,
  duties    text[] NOT NULL,
  zone      text NOT NULL,
  is_closed boolean NOT NULL,
  PRIMARY KEY (state, office_id),
  FOREIGN KEY (state, parent) REFERENCES app.offices
);
CREATE TABLE app.persons (
  state          text NOT NULL,
  person_id      uuid NOT NULL,
  office_id      uuid NOT NULL,
  roles          text[] NOT NULL CHECK (cardinality(roles) > 0),
  audit_scope    text,
  card           text NOT NULL,
  statement_id   text NOT NULL,
  not_before     timestamptz NOT NULL,
  not_after      timestamptz NOT NULL,
  revoked_reason text,
  activated_at   timestamptz,
  frozen_at      timestamptz,
  PRIMARY KEY (state, person_id),
  FOREIGN KEY (state, office_id) REFERENCES app.offices
);
CREATE INDEX persons_by_office ON app.persons (state, office_id);
CREATE TABLE app.devices (
  state          text NOT NULL,
  device_id      uuid NOT NULL,
  person_id      uuid NOT NULL,
  platform       text NOT NULL CHECK (platform IN ('browser', 'cli')),
  statement_id   text NOT NULL,
  not_before     timestamptz NOT NULL,
  not_after      timestamptz NOT NULL,
  revoked_reason text,
  PRIMARY KEY (state, device_id),
  FOREIGN KEY (state, person_id) REFERENCES app.persons
);
CREATE INDEX devices_by_person ON app.devices (state, person_id);
CREATE TABLE app.contacts (
  state           text NOT NULL,
  contact_id      uuid NOT NULL,
  office_id       uuid NOT NULL,
  person_id       uuid,
  duties          text[] NOT NULL,
  card            text NOT NULL,
  statement_id    text NOT NULL UNIQUE,
  is_closed       boolean NOT NULL,
  valid_until     timestamptz,
  confirmed_until timestamptz,
  PRIMARY KEY (state, contact_id),
  FOREIGN KEY (state, office_id) REFERENCES app.offices,
  FOREIGN KEY (state, person_id) REFERENCES app.persons
);
-- Names, telephones and mail. Body and salt go together when they are erased; the hash in the log then says nothing.
CREATE TABLE app.cards (
  state text NOT NULL,
  card  text NOT NULL CHECK (card ~ '^[\\w-]{43}$'),
  kind  text NOT NULL CHECK (kind IN ('person', 'contact')),
  body  text CHECK (octet_length(body) <= 4096),
  salt  bytea CHECK (octet_length(salt) = 32),
  PRIMARY KEY (state, card),
  CHECK ((body IS NULL) = (salt IS NULL))
);

ALTER TABLE app.directory_statements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- Replicated by every client and folded by every node at its start: the rows belong to nobody.
CREATE POLICY replicated_by_all ON app.directory_statements FOR SELECT TO enl_app USING (true);
CREATE POLICY guard_writes ON app.directory_statements TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT ON app.directory_statements TO enl_app;
GRANT SELECT, INSERT ON app.directory_statements TO enl_guard;

DO $tables$
DECLARE
  directory_table text;
BEGIN
  FOREACH directory_table IN ARRAY
    ARRAY['authorities', 'registrars', 'offices', 'persons', 'devices', 'contacts', 'cards'] LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', directory_table);
    EXECUTE format('CREATE POLICY guard_writes ON app.%I TO enl_guard USING (true) WITH CHECK (true)', directory_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON app.%I TO enl_guard', directory_table);
    EXECUTE format('GRANT SELECT ON app.%I TO enl_app', directory_table);
    -- Whoever is signed in knows the directory of the region; without a session the question itself is an error.
    EXECUTE format('CREATE POLICY signed_in ON app.%I FOR SELECT TO enl_app '
                   'USING ((SELECT guard.my_state()) IS NOT NULL)', directory_table);
  END LOOP;
END
$tables$;

SET LOCAL ROLE enl_guard;

-- The body that a wire carries. The fold has read it before: it is strict canonical JSON.
CREATE FUNCTION guard.statement_body(p_wire text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT convert_from(
           decode(rpad(translate(b, '-_', '+/'), 4 * ((length(b) + 3) / 4), '='), 'base64'), 'utf8')::jsonb
    FROM (SELECT p_wire::jsonb ->> 'body' AS b) wire
$$;

CREATE FUNCTION guard.texts(p_list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(item), '{}') FROM jsonb_array_elements_text(p_list) item
$$;

-- Fewer than two registrars could sign in: nobody but the signatures can speak for the State.
CREATE FUNCTION guard.is_being_founded(p_state text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*) < 2 FROM app.persons
   WHERE state = p_state AND 'registrar' = ANY (roles) AND activated_at IS NOT NULL AND revoked_reason IS NULL
$$;

-- Whether this transaction may write in the name of a State: its session's, or one that is being founded.
CREATE FUNCTION guard.speaks_for(p_state text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF nullif(current_setting('app.sid', true), '') IS NULL THEN
    RETURN guard.is_being_founded(p_state);
  END IF;
  RETURN (guard.me()).state = p_state;
END $$;

CREATE FUNCTION guard.project_certificate(p_body jsonb, p_statement_id text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home  text := p_body ->> 'state';
  since timestamptz := p_body ->> 'notBefore';
  until timestamptz := p_body ->> 'notAfter';
BEGIN
  CASE p_body ->> 'type'
  WHEN 'registrar-cert' THEN
    INSERT INTO app.registrars VALUES (home, (p_body ->> 'registrarId')::uuid, since, until, NULL)
    ON CONFLICT (state, registrar_id) DO UPDATE
       SET not_before = excluded.not_before, not_after = excluded.not_after, revoked_reason = NULL;
  WHEN 'person-cert' THEN
    INSERT INTO app.persons VALUES (home, (p_body ->> 'personId')::uuid, (p_body ->> 'officeId')::uuid,
      guard.texts(p_body -> 'roles'), p_body ->> 'auditScope', p_body ->> 'card', p_statement_id, since, until)
    ON CONFLICT (state, person_id) DO UPDATE
       SET office_id = excluded.office_id, roles = excluded.roles, audit_scope = excluded.audit_scope,
           card = excluded.card, statement_id = excluded.statement_id, not_before = excluded.not_before,
           not_after = excluded.not_after, revoked_reason = NULL;
  WHEN 'device-cert' THEN
    INSERT INTO app.devices VALUES (home, (p_body ->> 'deviceId')::uuid, (p_body ->> 'personId')::uuid,
      p_body ->> 'platform', p_statement_id, since, until, NULL)
    ON CONFLICT (state, device_id) DO UPDATE
       SET statement_id = excluded.statement_id, not_before = excluded.not_before, not_after = excluded.not_after;
  ELSE NULL;
  END CASE;
END $$;

CREATE FUNCTION guard.project_revocation(p_body jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  home text := p_body ->> 'state';
  why  text := p_body ->> 'reason';
  who  uuid;
BEGIN
  SELECT subject::uuid INTO STRICT who FROM app.directory_statements WHERE statement_id = p_body ->> 'target';
  CASE p_body ->> 'targetKind'
  WHEN 'registrar' THEN UPDATE app.registrars SET revoked_reason = why WHERE state = home AND registrar_id = who;
  WHEN 'office' THEN UPDATE app.offices SET is_closed = true WHERE state = home AND office_id = who;
  WHEN 'person' THEN UPDATE app.persons SET revoked_reason = why WHERE state = home AND person_id = who;
  WHEN 'device' THEN UPDATE app.devices SET revoked_reason = why WHERE state = home AND device_id = who;
  END CASE;
END $$;

CREATE FUNCTION guard.project_contact(p_body jsonb, p_statement_id text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE p_body ->> 'type'
  WHEN 'contact' THEN
    INSERT INTO app.contacts VALUES (p_body ->> 'state', (p_body ->> 'contactId')::uuid, (p_body ->> 'officeId')::uuid,
      (p_body ->> 'personId')::uuid, guard.texts(p_body -> 'duties'), p_body ->> 'card', p_statement_id,
      (p_body ->> 'closed')::boolean)
    ON CONFLICT (state, contact_id) DO UPDATE
       SET office_id = excluded.office_id, person_id = excluded.person_id, duties = excluded.duties,
           card = excluded.card, statement_id = excluded.statement_id, is_closed = excluded.is_closed,
           valid_until = NULL, confirmed_until = NULL;
  WHEN 'contact-approval' THEN
    UPDATE app.contacts SET valid_until = (p_body ->> 'validUntil')::timestamptz
     WHERE statement_id = p_body ->> 'contact';
  WHEN 'contact-confirmation' THEN
    UPDATE app.contacts SET confirmed_until = (p_body ->> 'confirmedUntil')::timestamptz
     WHERE statement_id = p_body ->> 'contact';
  END CASE;
END $$;

CREATE FUNCTION guard.project_authority(p_body jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  root jsonb := p_body;
BEGIN
  IF p_body ->> 'type' = 'state-admission' THEN
    SELECT guard.statement_body(wire) INTO STRICT root FROM app.directory_statements
     WHERE statement_id = p_body ->> 'admitted';
  END IF;
  INSERT INTO app.authorities VALUES (root ->> 'state', root #>> '{names,es}', root #>> '{names,en}', false)
  ON CONFLICT (state) DO UPDATE
     SET name_es = excluded.name_es, name_en = excluded.name_en, is_removed = false;
END $$;

CREATE FUNCTION guard.project_office(p_body jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO app.offices VALUES (p_body ->> 'state', (p_body ->> 'officeId')::uuid, (p_body ->> 'parent')::uuid,
    p_body ->> 'kind', p_body #>> '{names,es}', p_body #>> '{names,en}', guard.texts(p_body -> 'regions'),
    guard.texts(p_body -> 'duties'), p_body ->> 'zone', (p_body ->> 'closed')::boolean)
  ON CONFLICT (state, office_id) DO UPDATE
     SET parent = excluded.parent, kind = excluded.kind, name_es = excluded.name_es, name_en = excluded.name_en,
         regions = excluded.regions, duties = excluded.duties, zone = excluded.zone, is_closed = excluded.is_closed
$$;

CREATE FUNCTION guard.may_append(p_body jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF guard.speaks_for(p_body ->> 'state') THEN RETURN true; END IF;
  -- What several States sign together is carried in by whoever is signed in.
  RETURN p_body ->> 'type' IN ('state-root', 'state-admission', 'state-removal', 'root-replacement')
     AND nullif(current_setting('app.sid', true), '') IS NOT NULL;
END $$;

-- The one way to write the directory. p_counts: the fold counts it; a root that only presented itself does not yet.
CREATE FUNCTION guard.append_statement(
  p_place bigint, p_statement_id text, p_subject text, p_entry_id uuid, p_wire text, p_accepted_at timestamptz,
  p_counts boolean
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  body jsonb := guard.statement_body(p_wire);
  kind text := body ->> 'type';
  home text := body ->> 'state';
BEGIN
  IF NOT guard.may_append(body) THEN
    RAISE EXCEPTION 'a statement in the name of another State' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.directory_statements
  VALUES (p_place, p_statement_id, kind, home, p_subject, (body ->> 'serial')::integer, p_entry_id, p_wire,
          p_accepted_at);
  IF NOT p_counts THEN RETURN; END IF;
  CASE
  WHEN kind IN ('state-root', 'state-admission') THEN PERFORM guard.project_authority(body);
  WHEN kind = 'state-removal' THEN UPDATE app.authorities SET is_removed = true WHERE state = body ->> 'removed';
  WHEN kind = 'office' THEN PERFORM guard.project_office(body);
  WHEN kind IN ('registrar-cert', 'person-cert', 'device-cert') THEN
    PERFORM guard.project_certificate(body, p_statement_id);
  WHEN kind = 'revocation' THEN PERFORM guard.project_revocation(body);
  WHEN kind IN ('contact', 'contact-approval', 'contact-confirmation') THEN
    PERFORM guard.project_contact(body, p_statement_id);
  ELSE NULL;
  END CASE;
END $$;

GRANT EXECUTE ON FUNCTION guard.append_statement(bigint, text, text, uuid, text, timestamptz, boolean) TO enl_app;
RESET ROLE;
`,
};
