import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RATE_LIMITS } from '@enlace/contracts';
import request, { type Response } from 'supertest';

import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { bodyHash, TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => {
  await api.close();
});

const claims = '/people/invitations/claim';
const invitation = '019f0000-0000-7000-8000-000000000000';

const askAs = async (address: string, [path, body]: readonly [string, object]): Promise<Response> =>
  request(api.url)
    .post(path)
    .set({ authorization: 'DPoP x', 'x-forwarded-for': address })
    .send(body);

const isLimited = ({ status, body }: Response) => status === 429 && body.code === 'rate.limited';

it.each<[string, readonly [string, object], number]>([
  ['198.51.100.1', ['/sessions/challenges', {}], RATE_LIMITS.signIns.burst],
  [
    '198.51.100.2',
    [
      '/sessions',
      { body: 'e30', sig: 'A'.repeat(86), sessionJwk: { kty: 'OKP', crv: 'Ed25519', x: 'A' } },
    ],
    RATE_LIMITS.signIns.burst,
  ],
  ['198.51.100.3', [claims, { wire: 'e30', code: 'A'.repeat(22) }], RATE_LIMITS.claims.burst],
  ['198.51.100.4', [`${claims}/status`, { wire: 'e30' }], RATE_LIMITS.claims.burst],
  [
    '198.51.100.5',
    [`${claims}/device`, { invitationId: invitation, wire: 'e30' }],
    RATE_LIMITS.claims.burst,
  ],
])(
  '%s asks %j only so often in a burst, and nobody else waits for it',
  async (address, asked, burst) => {
    for (let at = 0; at < burst; at += 1) {
      expect(isLimited(await askAs(address, asked))).toBe(false);
    }
    const limited = await askAs(address, asked);
    expect(isLimited(limited)).toBe(true);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect(isLimited(await askAs(`${address}00`.slice(0, 12) + '9', asked))).toBe(false);
  },
);

it.each<[string, object, number]>([
  ['/sessions/socket-tickets', {}, RATE_LIMITS.socketTickets.burst],
  ['/sessions/step-up/challenges', {}, RATE_LIMITS.stepUps.burst],
])('a session asks %s only so often in a burst, from any address', async (path, body, burst) => {
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  const ask = async () => rosa.send({ method: 'POST', path, body, withoutProof: true });
  for (let at = 0; at < burst; at += 1) expect(isLimited(await ask())).toBe(false);
  expect(isLimited(await ask())).toBe(true);
});

it('a step-up, which gives the session another token, does not let it begin anew', async () => {
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  const challenges = '/sessions/step-up/challenges';
  const ask = async () =>
    rosa.send({ method: 'POST', path: challenges, body: {}, withoutProof: true });
  for (let at = 0; at < RATE_LIMITS.stepUps.burst - 2; at += 1) await ask();
  const { challengeId, challenge } = (await ask()).body;
  const what = { action: 'office.change', objectId: 'x', bodyHash: bodyHash('', '{}') };
  const { body, sig } = rosa.sign(
    { challengeId, challenge, ...what },
    rosa.deviceName,
    'enlace/stepup/v1',
  );
  const path = '/sessions/step-up';
  const elevated = await rosa.send({ method: 'POST', path, body: { body, sig } });
  expect(elevated.body.stepUpId).toBeDefined();
  rosa.opened = elevated.body;
  expect(isLimited(await ask())).toBe(true);
});
