import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, toBase64Url, utf8, type JsonObject } from '@enlace/kernel';
import type { SignInChallenge } from '@enlace/contracts';

import { enrolBrowser } from '../../../support/passkeys/enrol-browser.js';
import type { TestBrowser } from '../../../support/passkeys/test-browser.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { TestDevice } from '../../../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
let browser: TestBrowser;
beforeAll(async () => {
  api = await startSessionServer();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  browser = await enrolBrowser(api, rosa, 'browser:rosa');
});
afterAll(async () => api.close());
beforeEach(async () => {
  await browser.signIn();
});

const challengeOf = async (device: TestDevice): Promise<SignInChallenge> => {
  const path = '/sessions/step-up/challenges';
  return (await device.send({ method: 'POST', path, body: {}, withoutProof: true })).body;
};
const statement = ({ challengeId, challenge }: SignInChallenge): JsonObject => ({
  challengeId,
  challenge,
  action: 'person.freeze',
  objectId: browser.deviceId,
  bodyHash: 'A'.repeat(43),
});
const send = async (device: TestDevice, body: object) =>
  device.send({ method: 'POST', path: '/sessions/step-up', body });
const bodyOf = (said: JsonObject) => toBase64Url(utf8(canonicalJson(said)));

describe('a step-up with a passkey', () => {
  it('is granted for the statement that the passkey signed, under another token', async () => {
    const said = statement(await challengeOf(browser));
    const before = browser.cookie;
    const assertion = browser.signed('enlace/stepup/v1', said);
    const answer = await send(browser, { body: bodyOf(said), assertion });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ stepUpId: expect.any(String) });
    browser.keep(answer);
    expect(browser.cookie).not.toBe(before);
    const list = await browser.send({ path: '/sessions', withoutProof: true });
    expect(list.status).toBe(200);
    browser.cookie = before;
    expect((await browser.send({ path: '/sessions', withoutProof: true })).status).toBe(401);
  });

  it('is for no other statement, session, label or challenge than it was made for', async () => {
    const said = statement(await challengeOf(browser));
    const other = { ...said, action: 'device.revoke' };
    const lies = [
      { body: bodyOf(other), assertion: browser.signed('enlace/stepup/v1', said) },
      { body: bodyOf(said), assertion: browser.signed('enlace/passkey/v1', said) },
      { body: bodyOf(said) },
      { body: bodyOf(said), sig: browser.sign(said, browser.deviceName, 'enlace/stepup/v1').sig },
    ];
    for (const lie of lies) {
      const fresh = statement(await challengeOf(browser));
      const { challengeId, challenge } = fresh;
      const body = JSON.parse(JSON.stringify(lie).replaceAll(bodyOf(said), bodyOf(fresh)));
      expect((await send(browser, body)).body.code).toBe('step-up.required');
      expect([challengeId, challenge]).not.toContain(said['challengeId']);
    }
    const foreign = statement(await challengeOf(rosa));
    const assertion = browser.signed('enlace/stepup/v1', foreign);
    const answer = await send(browser, { body: bodyOf(foreign), assertion });
    expect(answer.body).toMatchObject({ status: 403, code: 'step-up.required' });
  });

  it('is spent with its challenge', async () => {
    const said = statement(await challengeOf(browser));
    const sent = { body: bodyOf(said), assertion: browser.signed('enlace/stepup/v1', said) };
    browser.keep(await send(browser, sent));
    expect((await send(browser, sent)).body.code).toBe('step-up.required');
  });

  it('needs the person: nobody verified, a synced copy and a counter that went back are refused', async () => {
    for (const lie of [{ isVerified: false }, { isSynced: true }, { counter: 0 }]) {
      const said = statement(await challengeOf(browser));
      const assertion = browser.signed('enlace/stepup/v1', said, lie);
      const answer = await send(browser, { body: bodyOf(said), assertion });
      expect(answer.body.code).toBe('step-up.required');
    }
  });

  it('is not for a program, which has its key', async () => {
    await rosa.signIn();
    const said = statement(await challengeOf(rosa));
    const assertion = browser.signed('enlace/stepup/v1', said);
    const { body, sig } = rosa.sign(said, rosa.deviceName, 'enlace/stepup/v1');
    expect((await send(rosa, { body, sig, assertion })).body.code).toBe('step-up.required');
    const again = statement(await challengeOf(rosa));
    const signed = rosa.sign(again, rosa.deviceName, 'enlace/stepup/v1');
    expect((await send(rosa, { body: signed.body, sig: signed.sig })).status).toBe(201);
  });
});
