import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenSessionRequest } from '@enlace/contracts/dto';
import { personaOf } from '@enlace/testing';

import { SignIns } from '../../apps/api/src/sessions/sign-in/sign-in.service.js';
import { anAct } from '../support/people/recorded-acts.js';
import { enrolCli } from '../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { anonymousBody, TestDevice } from '../support/sessions/test-device.js';

/** Attempts of each kind, in turns, so that whatever else the machine does meets both. */
const ATTEMPTS = 500;
/** Beyond this many standard deviations the two kinds are told apart, if their medians differ as well. */
const Z_LIMIT = 4;
/** A difference of the medians that nobody could measure over a network. */
const MEDIAN_LIMIT = 0.05;

let api: SessionServer;
let rosa: TestDevice;
let revoked: TestDevice;
let stranger: TestDevice;
beforeAll(async () => {
  api = await startSessionServer();
  enrolCli(api.region, personaOf('cr-rosa'), 'cli:lost');
  const device = { slug: 'cr-rosa', device: 'cli:lost' };
  revoked = new TestDevice(api, api.region, device);
  const target = api.region.newestId('device-cert', 'CR', revoked.deviceId);
  const mark = { targetKind: 'device', reason: 'lost', sinceIndex: null } as const;
  api.region.add({ type: 'revocation', state: 'CR', target, ...mark }, ['identity:cr-rosa']);
  await api.logStatements();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  stranger = new TestDevice(api, api.region, { slug: 'cr-rosa', device: 'cli:nobody' });
  for (const each of [rosa, revoked, stranger]) await each.makeKey();
});
afterAll(async () => api.close());

/** What a stranger says instead of the id of a certificate that it does not have. */
const ANY_HASH = 'A'.repeat(43);

async function anAttempt(device: TestDevice, signer?: string): Promise<OpenSessionRequest> {
  const statement = device.statement(await device.challenge());
  const isKnown = statement['deviceCert'] !== '';
  const sent = { ...statement, ...(isKnown ? {} : { deviceCert: ANY_HASH }) };
  return device.sign(sent, signer) as OpenSessionRequest;
}

/** Mann-Whitney U as a z-score, and how far the medians are apart. */
function compare(a: readonly number[], b: readonly number[]): { z: number; medians: number } {
  const ranked = [...a.map((ms) => ({ ms, ofA: true })), ...b.map((ms) => ({ ms, ofA: false }))]
    .toSorted((left, right) => left.ms - right.ms)
    .map(({ ofA }, at) => (ofA ? at + 1 : 0));
  const u = ranked.reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2;
  const n = a.length * b.length;
  const z = (u - n / 2) / Math.sqrt((n * (a.length + b.length + 1)) / 12);
  const median = (values: readonly number[]) =>
    values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
  return { z, medians: Math.abs(median(a) / median(b) - 1) };
}

describe('D08: a refused sign-in', () => {
  it('of an unknown, a revoked, a forbidden and a forged device has one body', async () => {
    const omar = new TestDevice(api, api.region, { slug: 'pa-omar' });
    const answers = [
      await stranger.open(await anAttempt(stranger)),
      await revoked.open(await anAttempt(revoked)),
      await omar.tryToSignIn(),
      await rosa.open(await anAttempt(rosa, 'identity:cr-rosa')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(anonymousBody)).size).toBe(1);
    const heads = answers.map(({ headers }) => Object.keys(headers).toSorted().join());
    expect(new Set(heads).size).toBe(1);
  });

  it('takes the same time for a device that exists and for one that does not', async () => {
    const signIns = api.server.app.get(SignIns);
    const kinds = [await anAttempt(stranger), await anAttempt(rosa, 'identity:cr-rosa')] as const;
    const times: [number[], number[]] = [[], []];
    for (let attempt = 0; attempt < 2 * ATTEMPTS; attempt += 1) {
      const kind = attempt % 2 === 0 ? 0 : 1;
      const since = process.hrtime.bigint();
      const outcome = signIns.open(anAct({ declared: ['session.opened'] }), kinds[kind]);
      await expect(outcome).rejects.toMatchObject({ code: 'session.refused' });
      times[kind].push(Number(process.hrtime.bigint() - since));
    }
    const { z, medians } = compare(...times);
    expect(Math.abs(z) < Z_LIMIT || medians < MEDIAN_LIMIT).toBe(true);
  }, 60_000);
});
