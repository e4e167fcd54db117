import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RootMismatch } from '@enlace/tlog';
import request from 'supertest';

import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { Sequencer } from '../../../apps/api/src/platform/sequencer/sequencer.js';
import { everyRoute } from '../../hostile/input/every-input.js';
import { registrarSeat, SeatedDevice } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

/** What goes on although it is no reading. A new one is a decision, not a line of code. */
const REVIEWED = [
  'DELETE /audit/scopes/{id}',
  'DELETE /sessions',
  'DELETE /sessions/current',
  'DELETE /sessions/{id}',
  'HEAD /threads/{id}/attachments/{attachmentId}/content',
  'POST /audit/client-events',
  'POST /audit/exports',
  'POST /audit/exports/{id}/approval',
  'POST /audit/log/{year}/cosignatures',
  'POST /audit/me/disputes',
  'POST /audit/me/receipts',
  'POST /audit/mirrors',
  'POST /audit/searches',
  'POST /authorities/registrars/{id}/revocation',
  'POST /breakglass',
  'POST /breakglass/{nonce}/review',
  'POST /declarations',
  'POST /devices/{id}/revocation',
  'POST /directory/log/cosignatures',
  'POST /directory/search',
  'POST /people/me/freeze',
  'POST /people/{id}/revocation',
  'POST /sessions',
  'POST /sessions/challenges',
  'POST /sessions/socket-tickets',
  'POST /sessions/step-up',
  'POST /sessions/step-up/challenges',
];

let api: SessionServer;
let registrar: SeatedDevice;
beforeAll(async () => {
  api = await startSessionServer();
  registrar = await SeatedDevice.at(api, registrarSeat('CR'));
  const cause = new RootMismatch('a head that we did not sign', {});
  await api.server.app.get(Sequencer).halt('audit', cause);
  await api.server.app.get(Backlog).look();
});
afterAll(async () => api.close());

/** A node that has not heard of its database for a moment answers nobody. */
async function answered(asked: Pick<Parameters<SeatedDevice['send']>[0], 'method' | 'path'>) {
  for (;;) {
    const answer = await registrar.send({ ...asked, text: '{}', withoutProof: true });
    if (answer.body?.code !== 'service.unavailable') return answer;
    await pause(50);
  }
}

describe('a platform whose log contradicts what was signed', () => {
  it('says that it is in recovery, and still takes requests', async () => {
    const { status, body } = await request(api.url).get('/health/ready');
    expect([status, body.status]).toEqual([200, 'recovery']);
  });

  it('is for reading: whatever else is asked is refused before the proof, but for what was reviewed', async () => {
    const goesOn: string[] = [];
    const routes = (await everyRoute(api.url)).filter(({ method }) => method !== 'GET');
    for (const { method, path, template } of routes) {
      const { status, body } = await answered({ method, path });
      const isRefused = status === 503 && body.code === 'server.recovery';
      if (!isRefused) goesOn.push(`${method} ${template}`);
    }
    expect(goesOn.toSorted()).toEqual(REVIEWED);
  });

  it('lets people in, answers what they read, and lets them out', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.signIn();
    const seq = rosa.seq;
    const refused = await rosa.send({ method: 'POST', path: '/directory/contacts', body: {} });
    expect(refused.body).toMatchObject({ status: 503, code: 'server.recovery' });
    expect(refused.headers['retry-after']).toBe('30');
    // The number was not used up.
    rosa.seq = seq;
    expect((await rosa.send({ path: '/sessions' })).status).toBe(200);
    expect((await rosa.send({ path: '/audit/me/events', withoutProof: true })).status).toBe(200);
    expect((await rosa.send({ method: 'DELETE', path: '/sessions/current' })).status).toBe(204);
  });

  it('signs nothing of that log any more', async () => {
    const [before] = await api.database.asAdmin(SIGNED_SQL);
    await api.server.app.get(Sequencer).tick('audit');
    expect(await api.database.asAdmin(SIGNED_SQL)).toEqual([before]);
  });
});

const SIGNED_SQL = `
SELECT max(c.size)::int AS size FROM audit.log_checkpoints c JOIN audit.logs l USING (log_id) WHERE l.stream = 'audit'`;
