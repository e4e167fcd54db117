import { PROBLEMS } from '@enlace/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { KnownRoutes } from '../../../apps/api/src/platform/problem/known-routes.js';
import { startServer, type TestServer } from '../../support/api-server.js';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const CLIENT = 'https://app.example.org';
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const;

describe('every answer of the API', () => {
  let api: TestServer;
  let routes: readonly string[];
  beforeAll(async () => {
    api = await startServer({
      PUBLIC_ORIGIN: 'https://api.example.org',
      CLIENT_ORIGINS: CLIENT,
      TRUSTED_PROXIES: '127.0.0.1,::1',
    });
    routes = api.server.app.get(KnownRoutes).list();
  });
  afterAll(async () => api.close());

  let asked = 0;
  /** Every request of a sweep comes from an address of its own: it asks for the routes, not for their rate limit. */
  const stranger = () => {
    asked += 1;
    return { 'x-forwarded-for': `10.0.${asked >> 8}.${asked & 255}` };
  };
  const pathOf = (route: string) => (route.split(' ')[1] ?? '').replace(':code', 'body.malformed');

  it('carries the same headers on each route, on refusals, and no banner', async () => {
    expect(routes.length).toBeGreaterThan(4);
    const paths = [...routes.map(pathOf), '/nowhere', '/problems/x', '/%zz', '/a'.repeat(300)];
    for (const path of paths) {
      const answer = await request(api.url).get(path).set(stranger());
      expect(answer.headers).toMatchObject({
        ...HEADERS,
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
      });
      expect(answer.headers).not.toHaveProperty('server');
      expect(answer.headers).not.toHaveProperty('x-powered-by');
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(answer.text).not.toMatch(/fastify|nest|node/i);
    }
  });

  it('exists for the declared methods alone; the others get 405 with Allow', async () => {
    for (const path of new Set(routes.map(pathOf))) {
      const declared = api.server.app.get(KnownRoutes).methodsOf(path);
      for (const method of METHODS) {
        if (declared.includes(method.toUpperCase())) continue;
        const asking = request(api.url)[method](path);
        const answer = await asking.set({ authorization: 'DPoP x', ...stranger() });
        expect([path, answer.status]).toEqual([path, 405]);
        expect(answer.headers['allow']?.split(', ')).toEqual(expect.arrayContaining([...declared]));
        expect(method === 'head' ? '' : answer.body.code).toBe(
          method === 'head' ? '' : 'method.not-allowed',
        );
      }
    }
    await request(api.url).options('/nowhere').expect(404);
  });

  it('is to HEAD what it is to GET, without the body', async () => {
    const readable = routes.filter((route) => route.startsWith('GET ')).map(pathOf);
    expect(readable.length).toBeGreaterThan(3);
    for (const path of readable) {
      const head = await request(api.url).head(path).set(stranger());
      const get = await request(api.url).get(path).set(stranger());
      expect([path, head.status, head.text ?? '']).toEqual([path, get.status, '']);
    }
  });

  it('has a page for each problem, Spanish and English, with nothing active in it', async () => {
    for (const [code, { title }] of Object.entries(PROBLEMS)) {
      const page = await request(api.url).get(`/problems/${code}`).set(stranger()).expect(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.text).toContain(`<section lang="es"><h1>${title.es}</h1>`);
      expect(page.text).toContain(`<section lang="en"><h1>${title.en}</h1>`);
      expect(page.text).not.toMatch(/<(script|style|link|img|iframe)|javascript:| on\w+=/i);
    }
    await request(api.url).get('/problems/no.such').expect(404);
    await request(api.url).get('/problems/%3Cscript%3E').expect(400);
  });

  it('is readable by pages of listed origins alone', async () => {
    const listed = await request(api.url).get('/health/live').set('origin', CLIENT);
    expect(listed.headers).toMatchObject({
      vary: 'Origin',
      'access-control-allow-origin': CLIENT,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers':
        'DPoP-Nonce, Enlace-Receipt, Upload-Offset, Content-Range, Retry-After',
    });
    for (const origin of ['https://app.example.org.evil.org', 'https://evil.org', 'null']) {
      const answer = await request(api.url).get('/health/live').set('origin', origin);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers['vary']).toBe('Origin');
    }
  });

  it('lets preflights of listed origins pass, for paths that exist and with their methods', async () => {
    const preflight = (path: string, origin: string) =>
      request(api.url).options(path).set({ origin, 'access-control-request-method': 'GET' });
    const answer = await preflight('/health/live', CLIENT).expect(204);
    expect(answer.headers).toMatchObject({
      ...HEADERS,
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers':
        'DPoP, Content-Type, Enlace-Purpose, Enlace-Step-Up, Enlace-Ticket, Upload-Offset, Range',
    });
    await preflight('/health/live', 'https://evil.org').expect(405);
    await preflight('/nowhere', CLIENT).expect(404);
  });

  it.each<[number, string, Record<string, string>]>([
    [403, 'no sign of where it comes from', {}],
    [403, 'a cross-site page', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.org' }],
    [
      403,
      'a cross-site page with a proof',
      { 'sec-fetch-site': 'cross-site', authorization: 'DPoP x' },
    ],
    [403, 'a typed address', { 'sec-fetch-site': 'none' }],
    [
      403,
      'a sibling that is not listed',
      { 'sec-fetch-site': 'same-site', origin: 'https://x.example.org' },
    ],
    [403, 'a sibling without a name', { 'sec-fetch-site': 'same-site' }],
    [403, 'another scheme of authorization', { authorization: 'Basic eA==' }],
    [
      403,
      'a foreign origin that claims to be ours',
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.org' },
    ],
    [404, 'our own page', { 'sec-fetch-site': 'same-origin' }],
    [404, 'a listed sibling', { 'sec-fetch-site': 'same-site', origin: CLIENT }],
    [404, 'a program with a proof', { authorization: 'DPoP x' }],
  ])('is %i for a change that comes from %s', async (status, _name, headers) => {
    const answer = await request(api.url).post('/nowhere').set(headers).expect(status);
    expect(answer.body.code).toBe(status === 403 ? 'origin.refused' : 'route.not-found');
  });

  it('treats a reading request with a cookie like a change', async () => {
    await request(api.url).get('/problems/body.malformed').set('cookie', 'a=b').expect(403);
    await request(api.url)
      .get('/problems/body.malformed')
      .set({ cookie: 'a=b', 'sec-fetch-site': 'same-origin' })
      .expect(200);
  });
});

it('an address gets 30 answers a second, whatever address its headers pretend', async () => {
  const api = await startServer();
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) =>
      request(api.url).get('/health/live').set('x-forwarded-for', `198.51.100.${at}`),
    ),
  );
  await api.close();
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(20);
  expect(refused[0]?.headers).toMatchObject({ ...HEADERS, 'retry-after': '1' });
  expect(refused[0]?.body).toMatchObject({
    code: 'rate.limited',
    facts: { retryAfterSeconds: 1 },
  });
});
