import type { Migration } from './migration.js';

/**
 * What two devices of one person say to each other while one is added by the other. The new one has no session: it
 * proves itself by the key of its offer. Whoever takes an offer up first, has it; the id is known to both alone.
 */
export const deviceLinksMigration: Migration = {
  name: '0027-device-links',
  sql: `
CREATE TABLE app.device_links (
  link_id    uuid PRIMARY KEY,
  offer      text NOT NULL,
  expires_at timestamptz NOT NULL,
  person_id  uuid,
  device_id  uuid,
  told       text,
  acceptance text,
  reveal     text,
  box        text,
  CHECK ((person_id IS NULL) = (acceptance IS NULL) AND (device_id IS NULL) = (acceptance IS NULL)),
  CHECK (told IS NULL OR acceptance IS NOT NULL),
  CHECK (reveal IS NULL OR told IS NOT NULL),
  CHECK (box IS NULL OR reveal IS NOT NULL)
);
CREATE INDEX device_links_by_end ON app.device_links (expires_at);
ALTER TABLE app.device_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_only ON app.device_links TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.device_links TO enl_guard;

SET LOCAL ROLE enl_guard;

-- False for an id that is taken. What is over goes with the next offer.
CREATE FUNCTION guard.offer_device_link(p_id uuid, p_offer text, p_now timestamptz, p_expires timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM app.device_links WHERE expires_at <= p_now;
  INSERT INTO app.device_links (link_id, offer, expires_at) VALUES (p_id, p_offer, p_expires)
  ON CONFLICT (link_id) DO NOTHING;
  RETURN FOUND;
END $$;

-- What the new device may hear, which proves itself by the key of the offer.
CREATE FUNCTION guard.offered_device_link(p_id uuid, p_now timestamptz)
RETURNS TABLE (offer text, acceptance text, reveal text, box text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT l.offer, l.acceptance, l.reveal, l.box FROM app.device_links l
   WHERE l.link_id = p_id AND l.expires_at > p_now
$$;

-- The number of the new device, once the other one has committed to its own. A second number changes nothing.
CREATE FUNCTION guard.tell_device_link(p_id uuid, p_nonce text, p_now timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE app.device_links SET told = p_nonce
   WHERE link_id = p_id AND expires_at > p_now AND acceptance IS NOT NULL AND told IS NULL
$$;

-- What a certified device may see: an offer that nobody has taken up, or that this very device has.
CREATE FUNCTION guard.my_device_link(p_id uuid, p_now timestamptz) RETURNS TABLE (offer text, told text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  RETURN QUERY
  SELECT l.offer, l.told FROM app.device_links l
   WHERE l.link_id = p_id AND l.expires_at > p_now
     AND (l.acceptance IS NULL OR (l.person_id = me.person_id AND l.device_id = me.device_id));
END $$;

-- The next part of what the certified device says. False where it is not the next one, or somebody else's.
CREATE FUNCTION guard.say_device_link(p_id uuid, p_part text, p_content text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  UPDATE app.device_links
     SET person_id = me.person_id, device_id = me.device_id,
         acceptance = CASE p_part WHEN 'acceptance' THEN p_content ELSE acceptance END,
         reveal = CASE p_part WHEN 'reveal' THEN p_content ELSE reveal END,
         box = CASE p_part WHEN 'box' THEN p_content ELSE box END
   WHERE link_id = p_id AND expires_at > p_now
     AND (person_id IS NULL OR (person_id = me.person_id AND device_id = me.device_id))
     AND CASE p_part WHEN 'acceptance' THEN acceptance IS NULL
                     WHEN 'reveal' THEN told IS NOT NULL AND reveal IS NULL
                     WHEN 'box' THEN reveal IS NOT NULL AND box IS NULL
                     ELSE false END;
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION guard.offer_device_link(uuid, text, timestamptz, timestamptz),
  guard.offered_device_link(uuid, timestamptz), guard.tell_device_link(uuid, text, timestamptz),
  guard.my_device_link(uuid, timestamptz), guard.say_device_link(uuid, text, text, timestamptz) TO enl_app;
RESET ROLE;
`,
};
