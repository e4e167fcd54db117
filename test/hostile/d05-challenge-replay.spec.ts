import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { anonymousBody, TestDevice } from '../support/sessions/test-device.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

const aDevice = () => new TestDevice(api, api.region, { slug: 'cr-rosa' });

const isKept = async (challengeId: string) => {
  const rows = await api.database.asAdmin('SELECT FROM app.challenges WHERE challenge_id = $1', [
    challengeId,
  ]);
  return rows.length === 1;
};

describe('D05: a challenge', () => {
  it('that was answered is gone: the same answer again is refused', async () => {
    const rosa = aDevice();
    await rosa.makeKey();
    const challenge = await rosa.challenge();
    const sent = rosa.sign(rosa.statement(challenge));
    expect((await rosa.open(sent)).status).toBe(201);
    const again = await rosa.open(sent);
    expect(again.body).toMatchObject({ status: 401, code: 'session.refused' });
    expect(await isKept(challenge.challengeId)).toBe(false);
  });

  it('that was answered wrongly is gone as well: a sound answer comes too late', async () => {
    const rosa = aDevice();
    await rosa.makeKey();
    const challenge = await rosa.challenge();
    await rosa.open(rosa.sign(rosa.statement(challenge, { origin: 'https://evil.example' })));
    expect(await isKept(challenge.challengeId)).toBe(false);
    const late = await rosa.open(rosa.sign(rosa.statement(challenge)));
    expect(late.body.code).toBe('session.refused');
  });

  it('is good for a minute', async () => {
    const rosa = aDevice();
    await rosa.makeKey();
    const inTime = await rosa.challenge();
    api.clock.ms += 59_000;
    expect((await rosa.open(rosa.sign(rosa.statement(inTime)))).status).toBe(201);
    const late = await rosa.challenge();
    api.clock.ms += 61_000;
    expect((await rosa.open(rosa.sign(rosa.statement(late)))).status).toBe(401);
    expect(await isKept(late.challengeId)).toBe(false);
  });

  it('of another flow, of nobody, or with another number is refused by the same body', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const other = await rosa.send({
      method: 'POST',
      path: '/sessions/step-up/challenges',
      body: {},
      withoutProof: true,
    });
    const forged = { ...(await rosa.challenge()), challenge: 'A'.repeat(43) };
    const unknown = { ...forged, challengeId: '01943b10-7000-7000-8000-000000000001' };
    const answers = [];
    for (const challenge of [other.body, forged, unknown]) {
      answers.push(await rosa.open(rosa.sign(rosa.statement(challenge))));
    }
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(anonymousBody)).size).toBe(1);
    expect(await isKept(other.body.challengeId)).toBe(false);
  });
});
