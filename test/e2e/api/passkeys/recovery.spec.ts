import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { certify, deviceOptions, enrolBrowser } from '../../../support/passkeys/enrol-browser.js';
import type { SoftPasskey } from '../../../support/passkeys/soft-authenticator.js';
import type { TestBrowser } from '../../../support/passkeys/test-browser.js';
import { ReturningBrowser } from '../../../support/passkeys/test-recovery.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { anonymousBody, TestDevice } from '../../../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
let old: TestBrowser;
let oldPasskey: SoftPasskey;
beforeAll(async () => {
  api = await startSessionServer();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  old = await enrolBrowser(api, rosa, 'browser:rosa');
  oldPasskey = passkeyOf(old);
});
afterAll(async () => api.close());

function passkeyOf({ passkeys }: TestBrowser): SoftPasskey {
  const [first] = passkeys;
  if (first === undefined) throw new Error('no passkey');
  return first;
}

let made = 0;
const aNewBrowser = () => {
  made += 1;
  return new ReturningBrowser(api, { slug: 'cr-rosa', device: `browser:new:${made}` });
};
let fresh: ReturningBrowser;
beforeEach(() => {
  fresh = aNewBrowser();
});

describe('a session of recovery', () => {
  it('is opened by a passkey of another device, for a quarter of an hour, and is on record', async () => {
    const answer = await fresh.tryToRecover({ passkey: oldPasskey });
    expect(answer.status).toBe(201);
    const { sessionId, endsAt } = fresh.keep(answer);
    expect(Date.parse(endsAt) - api.clock.ms).toBe(15 * 60_000);
    const [row] = await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'session.opened' AND e.object_id = $1`,
      [sessionId],
    );
    expect(JSON.parse(String(row?.['what']))).toMatchObject({ acr: 'recovery', newDevice: true });
  });

  it('certifies the device that opened it, and the person signs in with that', async () => {
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey }));
    const options = await deviceOptions(fresh);
    const { challengeId, challenge } = options;
    const registrations = [fresh.register(options)];
    const passkeys = { challengeId, challenge, registrations };
    expect((await certify(fresh, fresh, { passkeys })).status).toBe(201);
    expect((await fresh.tryPasskey()).status).toBe(201);
  });

  it('may bring the passkey that opened it: a key that its person carries', async () => {
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey }));
    expect((await certify(fresh, fresh, { authenticators: [oldPasskey.ref] })).status).toBe(201);
    expect((await fresh.tryPasskey({ passkey: oldPasskey })).status).toBe(201);
  });

  it('certifies no other device, no other key, and renews none', async () => {
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey }));
    const other = aNewBrowser();
    const named = { authenticators: [oldPasskey.ref] };
    expect((await certify(fresh, other, named)).body).toMatchObject({
      code: 'statement.refused',
    });
    expect((await certify(fresh, old, named)).body.code).toBe('access.denied');
    const signer = other.deviceName;
    const change = { signKey: other.signKey };
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey, change, signer }));
    expect((await certify(fresh, fresh, named)).body).toMatchObject({ code: 'statement.refused' });
  });

  it('opens no other door', async () => {
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey }));
    const unaudited = [
      { method: 'POST', path: '/sessions/socket-tickets', body: {} },
      { method: 'POST', path: '/sessions/step-up/challenges', body: {} },
      { method: 'GET', path: '/sessions' },
      { method: 'GET', path: '/devices' },
    ] as const;
    for (const each of unaudited) {
      const answer = await fresh.send({ ...each, withoutProof: true });
      expect(answer.body).toMatchObject({ code: 'access.denied', facts: { ruleId: 'D-006' } });
    }
    const audited = [
      { method: 'POST', path: '/declarations', body: { purpose: 'investigation' } },
      { method: 'GET', path: '/people' },
      { method: 'POST', path: '/people/me/freeze' },
      { method: 'POST', path: '/people/activation' },
    ] as const;
    for (const each of audited) {
      expect((await fresh.send(each)).body).toMatchObject({ code: 'access.denied' });
    }
    const read = { path: '/directory/statements?from=0&limit=1', withoutProof: true };
    expect((await fresh.send(read)).status).toBe(200);
    expect((await fresh.send({ method: 'DELETE', path: '/sessions/current' })).status).toBe(204);
  });

  it('ends for good after a quarter of an hour, whatever was done in it', async () => {
    fresh.keep(await fresh.tryToRecover({ passkey: oldPasskey }));
    api.clock.ms += 14 * 60_000;
    const read = { path: '/directory/statements?from=0&limit=1', withoutProof: true };
    expect((await fresh.send(read)).status).toBe(200);
    api.clock.ms += 61_000;
    expect((await fresh.send(read)).body.code).toBe('session.ended');
  });

  it('is refused by one body, whatever was wrong', async () => {
    const esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await esteban.signIn();
    await rosa.signIn();
    const gone = await enrolBrowser(api, rosa, 'browser:rosa-gone');
    const gonePasskey = passkeyOf(gone);
    const target = api.region.newestId('device-cert', 'CR', gone.deviceId);
    const revocation = { type: 'revocation', state: 'CR', target, targetKind: 'device' } as const;
    api.region.add({ ...revocation, reason: 'lost', sinceIndex: null }, ['identity:cr-rosa']);
    await api.logStatements();
    const unknown = { ...oldPasskey, credentialId: Buffer.alloc(32, 9) };
    const passkey = oldPasskey;
    const reentry = { reentryId: '01943b10-7000-7000-8000-000000000001', code: 'A'.repeat(22) };
    const answers = {
      'passkey of a revoked device': await fresh.tryToRecover({ passkey: gonePasskey }),
      'unknown passkey': await fresh.tryToRecover({ passkey: unknown }),
      'unknown code': await fresh.tryToRecover({ reentry }),
      'passkey and code': await fresh.tryToRecover({ passkey, reentry }),
      nothing: await fresh.tryToRecover({}),
      'signed by another device': await fresh.tryToRecover({ passkey, signer: 'browser:other' }),
      'for another session key': await fresh.tryToRecover({ passkey, said: { sessionKey: 'x' } }),
      'for another device key': await fresh.tryToRecover({ passkey, said: { signKey: 'x' } }),
      'wrong origin': await fresh.tryToRecover({
        passkey,
        change: { origin: 'https://evil.example.org' },
      }),
      'a device that has a certificate': await fresh.tryToRecover({
        passkey,
        change: { deviceId: old.deviceId },
      }),
      'a key that is none': await fresh.tryToRecover({
        passkey,
        change: { signKey: 'B'.repeat(43) },
      }),
    };
    const codes = Object.entries(answers).map(([what, { body }]) => [what, body.code]);
    expect(codes).toEqual(Object.keys(answers).map((what) => [what, 'session.refused']));
    expect(new Set(Object.values(answers).map(anonymousBody)).size).toBe(1);
  });

  it('is refused to a person who said that this was not them', async () => {
    const freeze = async (at: string) =>
      api.database.asAdmin(
        `UPDATE app.persons SET frozen_at = ${at} WHERE person_id =
           (SELECT person_id FROM app.devices WHERE device_id = $1)`,
        [old.deviceId],
      );
    await freeze('now()');
    const answer = await fresh.tryToRecover({ passkey: oldPasskey });
    await freeze('NULL');
    expect(answer.body.code).toBe('session.refused');
    expect((await fresh.tryToRecover({ passkey: oldPasskey })).status).toBe(201);
  });

  it('is not opened by what a passkey signed for a sign-in, nor the other way', async () => {
    await fresh.makeKey();
    const challenge = await fresh.challenge();
    const statement = fresh.recovery(challenge);
    const signed = fresh.sign(statement, fresh.deviceName, 'enlace/recovery/v1');
    const said = {
      challengeId: challenge.challengeId,
      challenge: challenge.challenge,
      sessionKey: fresh.key?.thumbprint ?? '',
    };
    const assertion = fresh.signed('enlace/passkey/v1', said, { passkey: oldPasskey });
    const answer = await fresh.post('/sessions/recovery', { ...signed, assertion });
    expect(answer.body.code).toBe('session.refused');
    await old.makeKey();
    const asked = await old.challenge();
    const ofOld = old.sign(old.statement(asked, { method: 'passkey' }));
    const over = {
      challengeId: asked.challengeId,
      challenge: asked.challenge,
      sessionKey: old.key?.thumbprint ?? '',
      signKey: old.signKey,
    };
    const recovering = old.signed('enlace/passkey-recovery/v1', over);
    const crossed = await old.open({ ...ofOld, assertion: recovering }, old.ownHeaders);
    expect(crossed.body.code).toBe('session.refused');
  });
});
