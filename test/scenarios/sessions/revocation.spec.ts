import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';

import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { suspend } from '../../support/sessions/suspend.js';
import { startTwoNodes, type TwoNodes } from '../../support/sessions/two-nodes.js';

const PEOPLE = ['cr-rosa', 'cr-esteban', 'cr-lucia', 'cr-ines', 'cr-daniel'] as const;
/** Ten devices of each of five people: fifty sockets, every second one on the other node. */
const DEVICES = 10;

interface Seated {
  readonly slug: string;
  readonly device: SeatedDevice;
  readonly clients: SocketClients;
  readonly socket: Socket;
}

let region: TwoNodes;
let clients: readonly [SocketClients, SocketClients];
let seated: readonly Seated[];
beforeAll(async () => {
  region = await startTwoNodes();
  clients = [new SocketClients(region.nodes[0]), new SocketClients(region.nodes[1])];
  seated = await connectEverybody();
}, 120_000);
afterAll(async () => {
  for (const each of clients) each.end();
  await region.close();
});

async function connectEverybody(): Promise<readonly Seated[]> {
  const all: Seated[] = [];
  for (const slug of PEOPLE) {
    for (let at = 0; at < DEVICES; at += 1) {
      const node = at % 2 === 0 ? 0 : 1;
      const device = await SeatedDevice.at(region.nodes[node], seatOf(slug));
      all.push({
        slug,
        device,
        clients: clients[node],
        socket: await clients[node].connect(device),
      });
    }
  }
  return all;
}

const gone = async ({ socket }: Seated): Promise<void> => {
  if (socket.connected)
    await new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
};

describe('somebody who is suspended on one of two nodes', () => {
  it('loses every socket on both, and nobody else loses one', async () => {
    expect(seated.filter(({ socket }) => socket.connected)).toHaveLength(50);
    const ofRosa = seated.filter(({ slug }) => slug === 'cr-rosa');
    const ending = Promise.all(ofRosa.map(gone));
    await suspend(region.nodes[0], 'cr-rosa');
    await ending;
    const others = seated.filter(({ slug }) => slug !== 'cr-rosa');
    expect(others.map(({ socket }) => socket.connected)).toEqual(others.map(() => true));
    expect(ofRosa.map(({ socket }) => socket.connected)).toEqual(ofRosa.map(() => false));
  });

  it('is not heard again on either: not with the token, an old ticket, or a socket that comes back', async () => {
    const ofEsteban = seated.filter(({ slug }) => slug === 'cr-esteban');
    const tickets = await Promise.all(
      ofEsteban
        .slice(0, 4)
        .map(async ({ device, clients: at }) => ({ at, ticket: await at.ticketOf(device) })),
    );
    const ending = Promise.all(ofEsteban.map(gone));
    await suspend(region.nodes[0], 'cr-esteban');
    await ending;
    for (const { device } of ofEsteban) {
      const answers = [
        await device.send({ path: '/sessions', withoutProof: true }),
        await device.send({ method: 'POST', path: '/declarations', body: { purpose: 'audit' } }),
        await device.send({ method: 'POST', path: '/sessions/socket-tickets', withoutProof: true }),
      ];
      expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => 'session.ended'));
    }
    for (const { at, ticket } of tickets) {
      expect((await at.dial({ ticket })).heard).toBe('ticket.refused');
    }
    const other = ofEsteban.at(1);
    other?.socket.connect();
    const refused = await new Promise((resolve) =>
      other?.socket.once('connect_error', (error) => resolve(error.message)),
    );
    expect(refused).toBe('ticket.refused');
    const left = seated.filter(({ slug }) => slug !== 'cr-rosa' && slug !== 'cr-esteban');
    expect(left.every(({ socket }) => socket.connected)).toBe(true);
  });
});
