import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { enrolBrowser } from '../support/passkeys/enrol-browser.js';
import { TestBrowser } from '../support/passkeys/test-browser.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { bodyHash, TestDevice } from '../support/sessions/test-device.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

const statusOf = async (device: TestDevice) =>
  (await device.send({ path: '/sessions', withoutProof: true })).status;

describe('D06: a token', () => {
  it('that somebody fixed before the sign-in is not the one of the session', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const fixed = 'A'.repeat(43);
    await rosa.makeKey();
    const sent = rosa.sign(rosa.statement(await rosa.challenge()));
    const opened = await rosa.open(sent, { authorization: `DPoP ${fixed}` });
    expect(opened.status).toBe(201);
    expect(opened.body.token).not.toBe(fixed);
    rosa.opened = { ...opened.body, token: fixed };
    expect(await statusOf(rosa)).toBe(401);
  });

  it('that somebody fixed as a cookie is replaced, and worth nothing without the key of its session', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.signIn();
    const browser = await enrolBrowser(api, rosa, 'browser:rosa');
    const fixed = `__Host-enlace=${'A'.repeat(43)}`;
    await browser.makeKey();
    const challenge = await browser.challenge();
    const signed = browser.sign(browser.statement(challenge, { method: 'passkey' }));
    const sent = { ...signed, assertion: browser.assertion(challenge) };
    const opened = await browser.open(sent, { ...browser.ownHeaders, cookie: fixed });
    browser.keep(opened);
    expect(browser.cookie).not.toBe(fixed);
    expect(await statusOf(browser)).toBe(200);
    const thief = new TestBrowser(api, { slug: 'cr-rosa', device: 'browser:rosa' });
    await thief.makeKey();
    Object.assign(thief, { cookie: browser.cookie, opened: browser.opened, nonce: browser.nonce });
    const stolen = await thief.send({ method: 'DELETE', path: '/sessions' });
    expect(stolen.body.code).toBe('proof.refused');
    browser.cookie = fixed;
    expect(await statusOf(browser)).toBe(401);
  });

  it('is another one after a step-up, and the old one is dead', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const before = await rosa.signIn();
    const { body: challenge } = await rosa.send({
      method: 'POST',
      path: '/sessions/step-up/challenges',
      body: {},
      withoutProof: true,
    });
    const statement = {
      challengeId: challenge.challengeId,
      challenge: challenge.challenge,
      action: 'office.change',
      objectId: 'x',
      bodyHash: bodyHash('', '{}'),
    };
    const { body, sig } = rosa.sign(statement, rosa.deviceName, 'enlace/stepup/v1');
    const request = { method: 'POST', path: '/sessions/step-up', body: { body, sig } } as const;
    const elevated = await rosa.send(request);
    expect(elevated.status).toBe(201);
    expect(elevated.body).toMatchObject({ sessionId: before.sessionId });
    expect(await statusOf(rosa)).toBe(401);
    rosa.opened = elevated.body;
    expect(await statusOf(rosa)).toBe(200);
    expect((await rosa.send(request)).body.code).toBe('step-up.required');
  });

  it('of a step-up is not given for a signature of another kind, key or session', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await rosa.signIn();
    await esteban.signIn();
    const tryWith = async (
      by: TestDevice,
      signer: string,
      label: 'enlace/stepup/v1' | 'enlace/session/v1',
    ) => {
      const { body: challenge } = await by.send({
        method: 'POST',
        path: '/sessions/step-up/challenges',
        body: {},
        withoutProof: true,
      });
      const statement = {
        challengeId: challenge.challengeId,
        challenge: challenge.challenge,
        action: 'office.change',
        objectId: 'x',
        bodyHash: bodyHash('', '{}'),
      };
      const { body, sig } = rosa.sign(statement, signer, label);
      return rosa.send({ method: 'POST', path: '/sessions/step-up', body: { body, sig } });
    };
    const answers = [
      await tryWith(rosa, rosa.deviceName, 'enlace/session/v1'),
      await tryWith(rosa, esteban.deviceName, 'enlace/stepup/v1'),
      await tryWith(esteban, rosa.deviceName, 'enlace/stepup/v1'),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => 'step-up.required'));
    expect(await statusOf(rosa)).toBe(200);
  });
});
