import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { deviceOptions, enrolBrowser, certify } from '../../../support/passkeys/enrol-browser.js';
import type { TestBrowser } from '../../../support/passkeys/test-browser.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { anonymousBody, TestDevice } from '../../../support/sessions/test-device.js';

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
  await rosa.signIn();
});

const counterOf = async (): Promise<string> => {
  const [row] = await api.database.asAdmin('SELECT counter FROM app.passkeys WHERE ref = $1', [
    browser.passkeys[0]?.ref,
  ]);
  return String(row?.['counter']);
};

describe('a sign-in with a passkey', () => {
  it('opens a session in a cookie, and is on record with what the device signed', async () => {
    const answer = await browser.tryPasskey();
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('token');
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-enlace=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    browser.keep(answer);
    const list = await browser.send({ path: '/sessions', withoutProof: true });
    expect(list.body).toContainEqual(
      expect.objectContaining({ deviceId: browser.deviceId, acr: 'passkey', current: true }),
    );
    const [event] = await api.database.asAdmin(
      "SELECT type FROM audit.events WHERE type = 'session.opened' AND object_id = $1",
      [answer.body.sessionId],
    );
    expect(event).toBeDefined();
  });

  it('works with either passkey, and with one that does not count', async () => {
    const [, spare] = browser.passkeys;
    if (spare === undefined) throw new Error('no spare passkey');
    expect((await browser.tryPasskey({ passkey: spare, counter: 0 })).status).toBe(201);
    expect((await browser.tryPasskey({ passkey: spare, counter: 0 })).status).toBe(201);
  });

  it('takes the counter of the authenticator, which goes on and never back', async () => {
    expect((await browser.tryPasskey({ counter: 500 })).status).toBe(201);
    expect(await counterOf()).toBe('500');
    for (const counter of [500, 499, 0]) {
      expect((await browser.tryPasskey({ counter })).body.code).toBe('session.refused');
    }
    expect(await counterOf()).toBe('500');
    for (const passkey of browser.passkeys) passkey.counter = 500;
    expect((await browser.tryPasskey()).status).toBe(201);
  });

  it('keeps the counter where it was when something else does not hold', async () => {
    const before = await counterOf();
    const challenge = await browser.challenge();
    await browser.makeKey();
    const forged = browser.sign(
      browser.statement(challenge, { method: 'passkey', deviceCert: 'A'.repeat(43) }),
    );
    const assertion = browser.assertion(challenge, { counter: 9_000 });
    const answer = await browser.open({ ...forged, assertion }, browser.ownHeaders);
    expect(answer.status).toBe(401);
    expect(await counterOf()).toBe(before);
  });

  it('is refused by one body, whatever was wrong', async () => {
    const others = await enrolBrowser(api, rosa, 'browser:rosa-desk');
    const esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await esteban.signIn();
    const foreign = await enrolBrowser(api, esteban, 'browser:esteban');
    const [ownPasskey, otherPasskey, foreignPasskey] = [browser, others, foreign].map(
      ({ passkeys }) => passkeys[0],
    );
    if (ownPasskey === undefined || otherPasskey === undefined || foreignPasskey === undefined) {
      throw new Error('no passkey');
    }
    const unknown = { ...ownPasskey, credentialId: Buffer.alloc(32, 7) };
    const answers = {
      'wrong origin': await browser.tryPasskey({ origin: 'https://evil.example.org' }),
      'origin with our host at another port': await browser.tryPasskey({
        origin: 'http://127.0.0.1:1',
      }),
      'wrong rpId': await browser.tryPasskey({ rpId: 'evil.example.org' }),
      'nobody verified': await browser.tryPasskey({ isVerified: false }),
      'synced passkey': await browser.tryPasskey({ isSynced: true }),
      'made, not asked': await browser.tryPasskey({ type: 'webauthn.create' }),
      'in a foreign frame': await browser.tryPasskey({ clientData: { crossOrigin: true } }),
      'for another session key': await browser.tryPasskey({ said: { sessionKey: 'x' } }),
      'for another challenge': await browser.tryPasskey({ said: { challenge: 'x' } }),
      'passkey of another device of the person': await browser.tryPasskey({
        passkey: otherPasskey,
      }),
      'passkey of another person': await browser.tryPasskey({ passkey: foreignPasskey }),
      'unknown passkey': await browser.tryPasskey({ passkey: unknown }),
      'key of another passkey': await browser.tryPasskey({
        passkey: { ...ownPasskey, privateKey: otherPasskey.privateKey },
      }),
      'without an assertion': await browser.tryToSignIn({ method: 'passkey' }),
      'as a key in a file': await browser.tryToSignIn({ method: 'software-key' }),
    };
    const codes = Object.entries(answers).map(([what, { body }]) => [what, body.code]);
    expect(codes).toEqual(Object.keys(answers).map((what) => [what, 'session.refused']));
    expect(new Set(Object.values(answers).map(anonymousBody)).size).toBe(1);
    expect((await browser.tryPasskey()).status).toBe(201);
  });

  it('is refused when it is sent again, or for the challenge of somebody else', async () => {
    await browser.makeKey();
    const challenge = await browser.challenge();
    const signed = browser.sign(browser.statement(challenge, { method: 'passkey' }));
    const sent = { ...signed, assertion: browser.assertion(challenge) };
    expect((await browser.open(sent, browser.ownHeaders)).status).toBe(201);
    expect((await browser.open(sent, browser.ownHeaders)).body.code).toBe('session.refused');
    const swapped = await browser.challenge();
    const other = browser.sign(browser.statement(swapped, { method: 'passkey' }));
    const mixed = { ...other, assertion: browser.assertion(await browser.challenge()) };
    expect((await browser.open(mixed, browser.ownHeaders)).body.code).toBe('session.refused');
    const options = await deviceOptions(rosa);
    const ofDevice = browser.sign(browser.statement(options, { method: 'passkey' }));
    const flowed = { ...ofDevice, assertion: browser.assertion(options) };
    expect((await browser.open(flowed, browser.ownHeaders)).body.code).toBe('session.refused');
  });

  it('is not mixed with a key in a file: a program shows no passkey', async () => {
    await rosa.makeKey();
    const challenge = await rosa.challenge();
    const signed = rosa.sign(rosa.statement(challenge));
    const assertion = browser.assertion(challenge);
    expect((await rosa.open({ ...signed, assertion })).body.code).toBe('session.refused');
  });

  it('does not let the secret of the vault in: results of extensions are a member too many', async () => {
    await browser.makeKey();
    const challenge = await browser.challenge();
    const signed = browser.sign(browser.statement(challenge, { method: 'passkey' }));
    const assertion = {
      ...browser.assertion(challenge),
      clientExtensionResults: { prf: { results: { first: 'secret' } } },
    };
    const answer = await browser.open({ ...signed, assertion }, browser.ownHeaders);
    expect(answer.body).toMatchObject({ status: 400, code: 'body.malformed' });
    expect(answer.text).not.toContain('secret');
  });

  it('ends with the certificate that named the passkey, and with the device', async () => {
    const shared = await enrolBrowser(api, rosa, 'browser:rosa-old');
    expect((await shared.tryPasskey()).status).toBe(201);
    const [, spare] = shared.passkeys;
    if (spare === undefined) throw new Error('no spare passkey');
    const renewed = await certify(rosa, shared, { authenticators: [spare.ref] });
    expect(renewed.status).toBe(201);
    expect((await shared.tryPasskey()).body.code).toBe('session.refused');
    expect((await shared.tryPasskey({ passkey: spare })).status).toBe(201);
    const target = api.region.newestId('device-cert', 'CR', shared.deviceId);
    const revocation = { type: 'revocation', state: 'CR', target, targetKind: 'device' } as const;
    api.region.add({ ...revocation, reason: 'lost', sinceIndex: null }, ['identity:cr-rosa']);
    await api.logStatements();
    expect((await shared.tryPasskey({ passkey: spare })).body.code).toBe('session.refused');
  });
});
