import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { personaOf } from '@enlace/testing';
import request from 'supertest';

import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { LogBehind } from '../../support/log/log-behind.js';
import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';
import { until } from '../../support/until.js';

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
  // A machine that is busy may have been behind for a moment while the server began.
  await until(async () => (await ready()) === 'ok');
  const before = (await told()).length;
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
  expect((await told()).slice(before)).toEqual([
    'service.degraded',
    'service.degraded',
    'service.degraded',
    'service.restored',
  ]);
});

it('a node whose clock goes back says so once to everybody, and not for a correction of it', async () => {
  const node = api.server.app.get(Backlog);
  const steps = async () => {
    await node.look();
    const rows = await api.database.asAdmin(
      `SELECT cardinality(e.states) AS states, outcome, convert_from(s.body, 'UTF8')::jsonb -> 'ms' AS ms
         FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'clock.stepped-back'`,
    );
    return rows.map(
      ({ states, outcome, ms }) => `${String(outcome)} ${String(states)} ${String(ms)}`,
    );
  };
  const act = async () => new TestDevice(api, api.region, { slug: 'cr-rosa' }).signIn();
  await act();
  api.clock.ms -= 2_000;
  await act();
  expect(await steps()).toEqual([]);
  api.clock.ms -= 60_000;
  await act();
  expect(await steps()).toEqual(['failed 12 60000']);
  await act();
  expect(await steps()).toHaveLength(1);
  api.clock.ms += 62_000;
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

/** What takes much out at once. */
const LEAVING: readonly (readonly ['GET' | 'POST', string])[] = [
  ['POST', '/audit/exports'],
  ['GET', '/audit/exports/x/content'],
  ['POST', '/threads/x/exports'],
  ['POST', '/threads/x/attachments/x/tickets'],
];

it('exports and downloads wait at the middle step, and nothing else does', async () => {
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  await log.fallBehind(120);
  const answers: string[] = [];
  for (const [method, path] of LEAVING) {
    const { body, headers } = await rosa.send({
      method,
      path,
      ...(method === 'GET' ? {} : { body: {} }),
    });
    answers.push(`${method} ${path} ${body.code} ${headers['retry-after']}`);
  }
  expect(answers).toEqual(LEAVING.map(([method, path]) => `${method} ${path} audit.backlogged 30`));
  expect((await rosa.send({ path: '/cases' })).status).toBe(200);
  await log.catchUp();
});
