import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { EchoFeature } from '../support/echo.feature.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { SocketClients } from '../support/sessions/socket-clients.js';
import { TestDevice } from '../support/sessions/test-device.js';

let api: SessionServer;
let clients: SocketClients;
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyFeatures: [EchoFeature] });
  clients = new SocketClients(api);
});
afterEach(() => clients.end());
afterAll(async () => api.close());

async function aSignedIn(slug = 'cr-rosa'): Promise<TestDevice> {
  const device = new TestDevice(api, api.region, { slug });
  await device.signIn();
  return device;
}

describe('D09: a handshake', () => {
  it.each(['https://evil.example.org', 'null', 'http://localhost'])(
    'from a page of %s is refused, with a sound ticket too',
    async (origin) => {
      const rosa = await aSignedIn();
      const { heard } = await clients.dial({ ticket: await clients.ticketOf(rosa) }, { origin });
      expect(heard).toBe('websocket error');
    },
  );

  it('without an origin is refused where the session is of a browser', async () => {
    const rosa = await aSignedIn();
    const ticket = await clients.ticketOf(rosa);
    await api.database.asAdmin(`UPDATE app.sessions SET via = 'web' WHERE session_id = $1`, [
      rosa.opened?.sessionId,
    ]);
    expect((await clients.dial({ ticket })).heard).toBe('origin.refused');
    expect((await clients.dial({ ticket }, { origin: api.url })).heard).toBe('ticket.refused');
  });

  it('with a ticket that was used, is made up, or stands in the address is refused', async () => {
    const rosa = await aSignedIn();
    const ticket = await clients.ticketOf(rosa);
    expect((await clients.dial({ ticket })).heard).toHaveLength(27);
    expect((await clients.dial({ ticket })).heard).toBe('ticket.refused');
    expect((await clients.dial({ ticket: 'A'.repeat(43) })).heard).toBe('ticket.refused');
    expect((await clients.dial({ ticket: { $ne: null } })).heard).toBe('ticket.refused');
    expect((await clients.dial({})).heard).toBe('ticket.refused');
    const other = await clients.ticketOf(rosa);
    expect((await clients.dial({}, {}, { ticket: other })).heard).toBe('ticket.refused');
  });

  it('after 30 seconds, or after its session has ended, is refused', async () => {
    const rosa = await aSignedIn();
    const late = await clients.ticketOf(rosa);
    api.clock.ms += 31_000;
    expect((await clients.dial({ ticket: late })).heard).toBe('ticket.refused');
    const orphan = await clients.ticketOf(rosa);
    await rosa.send({ method: 'DELETE', path: '/sessions/current' });
    expect((await clients.dial({ ticket: orphan })).heard).toBe('ticket.refused');
  });

  it('with the cookie of another session is refused', async () => {
    const rosa = await aSignedIn();
    const esteban = await aSignedIn('cr-esteban');
    const cookie = `__Host-enlace=${esteban.opened?.token}`;
    const { heard } = await clients.dial({ ticket: await clients.ticketOf(rosa) }, { cookie });
    expect(heard).toBe('ticket.refused');
  });
});

describe('D09: an event', () => {
  it('before session.prove reaches no handler, and after it another person may not use its proof', async () => {
    const rosa = await aSignedIn();
    const esteban = await aSignedIn('cr-esteban');
    const { socket, heard } = await clients.dial({ ticket: await clients.ticketOf(rosa) });
    esteban.nonce = heard;
    const foreign = await clients.prove(esteban, socket);
    expect(foreign).toMatchObject({ ok: false, problem: { code: 'proof.refused' } });
    rosa.nonce = heard;
    expect(await clients.prove(rosa, socket)).toMatchObject({ ok: true });
  });

  it('of a session that ended is not handled, even before its socket is gone', async () => {
    const rosa = await aSignedIn();
    const { socket, heard } = await clients.dial({ ticket: await clients.ticketOf(rosa) });
    rosa.nonce = heard;
    await api.database.asAdmin('UPDATE app.sessions SET revoked_at = now() WHERE session_id = $1', [
      rosa.opened?.sessionId,
    ]);
    const outcome = await clients.prove(rosa, socket).then(
      ({ ok }) => (ok ? 'handled' : 'refused'),
      () => 'closed',
    );
    expect(outcome).not.toBe('handled');
  });
});
