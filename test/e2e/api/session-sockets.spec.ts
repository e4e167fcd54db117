import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SocketAnswer } from '@enlace/contracts';
import { io, type Socket } from 'socket.io-client';

import { EchoFeature } from '../../support/echo.feature.js';
import { startSessionServer, type SessionServer } from '../../support/session-server.js';
import { bodyHash, TestDevice } from '../../support/test-device.js';

let api: SessionServer;
const open: Socket[] = [];
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyFeatures: [EchoFeature] });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(async () => api.close());

const aDevice = (slug = 'cr-rosa') => new TestDevice(api, api.region, { slug });

async function aTicket(device: TestDevice): Promise<string> {
  const answer = await device.send({
    method: 'POST',
    path: '/sessions/socket-tickets',
    withoutProof: true,
  });
  return answer.body.ticket;
}

interface Dialled {
  readonly socket: Socket;
  /** The first nonce, or the code of the refusal. */
  readonly heard: string;
}

async function dial(auth: object, headers: Record<string, string> = {}): Promise<Dialled> {
  const socket = io(api.url, {
    path: '/socket',
    transports: ['websocket'],
    reconnection: false,
    auth,
    extraHeaders: headers,
  });
  open.push(socket);
  const heard = await new Promise<string>((resolve) => {
    socket.once('session.nonce', ({ nonce }) => resolve(nonce));
    socket.once('connect_error', (error: Error & { data?: { code: string } }) => {
      resolve(error.data?.code ?? error.message);
    });
  });
  return { socket, heard };
}

async function emit(
  device: TestDevice,
  socket: Socket,
  {
    event,
    htm = event,
    body = {},
    claims = {},
  }: {
    event: string;
    htm?: string;
    body?: unknown;
    claims?: Record<string, unknown>;
  },
): Promise<SocketAnswer<unknown>> {
  const text = JSON.stringify(body);
  const target = { htm, htu: `${api.url}/socket`, bh: bodyHash('', text) };
  const proof = await device.prove(target, claims);
  const answer: SocketAnswer<unknown> = await socket.timeout(5_000).emitWithAck(event, proof, text);
  device.nonce = answer.nonce ?? device.nonce;
  return answer;
}

const prove = async (device: TestDevice, socket: Socket, claims = {}) =>
  emit(device, socket, { event: 'session.prove', htm: 'SOCKET', claims });

async function connected(device: TestDevice): Promise<Socket> {
  const { socket, heard } = await dial({ ticket: await aTicket(device) });
  device.nonce = heard;
  expect(await prove(device, socket)).toMatchObject({ ok: true });
  return socket;
}

const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

const closed = async (socket: Socket): Promise<number> => {
  const since = monotonicMs();
  if (socket.connected) await new Promise((resolve) => socket.once('disconnect', resolve));
  return monotonicMs() - since;
};

describe('a socket', () => {
  it('opens with a ticket, proves its session once and is on record', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const socket = await connected(rosa);
    const [event] = await api.database.asAdmin(
      `SELECT * FROM audit.events WHERE type = 'session.connected' ORDER BY event_id DESC LIMIT 1`,
    );
    expect(event).toMatchObject({ object_id: sessionId, outcome: 'success' });
    expect(await prove(rosa, socket)).toMatchObject({
      ok: false,
      problem: { code: 'proof.refused' },
    });
  });

  it('is handled no event before its proof', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const { socket, heard } = await dial({ ticket: await aTicket(rosa) });
    rosa.nonce = heard;
    const wrong = await prove(rosa, socket, { htm: 'session.prove' });
    expect(wrong).toMatchObject({ ok: false, problem: { code: 'proof.refused' } });
    const old = await prove(rosa, socket, { nonce: 'A'.repeat(27) });
    expect(old).toMatchObject({ ok: false, problem: { code: 'proof.nonce' } });
    expect(old.nonce).toHaveLength(27);
    expect(await prove(rosa, socket)).toMatchObject({ ok: true });
  });

  it('that proves nothing is closed after five seconds', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const { socket } = await dial({ ticket: await aTicket(rosa) });
    expect(await closed(socket)).toBeLessThan(6_000);
  });

  it('is closed when its session is signed out, within a second', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const socket = await connected(rosa);
    const ending = closed(socket);
    await rosa.send({ method: 'DELETE', path: '/sessions/current' });
    expect(await ending).toBeLessThan(1_000);
  });

  it('is closed within a second when another node ends its session', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const socket = await connected(rosa);
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
    const sockets = [await connected(rosa), await connected(rosa), await connected(rosa)];
    await closed(sockets[0] as Socket);
    expect(sockets.map((socket) => socket.connected)).toEqual([false, true, true]);
  });
});
