import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { personaOf } from '@enlace/testing';
import request from 'supertest';

import { LogBehind } from '../../support/log/log-behind.js';
import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
let ines: TestDevice;
let log: LogBehind;

beforeAll(async () => {
  api = await startSessionServer();
  log = await LogBehind.of(api);
  enrolCli(api.region, personaOf('cr-ines'));
  await api.logStatements();
  ines = new TestDevice(api, api.region, { slug: 'cr-ines' });
  await ines.signIn();
});
afterAll(async () => {
  await log.close();
  await api.close();
});

const ready = async () => (await request(api.url).get('/health/ready')).body.status;
const mirror = async () =>
  ines.send({
    method: 'POST',
    path: '/audit/mirrors',
    body: { origin: 'audit.localhost/2000', fromIndex: 0, toIndex: 1 },
  });
const told = async () =>
  (
    await api.database.asAdmin(
      `SELECT type, outcome FROM audit.events WHERE object_type = 'service' ORDER BY xmin::text::bigint`,
    )
  ).map(({ type }) => type);

it('a node whose log is behind says so, then sheds what can wait, and goes on with what cannot', async () => {
  expect(await ready()).toBe('ok');
  await log.fallBehind(20);
  expect(await ready()).toBe('degraded');
  expect((await mirror()).body.code).toBe('purpose.required');
  await log.fallBehind(120);
  expect((await mirror()).body.code).toBe('purpose.required');
  await log.fallBehind(400);
  const seq = ines.seq;
  const shed = await mirror();
  expect(shed.body).toMatchObject({ status: 503, code: 'audit.unavailable' });
  expect(shed.headers['retry-after']).toBe('30');
  // The number was not used up: the same one goes through when the log has caught up.
  ines.seq = seq;
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  expect((await rosa.send({ method: 'DELETE', path: '/sessions/current' })).status).toBe(204);
  expect(await ready()).toBe('degraded');
  await log.catchUp();
  expect(await ready()).toBe('ok');
  expect((await mirror()).body.code).toBe('purpose.required');
  expect(await told()).toEqual([
    'service.degraded',
    'service.degraded',
    'service.degraded',
    'service.restored',
  ]);
});

/** Every reading of cases and threads, and everything that is sent to them. */
const WORK: readonly (readonly ['GET' | 'POST' | 'PUT' | 'PATCH', string])[] = [
  ['POST', '/cases'],
  ['GET', '/cases'],
  ['GET', '/cases/x'],
  ['GET', '/cases/statistics'],
  ['PATCH', '/cases/x'],
  ['POST', '/cases/x/members'],
  ['POST', '/cases/x/report-up'],
  ['POST', '/cases/x/states'],
  ['POST', '/threads'],
  ['POST', '/threads/x/entries'],
  ['GET', '/threads/x/entries'],
  ['PUT', '/threads/x/blobs/x'],
  ['GET', '/threads/x/blobs/x'],
];

it('cases and threads are neither read nor written at the worst step; where the logs end is told', async () => {
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  await log.fallBehind(400);
  const answers: string[] = [];
  for (const [method, path] of WORK) {
    const { body } = await rosa.send({ method, path, ...(method === 'GET' ? {} : { body: {} }) });
    answers.push(`${method} ${path} ${body.code}`);
  }
  expect(answers).toEqual(WORK.map(([method, path]) => `${method} ${path} audit.unavailable`));
  expect((await rosa.send({ path: '/threads/heads', withoutProof: true })).body).toEqual({
    heads: [],
  });
  await log.catchUp();
});
