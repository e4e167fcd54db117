import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { Response } from 'supertest';

import { EchoFeature } from '../../support/echo.feature.js';
import { registrarSeat, SeatedDevice } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { bodyHash, TestDevice } from '../../support/sessions/test-device.js';
import { everyRoute, type DescribedRoute } from './every-input.js';

/** A class of five an hour, which is not what refuses a form. */
const MANY = { perSecond: 1, burst: 100 };

let api: SessionServer;
let routes: readonly DescribedRoute[];
let ana: SeatedDevice;
beforeAll(async () => {
  api = await startSessionServer(
    {},
    { forTestsOnlyFeatures: [EchoFeature], forTestsOnlyRates: { threadExports: MANY } },
  );
  routes = await everyRoute(api.url);
  ana = await SeatedDevice.at(api, registrarSeat('CR'));
});
afterAll(async () => api.close());
// The server of a test shares this process: what it polluted shows here.
afterEach(() => {
  if (Object.keys(Object.prototype).length > 0) throw new Error('the prototype of all is polluted');
});

const POLLUTING = [
  '{"__proto__":{"polluted":true}}',
  '{"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":{"__proto__":{"polluted":true}}}',
  '[{"__proto__":{"polluted":true}}]',
];

async function send(route: DescribedRoute, text: string, path = route.path) {
  // Time passes: the limit of a class of routes is another test's matter.
  api.clock.ms += 3_000;
  return ana.send({
    method: route.method,
    path,
    ...(text === '' ? {} : { text }),
    withoutProof: route.isPublic,
  });
}

describe('D12: members that reach into prototypes', () => {
  it('are refused in the body of every route', async () => {
    const bodies = routes.filter(({ body }) => body !== null);
    expect(bodies.length).toBeGreaterThan(20);
    const accepted: unknown[] = [];
    for (const route of bodies) {
      for (const text of POLLUTING) {
        const { status, body } = await send(route, text);
        if (status !== 400 || body.code !== 'body.malformed') {
          accepted.push([route.method, route.template, text, status, body.code]);
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  it('are refused in the query of every route that takes one', async () => {
    const accepted: unknown[] = [];
    for (const route of routes.filter(({ query }) => query.length > 0)) {
      for (const query of [
        '__proto__=1',
        '__proto__[polluted]=1',
        'constructor[prototype][polluted]=1',
        ...route.query.map((name) => `${name}[polluted]=1`),
        ...route.query.map((name) => `${name}[]=1&${name}[]=2`),
        ...route.query.map((name) => `${name}=1&${name}=2`),
      ]) {
        const { status } = await send(route, '', `${route.path}?${query}`);
        if (status !== 400) accepted.push([route.template, query, status]);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('are refused in the body of a socket event', async () => {
    const clients = new SocketClients(api);
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.signIn();
    const socket = await clients.connect(rosa);
    for (const text of POLLUTING) {
      const answer = await socket.timeout(5_000).emitWithAck('test.echo', 'x', text);
      expect(answer).toMatchObject({ ok: false, problem: { code: 'body.malformed' } });
    }
    clients.end();
  });
});

/** What is no text, in place of one. */
const NO_TEXT: readonly unknown[] = [
  [],
  ['a'],
  {},
  { $ne: null },
  { toString: 'x' },
  7,
  true,
  null,
];

/** Where nothing in place of a text says something: that nobody is reminded. */
const TAKES_NULL: ReadonlySet<string> = new Set(['/requests/{id}/reminder nextReminderOn']);

function noTextFor({ template }: DescribedRoute, name: string): readonly unknown[] {
  return TAKES_NULL.has(`${template} ${name}`)
    ? NO_TEXT.filter((value) => value !== null)
    : NO_TEXT;
}

function isRefusedAt({ status, body }: Response, at: string): boolean {
  const errors: readonly { readonly pointer: string }[] = body.errors ?? [];
  return status === 400 && (at === '' || errors.some(({ pointer }) => pointer === at));
}

describe('D12: another type than the form says', () => {
  it('is refused for every text of every body', async () => {
    const accepted: unknown[] = [];
    let tried = 0;
    for (const route of routes) {
      // Acts that are refused for their form keep no session alive.
      ana = await SeatedDevice.at(api, registrarSeat('CR'));
      const texts = Object.entries(route.body?.properties ?? {}).filter(
        ([, { type }]) => type === 'string',
      );
      for (const [name] of texts) {
        for (const value of noTextFor(route, name)) {
          tried += 1;
          const answer = await send(route, JSON.stringify({ [name]: value }));
          // What may be absent may be null; some other member that is missing is told then.
          const mayBeNull = value === null && route.body?.required?.includes(name) !== true;
          if (!isRefusedAt(answer, mayBeNull ? '' : `/${name}`))
            accepted.push([route.template, name, value, answer.status, answer.body.code]);
        }
      }
    }
    expect(tried).toBeGreaterThan(150);
    expect(accepted).toEqual([]);
  });

  it.each([
    '{}',
    '[object Object]',
    '1',
    'null',
    '%00',
    '..%2f..%2fhealth',
    "' OR 1=1 --",
    'A'.repeat(300),
  ])('is refused as the id %s of a path', async (id) => {
    for (const route of routes.filter(({ template }) => template.includes('{id}'))) {
      const path = route.template.replace('{id}', encodeURIComponent(id).replaceAll('%25', '%'));
      const { status, body } = await send(route, '{}', path);
      expect([route.template, Math.floor(status / 100)]).toEqual([route.template, 4]);
      // The answer to HEAD has no body.
      expect(route.method === 'HEAD' || body.code !== undefined).toBe(true);
    }
  });

  it('is refused where a handshake or an event carries text', async () => {
    const clients = new SocketClients(api);
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.signIn();
    for (const ticket of [{}, [], { __proto__: null, length: 43 }, 7, true, null]) {
      expect((await clients.dial({ ticket })).heard).toBe('ticket.refused');
    }
    const socket = await clients.connect(rosa);
    const proof = await rosa.prove({ htm: 'x', htu: 'x', bh: bodyHash('', '{}') });
    for (const sent of [
      [{}, '{}'],
      [proof, {}],
      [proof, ['{}']],
      [[proof], '{}'],
      [proof],
      [],
      [proof, '{}', '{}'],
    ]) {
      const answer = await socket.timeout(5_000).emitWithAck('test.echo', ...sent);
      expect(answer).toMatchObject({ ok: false, problem: { code: 'body.malformed' } });
    }
    clients.end();
  });
});
