import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';

import { systemClock } from '@enlace/kernel';
import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { portOf } from '../../../apps/api/src/platform/http/port-of.js';
import { sendRaw } from '../../support/raw-connection.js';
import { startServerProcess, type ServerProcess } from '../../support/server-process.js';

const MIB = 1024 * 1024;
const running: ServerProcess[] = [];

async function start(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await startServerProcess(env);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (server) => server.remove()));
});

/** A request whose body is under way: an act that the server has to wait for. */
async function openAct(url: string) {
  const port = Number(new URL(url).port);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const received: string[] = [];
  socket.on('data', (chunk) => received.push(String(chunk)));
  socket.on('error', () => undefined);
  socket.write(
    'POST /nowhere HTTP/1.1\r\nHost: localhost\r\nAuthorization: DPoP x\r\n' +
      'Content-Type: application/json\r\nContent-Length: 4\r\n\r\nnu',
  );
  await request(url).get('/health/live').expect(200); // a loop later, the act has begun
  return {
    finish: async () => {
      socket.write('ll');
      await once(socket, 'close');
      return received.join('');
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the process of the server', () => {
  it('tells its parent when it is ready, writes JSON lines alone, and stops in order on SIGTERM', async () => {
    const server = await start();
    const url = await server.ready;
    await request(url).get('/health/ready').expect(200, { status: 'ok' });
    const act = await openAct(url);
    await until(() => server.output.stdout.includes('/health/ready'));

    const startedMs = systemClock.nowMs();
    server.child.kill('SIGTERM');
    await until(() => server.output.stdout.includes('process.stopping'));
    await expect(request(url).get('/health/live')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await act.finish()).toMatch(/^HTTP\/1\.1 404 /);
    expect(await server.exited).toBe(0);
    expect(systemClock.nowMs() - startedMs).toBeLessThan(8_000);
    const lines = server.output.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(
      expect.arrayContaining(['process.ready', 'process.stopping', 'process.stopped']),
    );
  });

  it('cuts off an act that does not end, and is gone in less than 10 s', async () => {
    const server = await start();
    await openAct(await server.ready);
    const startedMs = systemClock.nowMs();
    server.child.kill('SIGINT');
    expect(await server.exited).toBe(0);
    expect(systemClock.nowMs() - startedMs).toBeGreaterThan(7_500);
    expect(systemClock.nowMs() - startedMs).toBeLessThan(10_000);
    expect(server.output.stdout).toContain('process.acts-cut-off');
  });

  it('ends at once on a second signal, with 1', async () => {
    const server = await start();
    await openAct(await server.ready);
    server.child.kill('SIGTERM');
    await until(() => server.output.stdout.includes('process.stopping'));
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(1);
  });

  it('refuses wrong settings with 78 and one line each, before anything is opened', async () => {
    const server = await start({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'postgres://secret-7' });
    expect(await server.exited).toBe(78);
    expect(server.output.stdout).toBe('');
    expect(server.output.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^enlace: PORT: /),
      expect.stringMatching(/^enlace: DATABASE_URL: /),
      expect.stringMatching(/^enlace: LOG_LEVEL: /),
    ]);
    expect(server.output.stderr).not.toContain('secret-7');
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('refuses a port that is taken with 78, before anything is opened', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const server = await start({ PORT: String(portOf(other)) });
    expect(await server.exited).toBe(78);
    expect(server.output.stderr).toMatch(/^enlace: PORT: \d+ is in use; stop the program/);
    expect(existsSync(server.dataDir)).toBe(false);
    other.close();
  });

  it('D13: grows by less than 64 MiB over huge bodies, a million levels, broken requests and frames', async () => {
    const server = await start();
    const url = await server.ready;
    const port = Number(new URL(url).port);
    const flood = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        await fetch(`${url}/nowhere`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'DPoP x' },
          body: new Uint8Array(10 * MIB).fill(0x5b),
        }).catch(() => 'closed');
        await fetch(`${url}/nowhere`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'DPoP x' },
          body: '['.repeat(1_000_000),
        }).catch(() => 'closed');
        await sendRaw(port, [
          'GET / HTTP/1.1\r\nHost: localhost\r\nA: ',
          'b'.repeat(MIB),
          '\r\n\r\n',
        ]);
        // The server has sent its close frame by then and waits for ours, which never comes.
        const frame = maskedFrame(`451100000-["${'x'.repeat(60_000)}"]`);
        await sendRaw(port, [HANDSHAKE, frame], 100).catch(() => 'open');
        // Not masked, of a reserved kind, longer than it says, and no text in UTF-8: the server ends each.
        for (const broken of round === 0 ? BROKEN_FRAMES : []) {
          await sendRaw(port, [HANDSHAKE, broken], 100).catch(() => 'open');
        }
      }
    };
    await flood(3);
    const before = await server.residentBytes();
    await flood(10);
    expect((await server.residentBytes()) - before).toBeLessThan(64 * MIB);
    await request(url).get('/health/live').expect(200);
  });
});

const HANDSHAKE = [
  'GET /socket/?EIO=4&transport=websocket HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
].join('\r\n');

const BROKEN_FRAMES: readonly Buffer[] = [
  Buffer.from([0x81, 0x02, 0x34, 0x30]),
  Buffer.from([0x8b, 0x80, 0, 0, 0, 0]),
  Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
];

/** A text frame of a client (RFC 6455, section 5.2), masked with zeros. */
function maskedFrame(text: string): Buffer {
  const header = Buffer.from([0x81, 0xfe, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(text.length, 2);
  return Buffer.concat([header, Buffer.from(text)]);
}
