import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';

import { EchoFeature } from '../../support/echo.feature.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
let clients: SocketClients;
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyFeatures: [EchoFeature] });
  clients = new SocketClients(api);
});
afterEach(() => {
  clients.end();
});
afterAll(async () => api.close());

const aDevice = (slug = 'cr-rosa') => new TestDevice(api, api.region, { slug });

const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

const closed = async (socket: Socket): Promise<number> => {
  const since = monotonicMs();
  if (socket.connected) await new Promise((resolve) => socket.once('disconnect', resolve));
  return monotonicMs() - since;
};

const SECTION = (number: number) => `
  (SELECT convert_from(s.body, 'UTF8')::jsonb FROM audit.sections s
    WHERE s.event_id = e.event_id AND s.section = ${number})`;

/** The ends on record of the sockets of a session, once there are so many: the cause, and which beginning it names. */
async function endsOf(sessionId: string, count: number) {
  for (;;) {
    const rows = await api.database.asAdmin(
      `SELECT ${SECTION(1)} ->> 'cause' AS cause, ${SECTION(5)} ->> 'ofEvent' AS begun
         FROM audit.events e WHERE e.type = 'session.disconnected' AND e.object_id = $1 ORDER BY cause`,
      [sessionId],
    );
    if (rows.length >= count) return rows;
    await nextTurn();
  }
}

describe('a socket', () => {
  it('opens with a ticket, proves its session once and is on record', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const socket = await clients.connect(rosa);
    const [event] = await api.database.asAdmin(
      `SELECT * FROM audit.events WHERE type = 'session.connected' ORDER BY event_id DESC LIMIT 1`,
    );
    expect(event).toMatchObject({ object_id: sessionId, outcome: 'success' });
    expect(await clients.prove(rosa, socket)).toMatchObject({
      ok: false,
      problem: { code: 'proof.refused' },
    });
  });

  it('has its end on record, and why it came', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const [first, second] = [await clients.connect(rosa), await clients.connect(rosa)];
    await clients.connect(rosa);
    await closed(first);
    second.disconnect();
    await endsOf(sessionId, 2);
    await rosa.send({ method: 'DELETE', path: '/sessions/current' });
    const ends = await endsOf(sessionId, 3);
    expect(ends.map(({ cause }) => cause)).toEqual(['left', 'replaced', 'session-ended']);
    const begun = await api.database.asAdmin(
      `SELECT event_id FROM audit.events WHERE type = 'session.connected' AND object_id = $1`,
      [sessionId],
    );
    const beginnings = begun.map(({ event_id: id }) => id);
    expect(new Set(ends.map((end) => end['begun']))).toEqual(new Set(beginnings));
  });

  it('is handled no event before its proof', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const { socket, heard } = await clients.dial({ ticket: await clients.ticketOf(rosa) });
    rosa.nonce = heard;
    const wrong = await clients.prove(rosa, socket, { htm: 'session.prove' });
    expect(wrong).toMatchObject({ ok: false, problem: { code: 'proof.refused' } });
    const old = await clients.prove(rosa, socket, { nonce: 'A'.repeat(27) });
    expect(old).toMatchObject({ ok: false, problem: { code: 'proof.nonce' } });
    expect(old.nonce).toHaveLength(27);
    expect(await clients.prove(rosa, socket)).toMatchObject({ ok: true });
  });

  it('that proves nothing is closed after five seconds', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const { socket } = await clients.dial({ ticket: await clients.ticketOf(rosa) });
    expect(await closed(socket)).toBeLessThan(6_000);
  });

  it('is closed when its session is signed out, within a second', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const socket = await clients.connect(rosa);
    const ending = closed(socket);
    await rosa.send({ method: 'DELETE', path: '/sessions/current' });
    expect(await ending).toBeLessThan(1_000);
  });

  it('is closed within a second when another node ends its session', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const socket = await clients.connect(rosa);
    const ending = closed(socket);
    await api.database.asAdmin(
      `UPDATE app.sessions SET revoked_at = now(), ended_cause = 'revoked' WHERE session_id = $1`,
      [sessionId],
    );
    expect(await ending).toBeLessThan(1_000);
  });

  it('of a device is one of two at most', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const sockets = [
      await clients.connect(rosa),
      await clients.connect(rosa),
      await clients.connect(rosa),
    ];
    await closed(sockets[0] as Socket);
    expect(sockets.map((socket) => socket.connected)).toEqual([false, true, true]);
  });
});
