import type { Migration } from './migration.js';

/**
 * What a node reads to deliver committed entries to its sockets, in the role of deliveries: ciphertext, and for whom it
 * is. No session stands behind it, so that it reads beyond any policy of a person; it writes nothing.
 *
 * Beacons: how far each device says that it has read, in its own signed words, the newest of each device. Written by a
 * function of the guard, which takes the device from the session.
 */
export const deliveriesMigration: Migration = {
  name: '0035-deliveries',
  sql: `
CREATE TABLE app.beacons (
  thread_id uuid NOT NULL REFERENCES app.threads,
  device_id uuid NOT NULL,
  counter   bigint NOT NULL CHECK (counter >= 0),
  beacon    bytea NOT NULL CHECK (octet_length(beacon) = 160),
  PRIMARY KEY (thread_id, device_id),
  -- Places in the layout of a beacon: thread, device, counter.
  CONSTRAINT beacon_of_its_row CHECK (
    substring(beacon FROM 9 FOR 16) = uuid_send(thread_id) AND substring(beacon FROM 25 FOR 16) = uuid_send(device_id)
    AND substring(beacon FROM 41 FOR 8) = int8send(counter))
);
ALTER TABLE app.beacons ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_writes ON app.beacons TO enl_guard USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON app.beacons TO enl_guard;

SET LOCAL ROLE enl_guard;
-- Of the device of the session, in a thread in which its person stands. False for one that is not newer.
CREATE FUNCTION guard.keep_beacon(p_thread uuid, p_counter bigint, p_beacon bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me app.sessions := guard.me();
BEGIN
  IF p_thread <> ALL (guard.my_threads()) THEN
    RAISE EXCEPTION 'a beacon of another thread' USING ERRCODE = '42501';
  END IF;
  INSERT INTO app.beacons AS b VALUES (p_thread, me.device_id, p_counter, p_beacon)
  ON CONFLICT (thread_id, device_id)
  DO UPDATE SET counter = excluded.counter, beacon = excluded.beacon WHERE excluded.counter > b.counter;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION guard.keep_beacon(uuid, bigint, bytea) TO enl_app;
RESET ROLE;

CREATE POLICY member_reads ON app.beacons FOR SELECT TO enl_app
  USING (thread_id = ANY ((SELECT guard.my_threads())::uuid[]));
GRANT SELECT ON app.beacons TO enl_app;

CREATE POLICY delivery_reads ON app.threads FOR SELECT TO enl_delivery USING (true);
CREATE POLICY delivery_reads ON app.thread_members FOR SELECT TO enl_delivery USING (true);
CREATE POLICY delivery_reads ON app.rosters FOR SELECT TO enl_delivery USING (true);
CREATE POLICY delivery_reads ON app.entries FOR SELECT TO enl_delivery USING (true);
CREATE POLICY delivery_reads ON app.beacons FOR SELECT TO enl_delivery USING (true);
GRANT USAGE ON SCHEMA app TO enl_delivery;
GRANT SELECT ON app.threads, app.thread_members, app.rosters, app.entries, app.beacons TO enl_delivery;
`,
};
