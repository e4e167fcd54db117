import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { strictPolicy } from '@enlace/testing';
import type { SignInChallenge } from '@enlace/contracts';

import { certify, deviceOptions, enrolBrowser } from '../../../support/passkeys/enrol-browser.js';
import type { Making } from '../../../support/passkeys/soft-authenticator.js';
import { TestBrowser } from '../../../support/passkeys/test-browser.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { TestDevice } from '../../../support/sessions/test-device.js';

const MODEL = 'd8522d9f-575b-4866-88a9-ba99fa02f35b';

let api: SessionServer;
let rosa: TestDevice;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
});

let made = 0;
const aBrowser = () => {
  made += 1;
  return new TestBrowser(api, { slug: 'cr-rosa', device: `browser:rosa:${made}` });
};

/** Brings one passkey with the certificate of a new browser. */
const bring = async (
  lie: Partial<Making> = {},
  { browser = aBrowser(), options }: { browser?: TestBrowser; options?: SignInChallenge } = {},
) => {
  const asked = options ?? (await deviceOptions(rosa));
  const registrations = [browser.register(asked, lie)];
  const { challengeId, challenge } = asked;
  return certify(rosa, browser, { passkeys: { challengeId, challenge, registrations } });
};
const allow = async (change: Parameters<typeof strictPolicy>[1]) => {
  const base = { allowCliDevices: true, maxDevices: 16 };
  api.region.add(strictPolicy('CR', { ...base, ...change }), ['root:CR']);
  await api.logStatements();
  await rosa.signIn();
};
const refused = { status: 422, code: 'statement.refused' };

describe('a passkey that comes with a device', () => {
  it('is on record with its model, as it is when a certificate no longer names it', async () => {
    const browser = await enrolBrowser(api, rosa, 'browser:rosa');
    const [main, spare] = browser.passkeys;
    api.clock.ms += 1_000;
    await certify(rosa, browser, { authenticators: [main?.ref ?? ''] });
    const rows = await api.database.asAdmin(
      `SELECT e.type, convert_from(s.body, 'UTF8') AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type LIKE 'passkey.%' ORDER BY e.event_id`,
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'passkey.added',
      'passkey.added',
      'passkey.removed',
    ]);
    expect(String(rows.at(-1)?.['what'])).toContain(spare?.ref);
  });

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('signs with %s', async (algorithm) => {
    const browser = aBrowser();
    expect((await bring({ algorithm }, { browser })).status).toBe(201);
    expect((await browser.tryPasskey()).status).toBe(201);
  });

  it('may say in its signed part what extensions it has', async () => {
    const extensions = new Map([['credProtect', 2]]);
    expect((await bring({ extensions })).status).toBe(201);
  });

  it.each<readonly [string, Partial<Making>]>([
    ['of another origin', { origin: 'https://evil.example.org' }],
    ['of another host', { rpId: 'evil.example.org' }],
    ['for which nobody was verified', { isVerified: false }],
    ['that an account copies', { isSynced: true }],
    ['that signed in instead', { type: 'webauthn.get' }],
    ['made in a foreign frame', { clientData: { crossOrigin: true } }],
    ['made below another page', { clientData: { topOrigin: 'https://evil.example.org' } }],
    ['over another number', { challenge: Buffer.alloc(32) }],
    ['with a short RSA key', { algorithm: 'RS256', bits: 1_024 }],
    // Formats with certificates have whoever verifies them fetch what the certificates name.
    ['with an attestation of a chip', { format: 'tpm' }],
    ['with an attestation of a key', { format: 'packed' }],
    ['with an attestation of a telephone', { format: 'apple' }],
  ])('is not taken %s', async (_, lie) => {
    expect((await bring(lie)).body).toMatchObject(refused);
  });

  it('is for the device and the session that it was made for, once', async () => {
    const desk = aBrowser();
    const options = await deviceOptions(rosa);
    const { challengeId, challenge } = options;
    const stolen = aBrowser();
    const registrations = [desk.register(options)];
    stolen.passkeys.push(...desk.passkeys);
    const passkeys = { challengeId, challenge, registrations };
    expect((await certify(rosa, stolen, { passkeys })).body).toMatchObject(refused);
    // The number is spent: what was made for the right device comes too late.
    expect((await certify(rosa, desk, { passkeys })).body).toMatchObject(refused);

    const esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await esteban.signIn();
    const foreign = await deviceOptions(esteban);
    expect((await bring({}, { options: foreign })).body).toMatchObject(refused);
    const ofSignIn = await rosa.challenge();
    expect((await bring({}, { options: ofSignIn })).body).toMatchObject(refused);
  });

  it('is not somebody else\u2019s already', async () => {
    const first = aBrowser();
    expect((await bring({}, { browser: first })).status).toBe(201);
    const [own] = first.passkeys;
    expect(own).toBeDefined();
    const answer = await bring({ credentialId: own?.credentialId ?? Buffer.alloc(1) });
    expect(answer.body).toMatchObject(refused);
  });

  it('is named by the certificate, and a certificate names no other', async () => {
    const browser = aBrowser();
    const options = await deviceOptions(rosa);
    const { challengeId, challenge } = options;
    const registrations = [browser.register(options)];
    const passkeys = { challengeId, challenge, registrations };
    const authenticators = ['A'.repeat(43)];
    expect((await certify(rosa, browser, { passkeys, authenticators })).body).toMatchObject(
      refused,
    );
    expect((await certify(rosa, browser, { authenticators })).body).toMatchObject(refused);
    expect((await certify(rosa, browser, { authenticators: [] })).body).toMatchObject(refused);
    const kept = await api.database.asAdmin('SELECT FROM app.passkeys WHERE ref = $1', [
      browser.passkeys[0]?.ref,
    ]);
    expect(kept).toEqual([]);
  });

  it('is of a model that the State names, and copied where the State allows it', async () => {
    await allow({ aaguids: [MODEL] });
    expect((await bring()).body).toMatchObject(refused);
    const browser = aBrowser();
    expect((await bring({ aaguid: MODEL }, { browser })).status).toBe(201);
    expect((await browser.tryPasskey()).status).toBe(201);
    await allow({ aaguids: ['11111111-1111-4111-8111-111111111111'] });
    expect((await browser.tryPasskey()).body.code).toBe('session.refused');
    await allow({ allowSyncedPasskeys: true });
    const phone = aBrowser();
    expect((await bring({ isSynced: true }, { browser: phone })).status).toBe(201);
    expect((await phone.tryPasskey({ isSynced: true })).status).toBe(201);
    await allow({});
    expect((await phone.tryPasskey({ isSynced: true })).body.code).toBe('session.refused');
  });
});
