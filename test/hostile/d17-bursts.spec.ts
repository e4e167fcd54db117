import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RATE_LIMITS, SHARE_LIMITS, type RateLimitClass } from '@enlace/contracts';
import { testId } from '@enlace/testing';
import request, { type Response } from 'supertest';

import { HeldFeature, heldActs } from '../support/held.feature.js';
import { registrarSeat, SeatedDevice, seatOf } from '../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyFeatures: [HeldFeature] });
});
afterAll(async () => api.close());

type Sent = Parameters<SeatedDevice['send']>[0];
type Ask = (by: string) => Promise<Response>;

/** One request of a class, by an address. */
const fromAddress =
  (path: string, body: object): Ask =>
  async (address) =>
    request(api.url)
      .post(path)
      .set({ authorization: 'DPoP none', 'x-forwarded-for': address })
      .send(body);

/** One request of a class, by a session: the address changes and does not help. */
const fromSession =
  (sending: Sent): Ask =>
  async (slug) =>
    (await seated(slug)).send({ ...sending, withoutProof: true });

const seats = new Map<string, SeatedDevice>();
async function seated(slug: string): Promise<SeatedDevice> {
  const known = seats.get(slug) ?? (await SeatedDevice.at(api, seatOf(slug)));
  seats.set(slug, known);
  return known;
}

const NOBODY = testId('nobody', 4);
const claim = { wire: '{"body":"e30","sigs":[{"key":"a"}]}', code: 'A'.repeat(22) };
type Burst = readonly [RateLimitClass, Ask, string, string];

