import type { Migration } from './migration.js';

/**
 * Releases of the browser client. Two platform operators hand in the same note, one after the other; as long as fewer
 * than two of them can sign in, the signatures of the release keys speak alone, as they do for a State that is being
 * founded. A row that counts names the event that recorded it.
 */
export const webReleasesMigration: Migration = {
  name: '0037-web-releases',
  sql: `
CREATE TABLE app.web_releases (
  note_hash     bytea PRIMARY KEY,
  note          text NOT NULL CHECK (octet_length(note) <= 8192 AND sha256(convert_to(note, 'utf8')) = note_hash),
  manifest_hash text NOT NULL CHECK (manifest_hash ~ '^[\\w-]{43}$'),
  release_id    text NOT NULL,
  issued_at     timestamptz NOT NULL,
  proposed_by   uuid,
  activated_at  timestamptz,
  event_id      uuid UNIQUE REFERENCES audit.events,
  CHECK ((activated_at IS NULL) = (event_id IS NULL)),
  CHECK (activated_at IS NOT NULL OR proposed_by IS NOT NULL)
);
CREATE INDEX web_releases_in_use ON app.web_releases (activated_at DESC) WHERE activated_at IS NOT NULL;
ALTER TABLE app.web_releases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY seen_by_all ON app.web_releases FOR SELECT TO enl_app USING (true);
CREATE POLICY guard_writes ON app.web_releases TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT ON app.web_releases TO enl_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.web_releases TO enl_guard;

SET LOCAL ROLE enl_guard;
CREATE FUNCTION guard.assert_operator() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (guard.me()).roles && ARRAY['platform-operator'] THEN
    RAISE EXCEPTION 'nobody who releases the client' USING ERRCODE = '42501';
  END IF;
END $$;

-- Newer than every release that was ever in use: whoever kept an old note brings nothing back with it.
CREATE FUNCTION guard.is_newest_release(p_issued_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM app.web_releases WHERE activated_at IS NOT NULL AND issued_at >= p_issued_at)
$$;

-- The first operator; it takes the place of what was proposed before. False: it is too old.
CREATE FUNCTION guard.propose_release(p_hash text, p_release_id text, p_note text, p_issued_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_operator();
  IF NOT guard.is_newest_release(p_issued_at) THEN RETURN false; END IF;
  DELETE FROM app.web_releases WHERE activated_at IS NULL;
  INSERT INTO app.web_releases (note_hash, note, manifest_hash, release_id, issued_at, proposed_by)
  VALUES (sha256(convert_to(p_note, 'utf8')), p_note, p_hash, p_release_id, p_issued_at, (guard.me()).person_id);
  RETURN true;
END $$;

-- The second operator, with the very note of the first. False: nobody else has proposed it, or it is too old by now.
CREATE FUNCTION guard.activate_release(p_note text, p_event uuid, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM guard.assert_operator();
  UPDATE app.web_releases SET activated_at = p_now, event_id = p_event
   WHERE note_hash = sha256(convert_to(p_note, 'utf8')) AND activated_at IS NULL
     AND proposed_by <> (guard.me()).person_id AND guard.is_newest_release(issued_at);
  RETURN FOUND;
END $$;

-- Without a session, while no two operators could agree. False: it is too old.
CREATE FUNCTION guard.found_release(
  p_hash text, p_release_id text, p_note text, p_issued_at timestamptz, p_event uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM app.persons
       WHERE 'platform-operator' = ANY (roles) AND activated_at IS NOT NULL AND revoked_reason IS NULL) >= 2 THEN
    RAISE EXCEPTION 'two operators release the client' USING ERRCODE = '42501';
  END IF;
  IF NOT guard.is_newest_release(p_issued_at) THEN RETURN false; END IF;
  DELETE FROM app.web_releases WHERE activated_at IS NULL;
  INSERT INTO app.web_releases (note_hash, note, manifest_hash, release_id, issued_at, activated_at, event_id)
  VALUES (sha256(convert_to(p_note, 'utf8')), p_note, p_hash, p_release_id, p_issued_at, p_now, p_event);
  RETURN true;
END $$;

-- The two newest releases, with what their events say and where the log holds them. One whose event is not there,
-- or not in a log yet, is no release.
CREATE FUNCTION guard.releases_in_use() RETURNS TABLE (
  manifest_hash text, note text, origin text, index bigint, leaf bytea, digests bytea, salt bytea, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.manifest_hash, r.note, g.origin, l.index, l.leaf, e.digests, s.salt, s.body
    FROM (SELECT * FROM app.web_releases WHERE activated_at IS NOT NULL ORDER BY activated_at DESC LIMIT 2) r
    JOIN audit.events e ON e.event_id = r.event_id AND e.type = 'release.activated'
    JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
    JOIN audit.log_entries l ON l.entry_id = e.event_id
    JOIN audit.logs g ON g.log_id = l.log_id
$$;
GRANT EXECUTE ON FUNCTION guard.propose_release(text, text, text, timestamptz),
  guard.activate_release(text, uuid, timestamptz),
  guard.found_release(text, text, text, timestamptz, uuid, timestamptz), guard.releases_in_use() TO enl_app;
RESET ROLE;
`,
};
