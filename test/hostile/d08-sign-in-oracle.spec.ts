import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenSessionRequest } from '@enlace/contracts/dto';
import { personaOf } from '@enlace/testing';

import { enrolCli } from '../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { anonymousBody, TestDevice } from '../support/sessions/test-device.js';

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
});
