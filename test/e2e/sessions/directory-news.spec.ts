import type { DirectoryChanged } from '@enlace/contracts';
import { personaOf } from '@enlace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { TestDevice } from '../../support/sessions/test-device.js';
import { until } from '../../support/until.js';

let api: SessionServer;
let clients: SocketClients;
beforeAll(async () => {
  api = await startSessionServer();
  clients = new SocketClients(api);
});
afterEach(() => clients.end());
afterAll(async () => api.close());

/** A socket that proved its session, and what it is told. */
async function aListener(slug: string) {
  const device = new TestDevice(api, api.region, { slug });
  await device.signIn();
  const socket = await clients.connect(device);
  const news: DirectoryChanged[] = [];
  socket.on('directory.changed', (changed: DirectoryChanged) => news.push(changed));
  return { device, news, socket };
}

describe('news of the directory', () => {
  it('reach every socket soon after an act appended a statement', async () => {
    const [rosa, esteban] = [await aListener('cr-rosa'), await aListener('cr-esteban')];
    const device = api.region.device(personaOf('cr-rosa'), 'cli:rosa-new');
    const draft = { ...device, platform: 'cli' as const, authenticators: [] };
    const statement = api.region.draft(draft, ['identity:cr-rosa']);
    const { wire } = statement.object;
    const answer = await rosa.device.send({ method: 'POST', path: '/devices', body: { wire } });
    expect(answer.status).toBe(201);
    api.region.apply(statement);
    const size = api.region.wires.length;
    await until(() => rosa.news.length > 0 && esteban.news.length > 0);
    expect(esteban.news).toEqual([{ size, revocations: [] }]);
    expect(rosa.news).toEqual(esteban.news);
  });

  it('bring a revocation along, and find what no hint told', async () => {
    enrolCli(api.region, personaOf('cr-rosa'), 'cli:rosa-lost');
    const lost = new TestDevice(api, api.region, { slug: 'cr-rosa', device: 'cli:rosa-lost' });
    const target = api.region.newestId('device-cert', 'CR', lost.deviceId);
    const mark = { targetKind: 'device', reason: 'lost', sinceIndex: null } as const;
    const esteban = await aListener('cr-esteban');
    api.region.add({ type: 'revocation', state: 'CR', target, ...mark }, ['identity:cr-rosa']);
    // Written past the act, as by a node whose hints are lost: the clock of this node finds it.
    await api.logStatements();
    await until(() => esteban.news.length > 0);
    const [news] = esteban.news;
    expect(news).toEqual({
      size: api.region.wires.length,
      revocations: [api.region.wires.at(-1)],
    });
  });

  it('are for sockets that proved their session', async () => {
    const rosa = await aListener('cr-rosa');
    const device = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await device.signIn();
    const { socket } = await clients.dial({ ticket: await clients.ticketOf(device) });
    let told = 0;
    socket.on('directory.changed', () => (told += 1));
    enrolCli(api.region, personaOf('cr-rosa'), 'cli:rosa-third');
    await api.logStatements();
    await until(() => rosa.news.length > 0);
    expect(told).toBe(0);
  });
});
