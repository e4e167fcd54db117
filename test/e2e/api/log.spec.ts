import { expect, it } from '@jest/globals';
import request from 'supertest';

import { EchoFeature } from '../../support/echo.feature.js';
import { startServer } from '../../support/api-server.js';

const CANARY = 'canary-51c0ffee';

it('no line of the log repeats a header, a query, a path, a body, a cookie or the message of an error', async () => {
  const api = await startServer({}, { forTestsOnlyFeatures: [EchoFeature] });
  const hostile = {
    authorization: `DPoP ${CANARY}`,
    cookie: `session=${CANARY}`,
    'user-agent': CANARY,
    'x-forwarded-for': CANARY,
    'x-request-id': CANARY,
    origin: `https://${CANARY}.example.org`,
  };
  await request(api.url).get(`/health/live?token=${CANARY}`).set(hostile);
  await request(api.url).get(`/${CANARY}`);
  await request(api.url).get(`/problems/${CANARY}`);
  await request(api.url).get(`/test/fault?secret=${CANARY}`).expect(500);
  const post = (body: string) =>
    request(api.url)
      .post('/test/echo')
      .set({ 'content-type': 'application/json', authorization: `DPoP ${CANARY}` })
      .send(body);
  await post(`{"text":"${CANARY}","count":1}`).expect(200);
  await post(`{"text":"${CANARY}","${CANARY}":1}`).expect(400);
  await post(`{"text":"${CANARY}`).expect(400);
  await api.close();

  const text = api.logLines.join('');
  expect(text).not.toContain(CANARY);
  expect(text).not.toMatch(/127\.0\.0\.1|::1/);
  const answered = api.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answered.filter(({ event }) => event === 'http.answered')).toHaveLength(7);
  expect(answered.find(({ status }) => status === 500)).toMatchObject({ event: 'http.answered' });
  expect(Object.keys(answered[0] ?? {}).toSorted()).toEqual([
    'durationMs',
    'event',
    'level',
    'method',
    'requestId',
    'route',
    'status',
    'time',
  ]);
});
