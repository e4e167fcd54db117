import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personaOf } from '@enlace/testing';

import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

const aDevice = (device?: string) =>
  new TestDevice(api, api.region, { slug: 'cr-rosa', ...(device === undefined ? {} : { device }) });

const isAlive = async (device: TestDevice): Promise<boolean> =>
  (await device.send({ path: '/sessions', withoutProof: true })).status === 200;

async function act(device: TestDevice, by: 0 | 1): Promise<number> {
  const { nonce } = (await device.send({ path: '/sessions', withoutProof: true })).headers;
  device.nonce = nonce ?? device.nonce;
  const body = { purpose: 'prosecution' };
  const sending = { method: 'POST', path: '/declarations', body, claims: { act: by } } as const;
  return (await device.send(sending)).status;
}

describe('a session', () => {
  it('that nobody uses lives 14 minutes and 59 seconds, and not 15 minutes and one', async () => {
    const [first, second] = [aDevice(), aDevice()];
    await first.signIn();
    api.clock.ms += 15 * MINUTE_MS - 1_000;
    expect(await isAlive(first)).toBe(true);
    await second.signIn();
    api.clock.ms += 15 * MINUTE_MS + 1_000;
    expect(await isAlive(second)).toBe(false);
  });

  it('lives on by what a person does, and not by what a program does alone', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    api.clock.ms += 14 * MINUTE_MS;
    expect(await act(rosa, 1)).toBe(201);
    api.clock.ms += 14 * MINUTE_MS;
    expect(await act(rosa, 0)).toBe(201);
    api.clock.ms += MINUTE_MS - 1_000;
    expect(await isAlive(rosa)).toBe(true);
    api.clock.ms += 2_000;
    expect(await isAlive(rosa)).toBe(false);
  });

  it('ends after 12 hours, whatever is done in it', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const end = api.clock.ms + 12 * HOUR_MS;
    while (api.clock.ms < end - 10 * MINUTE_MS) {
      api.clock.ms += 10 * MINUTE_MS;
      expect(await act(rosa, 1)).toBe(201);
    }
    api.clock.ms = end - MINUTE_MS;
    expect(await act(rosa, 1)).toBe(201);
    api.clock.ms = end - 1_000;
    expect(await isAlive(rosa)).toBe(true);
    api.clock.ms = end + 1_000;
    expect(await isAlive(rosa)).toBe(false);
  });

  it('is one of four: the fifth ends the one that was idle longest', async () => {
    const names = ['one', 'two', 'three', 'four'].map((name) => `cli:cr-rosa:${name}`);
    for (const name of names) enrolCli(api.region, personaOf('cr-rosa'), name);
    await api.logStatements();
    const devices = [aDevice(), ...names.map((name) => aDevice(name))];
    for (const device of devices) {
      await device.signIn();
      api.clock.ms += 1_000;
    }
    expect(await Promise.all(devices.map(isAlive))).toEqual([false, true, true, true, true]);
    const ended = await api.database.asAdmin(
      `SELECT * FROM audit.events WHERE type = 'session.closed' AND object_id = $1`,
      [devices[0]?.opened?.sessionId],
    );
    expect(ended).toHaveLength(1);
  });

  it('does not open for a device that was revoked, and ends where the revocation finds it', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const certificate = api.region.newestId('device-cert', 'CR', rosa.deviceId);
    api.region.add(
      {
        type: 'revocation',
        state: 'CR',
        target: certificate,
        targetKind: 'device',
        reason: 'lost',
        sinceIndex: null,
      },
      ['identity:cr-rosa'],
    );
    await api.logStatements();
    const answer = await rosa.tryToSignIn();
    expect(answer.body).toMatchObject({ status: 401, code: 'session.refused' });
  });
});
