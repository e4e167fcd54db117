import type { Socket as NetSocket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DELIVERY_LIMITS, SERVER_EVENTS } from '@enlace/contracts';
import { isDomainError, type PersonId } from '@enlace/kernel';
import type { Socket } from 'socket.io-client';

import { queuedBytes } from '../../../apps/api/src/platform/realtime/push-frame.js';
import { SessionSockets } from '../../../apps/api/src/platform/realtime/session-sockets.js';
import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { until } from '../../support/until.js';

const MIB = 1024 * 1024;
const ENTRIES = 3_000;
/** An entry of 32 KiB as it is pushed. */
const FRAME = { seq: 0, acceptedAt: '2027-01-01T00:00:00.000Z', entry: 'A'.repeat(44_096) };

let api: SessionServer;
let clients: SocketClients;
let sockets: SessionSockets;
beforeAll(async () => {
  api = await startSessionServer();
  clients = new SocketClients(api);
  sockets = api.server.app.get(SessionSockets);
});
afterAll(async () => {
  clients.end();
  await api.close();
});

/** A socket of a person, and when each entry came to it. */
async function aReader(slug: string) {
  const device = await SeatedDevice.at(api, seatOf(slug));
  const socket = await clients.connect(device);
  const cameMs: number[] = [];
  socket.on('entry', () => cameMs.push(nowMs()));
  return { device, socket, cameMs, personId: device.seat.personId as PersonId };
}

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What is held, without what waits to be collected: server and clients share this process. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What a client takes its bytes from; one that is paused takes nothing from the network. */
function networkOf(socket: Socket): NetSocket {
  const { ws } = Object(socket.io.engine.transport);
  return ws._socket;
}

/** As the delivery loop does: a busy node that cannot confirm its sessions sends nothing, and sends it later. */
async function pushOnceCurrent(...push: Parameters<SessionSockets['push']>): Promise<void> {
  for (;;) {
    try {
      sockets.push(...push);
      return;
    } catch (error) {
      if (!isDomainError(error, 'service.unavailable')) throw error;
      await turn();
    }
  }
}

/** Pushes all entries, each once those who read have it; the 99th of a hundred waits, in milliseconds. */
async function pushAll(
  to: readonly PersonId[],
  reader: { readonly cameMs: readonly number[] },
): Promise<{ readonly p99: number; readonly mostQueued: number }> {
  const before = reader.cameMs.length;
  const waits: number[] = [];
  let mostQueued = 0;
  for (let at = 0; at < ENTRIES; at += 1) {
    const seats = sockets.ofPersons(to);
    await pushOnceCurrent(seats, SERVER_EVENTS.entry, { ...FRAME, seq: at });
    const since = nowMs();
    mostQueued = Math.max(mostQueued, ...seats.map(({ socket }) => queuedBytes(socket)));
    while (reader.cameMs.length < before + at + 1) await turn();
    waits.push((reader.cameMs.at(-1) ?? since) - since);
  }
  const sorted = waits.toSorted((a, b) => a - b);
  return { p99: sorted[Math.floor(ENTRIES * 0.99)] ?? Infinity, mostQueued };
}

describe('D24: a socket that takes nothing', () => {
  it('is cut off at 1 MiB, and the others wait no longer than without it', async () => {
    const rosa = await aReader('cr-rosa');
    const alone = await pushAll([rosa.personId], rosa);
    const omar = await aReader('pa-omar');
    networkOf(omar.socket).pause();
    const before = heldBytes();
    const beside = await pushAll([rosa.personId, omar.personId], rosa);
    expect(sockets.ofPersons([omar.personId])).toEqual([]);
    expect(beside.mostQueued).toBeLessThanOrEqual(DELIVERY_LIMITS.queuedBytes + 2 * 44_200);
    expect(heldBytes() - before).toBeLessThan(64 * MIB);
    expect(rosa.cameMs).toHaveLength(2 * ENTRIES);
    expect(omar.cameMs.length).toBeLessThan(ENTRIES);
    // Either is a few milliseconds: below that the machine speaks, and not the queue of somebody else.
    expect(beside.p99).toBeLessThanOrEqual(Math.max(20, 1.5 * alone.p99));
    expect(api.logLines.join('')).toContain('socket.slow');
    await until(() => sockets.ofPersons([rosa.personId]).length === 1);
  }, 120_000);
});

describe('a socket that takes nothing and has to go', () => {
  /** A reader with entries that wait for it here, below what cuts it off. */
  async function aPausedReader(slug: string) {
    const reader = await aReader(slug);
    const network = networkOf(reader.socket);
    network.pause();
    let sent = 0;
    for (let waiting = 0; waiting < MIB / 2; sent += 1) {
      const seats = sockets.ofPersons([reader.personId]);
      await pushOnceCurrent(seats, SERVER_EVENTS.entry, { ...FRAME, seq: sent });
      // What the network takes in does not wait here.
      await turn();
      await turn();
      waiting = Math.max(...seats.map(({ socket }) => queuedBytes(socket)));
    }
    return { ...reader, network, sent };
  }

  it('gets nothing more of what waits for it once its session is over', async () => {
    const { device, personId, socket, ...reader } = await aPausedReader('cr-esteban');
    const gone = new Promise((resolve) => void socket.once('disconnect', resolve));
    const signOut = { method: 'DELETE', path: '/sessions/current' } as const;
    expect((await device.send(signOut)).status).toBe(204);
    await until(() => sockets.ofPersons([personId]).length === 0);
    reader.network.resume();
    await gone;
    expect(reader.cameMs.length).toBeLessThan(reader.sent);
  });

  it('holds up no node that leaves', async () => {
    const { network } = await aPausedReader('pa-omar');
    const since = nowMs();
    await api.server.close();
    expect(nowMs() - since).toBeLessThan(10_000);
    network.destroy();
  });
});
