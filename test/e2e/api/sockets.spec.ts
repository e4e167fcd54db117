import type { Problem, SocketAnswer } from '@enlace/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import request from 'supertest';

import { EchoFeature } from '../../support/echo.feature.js';
import { startServer, type TestServer } from '../../support/api-server.js';
import { problemIn, sendRaw } from '../../support/raw-connection.js';

const MIB = 1024 * 1024;
const open: Socket[] = [];

function dial(url: string, origin?: string): Socket {
  const socket = io(url, {
    path: '/socket',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(origin === undefined ? {} : { extraHeaders: { origin } }),
  });
  open.push(socket);
  return socket;
}

async function heard<Value>(socket: Socket, event: string): Promise<Value> {
  return new Promise((resolve) => {
    socket.once(event, resolve);
  });
}

afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

describe('a socket without a session', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await startServer();
  });
  afterAll(async () => api.close());

  it('is refused with the problem ticket.refused and loses its connection', async () => {
    const socket = dial(api.url);
    const error = await heard<Error & { data: Problem }>(socket, 'connect_error');
    expect(error.data).toMatchObject({
      code: 'ticket.refused',
      status: 403,
      type: '/problems/ticket.refused',
    });
    expect(socket.connected).toBe(false);
  });

  it('is refused before the upgrade when its page is of a foreign origin', async () => {
    const handshake = (origin: string) =>
      sendRaw(api.port, [
        [
          'GET /socket/?EIO=4&transport=websocket HTTP/1.1',
          'Host: localhost',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
          `Origin: ${origin}`,
          '',
          '',
        ].join('\r\n'),
      ]);
    const answer = await handshake('https://evil.example.org');
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(problemIn(answer).code).toBe('origin.refused');
    expect(problemIn(await handshake('null')).code).toBe('origin.refused');
  });

  it('of our own page gets as far as the session', async () => {
    const error = await heard<Error & { data: Problem }>(dial(api.url, api.url), 'connect_error');
    expect(error.data.code).toBe('ticket.refused');
  });

  it('cannot poll: plain requests to its path are answered by the door', async () => {
    const answer = await request(api.url).get('/socket/?EIO=4&transport=polling').expect(404);
    expect(answer.body.code).toBe('route.not-found');
  });
});

describe('an event of a socket', () => {
  let api: TestServer;
  let socket: Socket;
  beforeAll(async () => {
    api = await startServer(
      {},
      { forTestsOnlyFeatures: [EchoFeature], forTestsOnlyAdmission: () => undefined },
    );
  });
  afterAll(async () => api.close());

  const connected = async () => {
    socket = dial(api.url);
    await heard(socket, 'connect');
  };
  const send = async (event: string, ...args: readonly unknown[]): Promise<SocketAnswer<unknown>> =>
    socket.timeout(5_000).emitWithAck(event, ...args) as Promise<SocketAnswer<unknown>>;

  it('is acknowledged with what the handler returned', async () => {
    await connected();
    expect(await send('test.echo', 'proof', '{"text":"a","count":1}')).toEqual({
      ok: true,
      data: { text: 'a', count: 1 },
    });
  });

  it.each<[string, readonly unknown[]]>([
    ['no arguments', []],
    ['one argument', ['{"text":"a","count":1}']],
    ['a body that is no text', ['proof', { text: 'a', count: 1 }]],
    ['malformed JSON', ['proof', '{']],
    ['__proto__', ['proof', '{"text":"a","count":1,"__proto__":{}}']],
    ['an unknown member', ['proof', '{"text":"a","count":1,"more":1}']],
    ['a wrong type', ['proof', '{"text":1,"count":1}']],
    ['nesting', ['proof', '['.repeat(60_000)]],
  ])('with %s is acknowledged with body.malformed', async (_name, args) => {
    await connected();
    const answer = await send('test.echo', ...args);
    expect(answer).toMatchObject({ ok: false, problem: { code: 'body.malformed', status: 400 } });
    expect(JSON.stringify(answer).length).toBeLessThan(2_048);
  });

  it('that fails in the handler is acknowledged with a fault that says nothing', async () => {
    await connected();
    const answer = await send('test.fault', 'proof', '{"text":"canary-9","count":1}');
    expect(answer).toMatchObject({ ok: false, problem: { code: 'server.fault', facts: {} } });
    expect(JSON.stringify(answer)).not.toContain('canary-9');
    expect(api.logLines.join('')).not.toContain('canary-9');
  });

  it('with a name that nobody handles is acknowledged all the same', async () => {
    await connected();
    expect(await send('no.such', 'proof', '{}')).toMatchObject({
      ok: false,
      problem: { code: 'route.not-found' },
    });
  });

  it('is refused while 64 others of its socket wait for their answer', async () => {
    await connected();
    for (let at = 0; at < 64; at += 1) socket.emit('test.never', 'proof', '{}', () => undefined);
    expect(await send('test.echo', 'proof', '{"text":"a","count":1}')).toMatchObject({
      ok: false,
      problem: { code: 'rate.limited', facts: { unacknowledged: 64 } },
    });
  });

  it('of more than 72 KiB ends the connection', async () => {
    await connected();
    socket.emit('test.echo', 'proof', 'a'.repeat(80_000), () => undefined);
    expect(await heard(socket, 'disconnect')).toMatch(/transport/);
  });

  it.each([
    ['no packet', 'x'],
    ['an unknown type', '49'],
    ['an event that is no array', '42{}'],
    ['an event without a name', '42[]'],
    ['a reserved name', '42["disconnecting"]'],
    [
      '100,000 attachments that never come',
      '451100000-["test.echo",{"_placeholder":true,"num":0}]',
    ],
    ['a million attachments', '451000000-["test.echo"]'],
    ['attachments without end', `45${'9'.repeat(50_000)}-["test.echo"]`],
  ])(
    'whose frame is %s ends the connection or nothing, and the process lives',
    async (_name, frame) => {
      await connected();
      const before = process.memoryUsage.rss();
      const engine = socket.io.engine;
      for (let at = 0; at < 20; at += 1) engine.write(frame.slice(1));
      const ended = heard(socket, 'disconnect');
      await Promise.race([
        ended,
        send('test.echo', 'proof', '{"text":"a","count":1}').catch(() => ended),
      ]);
      expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MIB);
      await request(api.url).get('/health/live').expect(200);
    },
  );
});

it('a socket is told to come back, at a moment of its own, before the server leaves', async () => {
  const api = await startServer({}, { forTestsOnlyAdmission: () => undefined });
  const socket = dial(api.url);
  await heard(socket, 'connect');
  const told = heard<{ afterMs: number }>(socket, 'session.reconnect');
  const ended = heard(socket, 'disconnect');
  await api.close();
  const { afterMs } = await told;
  expect(Number.isInteger(afterMs) && afterMs >= 0 && afterMs < 8_000).toBe(true);
  await ended;
});
