import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SESSION_LIMITS } from '@enlace/contracts';
import pg from 'pg';

import { LiveSessions } from '../../../apps/api/src/platform/access/live-session.repository.js';
import { Database } from '../../../apps/api/src/platform/database/database.js';
import { SessionWatch } from '../../../apps/api/src/platform/realtime/session-watch.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { TestDevice } from '../../support/sessions/test-device.js';

const QUESTION = 'FUNCTION guard.dead_sessions(bytea[])';

let api: SessionServer;
let clients: SocketClients;
beforeAll(async () => {
  api = await startSessionServer();
  clients = new SocketClients(api);
});
afterAll(async () => {
  clients.end();
  await api.close();
});

/** Asks until the node answers with the status, which a bug would make the limit of the test. */
async function until(status: number, device: TestDevice) {
  for (;;) {
    const answer = await device.send({ path: '/sessions', withoutProof: true });
    if (answer.status === status) return answer;
    // The clock of the limits is moved by hand: without time no session may ask for ever.
    await pause(20);
    api.clock.ms += 100;
  }
}

describe('a node that cannot ask which sessions are revoked', () => {
  it('serves nobody after two seconds, on no door, and everybody again when it can', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa', isPatient: false });
    await rosa.signIn();
    const socket = await clients.connect(rosa);
    const ticket = await clients.ticketOf(rosa);
    await api.database.asAdmin(`REVOKE EXECUTE ON ${QUESTION} FROM enl_app`);
    const refused = await until(503, rosa);
    expect(refused.body).toMatchObject({ code: 'service.unavailable' });
    expect(refused.headers['retry-after']).toBe('1');
    expect((await clients.dial({ ticket })).heard).toBe('service.unavailable');
    const proven = await clients.prove(rosa, socket);
    expect(proven).toMatchObject({ ok: false, problem: { code: 'service.unavailable' } });
    await api.database.asAdmin(`GRANT EXECUTE ON ${QUESTION} TO enl_app`);
    expect((await until(200, rosa)).body).toHaveLength(1);
    expect((await clients.dial({ ticket })).heard).toHaveLength(27);
  });
});

it('a node that slept asks once for everybody who calls, and sends nobody away', async () => {
  const watch = api.server.app.get(SessionWatch);
  await watch.confirm();
  Atomics.wait(
    new Int32Array(new SharedArrayBuffer(4)),
    0,
    0,
    SESSION_LIMITS.confirmedWithinMs + 100,
  );
  expect(() => {
    watch.assertCurrent();
  }).toThrow(expect.objectContaining({ code: 'service.unavailable' }));
  const questions = jest.spyOn(api.server.app.get(LiveSessions), 'findDead');
  await Promise.all(Array.from({ length: 50 }, async () => watch.becomeCurrent()));
  expect(questions).toHaveBeenCalledTimes(1);
  watch.assertCurrent();
});

it('a node that gets no answer keeps nobody waiting for it', async () => {
  const watch = api.server.app.get(SessionWatch);
  const owner = new pg.Client({ connectionString: api.database.adminUrl });
  await owner.connect();
  await owner.query('BEGIN; LOCK TABLE app.sessions IN ACCESS EXCLUSIVE MODE');
  const isSure = (): boolean => {
    try {
      watch.assertCurrent();
      return true;
    } catch {
      return false;
    }
  };
  while (isSure()) await pause(50);
  await expect(watch.becomeCurrent()).rejects.toThrow(
    expect.objectContaining({ code: 'service.unavailable' }),
  );
  await owner.query('ROLLBACK');
  await owner.end();
  while (!isSure()) await pause(50);
  await watch.becomeCurrent();
}, 30_000);

it('a node whose acts hold every connection still knows its sessions', async () => {
  const database = api.server.app.get(Database);
  const busy = Array.from({ length: 20 }, async () =>
    database.beforeSignIn((tx) => tx.query('SELECT pg_sleep(4)')),
  );
  await pause(3_500);
  expect(database.poolUse()).toMatchObject({ idle: 0 });
  const watch = api.server.app.get(SessionWatch);
  expect(() => {
    watch.assertCurrent();
  }).not.toThrow();
  await Promise.all(busy);
});