/** Every class that is counted by the server's own clock, with two who ask. */
const CLASSES: readonly Burst[] = [
  ['signIns', fromAddress('/sessions/challenges', {}), '198.51.100.1', '198.51.100.2'],
  ['claims', fromAddress('/people/invitations/claim', claim), '198.51.100.3', '198.51.100.4'],
  ['acts', fromSession({ path: '/sessions' }), 'cr-rosa', 'cr-esteban'],
  ['reads', fromSession({ path: '/directory/statements?from=0&limit=1' }), 'cr-rosa', 'cr-esteban'],
  [
    'socketTickets',
    fromSession({ method: 'POST', path: '/sessions/socket-tickets' }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'stepUps',
    fromSession({ method: 'POST', path: '/sessions/step-up/challenges', body: {} }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'deviceLinks',
    fromAddress('/devices/links/status', { wire: claim.wire }),
    '198.51.100.5',
    '198.51.100.6',
  ],
  ['logReads', fromSession({ path: '/directory/log/checkpoint' }), 'cr-rosa', 'cr-esteban'],
  ['vault', fromSession({ path: '/vault' }), 'cr-rosa', 'cr-esteban'],
  ['pages', fromSession({ path: `/threads/${NOBODY}/entries/pages` }), 'cr-rosa', 'cr-esteban'],
  [
    'threadExports',
    fromSession({ method: 'POST', path: `/threads/${NOBODY}/exports`, body: {} }),
    'cr-rosa',
    'cr-esteban',
  ],
  ['appends', fromSession({ method: 'POST', path: '/threads', body: {} }), 'cr-rosa', 'cr-esteban'],
  [
    'blobs',
    fromSession({ path: `/threads/${NOBODY}/blobs/${'0'.repeat(64)}` }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'attachmentUploads',
    fromSession({ method: 'POST', path: `/threads/${NOBODY}/attachments`, body: {} }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'attachmentTickets',
    fromSession({ method: 'POST', path: `/threads/${NOBODY}/attachments/${NOBODY}/tickets` }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'attachmentParts',
    fromSession({ path: `/threads/${NOBODY}/attachments/${NOBODY}/content` }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'auditSearches',
    fromSession({ method: 'POST', path: '/audit/searches', body: {} }),
    'cr-rosa',
    'cr-esteban',
  ],
  [
    'auditExports',
    fromSession({ method: 'POST', path: '/audit/exports', body: {} }),
    'cr-rosa',
    'cr-esteban',
  ],
  ['cosignatures', fromAddress('/directory/log/cosignatures', {}), '198.51.100.7', '198.51.100.8'],
];

/** What is counted for the whole node, or in real time, has a burst of its own. */
const COUNTED_ELSEWHERE: Readonly<Record<string, RateLimitClass>> = {
  'of strangers from one address, below': 'anonymous',
  'of sign-ins from everywhere, below': 'signInsOfNode',
  'of questions of new devices from everywhere, below': 'deviceLinksOfNode',
  'apps/api/src/platform/realtime/handshakes.spec.ts': 'handshakes',
  'test/e2e/api/threads/threads.spec.ts': 'threadEntries',
  'test/e2e/delivery/signs.spec.ts': 'signals',
};

/** Half of what one session may ask for at once, one after the other. */
async function asksInARow(device: SeatedDevice, headers: Readonly<Record<string, string>>) {
  const burst = RATE_LIMITS.acts.burst / 2;
  const statuses: number[] = [];
  for (let at = 0; at < burst; at += 1) {
    statuses.push((await device.send({ path: '/sessions', withoutProof: true, headers })).status);
  }
  return { statuses, burst };
}

describe('D17: a burst', () => {
  beforeEach(async () => {
    for (const slug of ['cr-rosa', 'cr-esteban']) await seated(slug);
  });

  it('is tried of every class that there is', () => {
    const tried = [...CLASSES.map(([name]) => name), ...Object.values(COUNTED_ELSEWHERE)];
    expect(tried.toSorted()).toEqual(Object.keys(RATE_LIMITS).toSorted());
  });

  it.each(CLASSES)(
    'of %s ends with 429 after its limit, and nobody else waits for it',
    async (...[name, ask, by, other]) => {
      const { burst } = RATE_LIMITS[name];
      const passed: Response[] = [];
      let answer = await ask(by);
      while (answer.status !== 429 && passed.length <= burst) {
        passed.push(answer);
        answer = await ask(by);
      }
      expect({ name, passed: passed.length }).toEqual({ name, passed: burst });
      expect(answer.body).toMatchObject({ status: 429, code: 'rate.limited' });
      const seconds = Number(answer.headers['retry-after']);
      expect(answer.body.facts).toEqual({ retryAfterSeconds: seconds });
      expect((await ask(other)).status).not.toBe(429);
      api.clock.ms += seconds * 1_000;
      expect((await ask(by)).status).not.toBe(429);
    },
  );

  it('of strangers from one address ends with 429, whatever they ask for', async () => {
    const ask = async (address: string, path: string) =>
      request(api.url)
        .get(path)
        .set({ 'x-forwarded-for': address, 'sec-fetch-site': 'same-origin' });
    const paths = ['/health/live', '/problems/rate.limited', '/nothing/there', '/api/openapi.json'];
    const { burst, perSecond } = RATE_LIMITS.anonymous;
    const statuses: number[] = [];
    // The bucket fills while the burst lasts; a minute of it would be a bug.
    while (!statuses.includes(429) && statuses.length < burst + 60 * perSecond) {
      statuses.push((await ask('203.0.113.9', paths[statuses.length % paths.length] ?? '')).status);
    }
    expect(statuses.length).toBeGreaterThan(burst);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask('203.0.113.10', '/problems/rate.limited')).status).toBe(200);
  });

  it('of sessions behind one address counts for each of them, and takes nothing from the address', async () => {
    const office = ['cr-rosa', 'cr-esteban', 'cr-lucia'];
    const headers = { 'x-forwarded-for': '203.0.113.20' };
    for (const slug of office) {
      const { statuses, burst } = await asksInARow(
        await SeatedDevice.at(api, seatOf(slug)),
        headers,
      );
      expect(statuses).toEqual(Array.from({ length: burst }, () => 200));
    }
    const forged = {
      ...headers,
      authorization: `DPoP ${'A'.repeat(43)}`,
      'sec-fetch-site': 'same-origin',
    };
    const strangers: number[] = [];
    while (!strangers.includes(429) && strangers.length < 300) {
      strangers.push((await request(api.url).get('/sessions').set(forged)).status);
    }
    expect(strangers.length).toBeGreaterThan(RATE_LIMITS.anonymous.burst);
    expect(strangers.at(-1)).toBe(429);
  });

  it.each([
    ['sign-ins', '/sessions/challenges', {}, 'signIns', 'signInsOfNode'],
    [
      'questions of new devices',
      '/devices/links/status',
      { wire: claim.wire },
      'deviceLinks',
      'deviceLinksOfNode',
    ],
  ] as const)(
    'of %s from everywhere ends with 429 for the node, for an address that asked nothing yet',
    async (...[, path, body, each, ofNode]) => {
      const ask = fromAddress(path, body);
      api.clock.ms += 3_600_000;
      for (let at = 0; at < RATE_LIMITS[ofNode].burst; at += 1) {
        const address = `192.0.2.${Math.floor(at / RATE_LIMITS[each].burst)}`;
        expect((await ask(address)).status).not.toBe(429);
      }
      expect((await ask('192.0.2.250')).status).toBe(429);
      api.clock.ms += 1_000;
      expect((await ask('192.0.2.250')).status).not.toBe(429);
    },
  );

  it('of one State does not keep another State waiting', async () => {
    const { actsAtOnce } = SHARE_LIMITS;
    const held = (of: string): Sent => ({ path: `/test/held?of=${of}`, withoutProof: true });
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    const esteban = await SeatedDevice.at(api, seatOf('cr-esteban'));
    const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
    const burst = [rosa, esteban].flatMap((sender) =>
      Array.from({ length: actsAtOnce }, async () => (await sender.send(held('CR'))).status),
    );
    const first = Promise.race(burst).then((status) => ({ status }));
    while (heldActs.begun.length < actsAtOnce) {
      expect(await Promise.race([first, setTimeout(5, 'held')])).toBe('held');
    }
    const ofAnother = omar.send(held('PA'));
    // Long enough to be under way, and a fraction of the time after which those who wait are refused.
    await setTimeout(SHARE_LIMITS.waitMs / 8);
    const all = Promise.all([...burst, ofAnother.then(({ status }) => status)]);
    while ((await Promise.race([all, setTimeout(10, null)])) === null) heldActs.endOne();
    expect(new Set(await all)).toEqual(new Set([200]));
    const place = heldActs.begun.indexOf('PA');
    expect(place).toBeGreaterThanOrEqual(actsAtOnce);
    expect(place).toBeLessThan(actsAtOnce + actsAtOnce / 2);
  });

  it('uses no number of the device: what was limited leaves no gap in its record', async () => {
    const ana = await SeatedDevice.at(api, registrarSeat('CR'));
    const ask = async () =>
      ana.send({ method: 'POST', path: '/sessions/step-up', body: {}, claims: { seq: 1 } });
    const statuses: number[] = [];
    for (let at = 0; at <= RATE_LIMITS.stepUps.burst; at += 1) statuses.push((await ask()).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const seqs = await api.database.asAdmin(
      'SELECT seq FROM audit.device_seqs WHERE device_id = $1',
      [ana.deviceId],
    );
    expect(seqs).toHaveLength(1);
  });
});
