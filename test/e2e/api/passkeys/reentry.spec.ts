import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, newId, systemRandom, toBase64Url } from '@enlace/kernel';
import { forTestsOnlySeed, testId } from '@enlace/testing';
import { reentryCodeHash, signObject, SIGNING_LABELS, type Reentry } from '@enlace/trust';

import { Reentries } from '../../../../apps/api/src/people/reentry/reentry.service.js';
import { aRegistrar } from '../../../support/people/callers.js';
import { certify, deviceOptions } from '../../../support/passkeys/enrol-browser.js';
import { ReturningBrowser } from '../../../support/passkeys/test-recovery.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { anonymousBody } from '../../../support/sessions/test-device.js';

const HOUR_MS = 3_600_000;
const ONE = 'registrar:CR:1';
const TWO = 'registrar:CR:2';
const ROSA = testId('cr-rosa', 4);

let api: SessionServer;
let reentries: Reentries;
beforeAll(async () => {
  api = await startSessionServer();
  reentries = api.server.app.get(Reentries, { strict: false });
});
afterAll(async () => api.close());

let code: Uint8Array;
let body: Reentry;
let fresh: ReturningBrowser;
let made = 0;
beforeEach(() => {
  made += 1;
  code = systemRandom.bytes(16);
  body = {
    reentryId: newId(api.clock, systemRandom),
    state: 'CR',
    personId: ROSA,
    codeHash: reentryCodeHash(code),
    expiresAt: formatInstant(api.clock.ms + 24 * HOUR_MS),
  };
  fresh = new ReturningBrowser(api, { slug: 'cr-rosa', device: `browser:back:${made}` });
});

const wireOf = (signers: readonly string[], change: Partial<Reentry> = {}) =>
  signObject(SIGNING_LABELS.reentry, { ...body, ...change }, signers.map(forTestsOnlySeed));
const asRegistrar = async (number: number, state = 'CR') => {
  const registrar = await aRegistrar(api.database, state, number);
  return registrar.act('person.recover', ROSA, 'person.reentry-issued');
};
const propose = async (wire = wireOf([ONE]), act = asRegistrar(1)) =>
  reentries.propose(await act, ROSA, wire);
const approve = async (wire = wireOf([ONE, TWO]), act = asRegistrar(2)) =>
  reentries.approve(await act, ROSA, wire);
const shown = (bytes = code) => ({
  reentry: { reentryId: body.reentryId, code: toBase64Url(bytes) },
});

describe('a code of re-entry', () => {
  it('is issued by two registrars, and opens one session that certifies one device', async () => {
    expect(await propose()).toMatchObject({ step: 'proposed', personId: ROSA });
    expect((await fresh.tryToRecover(shown())).body.code).toBe('session.refused');
    expect(await approve()).toMatchObject({ step: 'approved' });
    fresh.keep(await fresh.tryToRecover(shown()));
    const options = await deviceOptions(fresh);
    const { challengeId, challenge } = options;
    const registrations = [fresh.register(options)];
    const passkeys = { challengeId, challenge, registrations };
    expect((await certify(fresh, fresh, { passkeys })).status).toBe(201);
    expect((await fresh.tryPasskey()).status).toBe(201);
    const thief = new ReturningBrowser(api, { slug: 'cr-rosa', device: 'browser:thief' });
    expect((await thief.tryToRecover(shown())).body.code).toBe('session.refused');
    const events = await api.database.asAdmin(
      "SELECT FROM audit.events WHERE type = 'person.reentry-issued'",
    );
    expect(events).toHaveLength(2);
  });

  it('needs two registrars of the own State, who are not one', async () => {
    await expect(propose(wireOf([TWO]))).rejects.toMatchObject({ facts: { rule: 'signer' } });
    await expect(propose(wireOf(['registrar:PA:1']), asRegistrar(1, 'PA'))).rejects.toMatchObject({
      code: 'person.not-found',
    });
    await propose();
    await expect(approve(wireOf([ONE]), asRegistrar(1))).rejects.toMatchObject({
      code: 'approval.required',
    });
    await expect(approve(wireOf([ONE]))).rejects.toMatchObject({ code: 'statement.refused' });
    await expect(approve(wireOf([ONE, TWO], { codeHash: 'A'.repeat(43) }))).rejects.toMatchObject({
      facts: { rule: 'not-as-proposed' },
    });
    await approve();
    await expect(approve()).rejects.toMatchObject({ code: 'reentry.step' });
  });

  it('is for a certified person of the path, for a day at most', async () => {
    const long = { expiresAt: formatInstant(api.clock.ms + 25 * HOUR_MS) };
    await expect(propose(wireOf([ONE], long))).rejects.toMatchObject({
      facts: { rule: 'reentry-expiry' },
    });
    for (const slug of ['pa-omar', 'nobody']) {
      const wire = wireOf([ONE], { personId: testId(slug, 4) });
      await expect(propose(wire)).rejects.toMatchObject({ code: 'person.not-found' });
    }
    const none = await aRegistrar(api.database, 'CR', 1);
    const act = none.act('person.invite', ROSA, 'person.reentry-issued');
    await expect(reentries.propose(act, ROSA, wireOf([ONE]))).rejects.toMatchObject({
      code: 'step-up.required',
    });
  });

  it('is gone with the fifth wrong guess, with its day, and with the next one', async () => {
    await propose();
    await approve();
    const wrong = systemRandom.bytes(16);
    const answers = [];
    for (let guess = 0; guess < 5; guess += 1) {
      answers.push(await fresh.tryToRecover(shown(wrong)));
    }
    answers.push(await fresh.tryToRecover(shown()));
    expect(answers.map(({ body: { code: said } }) => said)).toEqual(
      answers.map(() => 'session.refused'),
    );
    expect(new Set(answers.map(anonymousBody)).size).toBe(1);

    body = { ...body, reentryId: newId(api.clock, systemRandom) };
    await propose();
    await approve();
    const older = { reentry: { reentryId: body.reentryId, code: toBase64Url(code) } };
    body = { ...body, reentryId: newId(api.clock, systemRandom) };
    await propose();
    await approve();
    expect((await fresh.tryToRecover(older)).body.code).toBe('session.refused');
    api.clock.ms += 24 * HOUR_MS;
    expect((await fresh.tryToRecover(shown())).body.code).toBe('session.refused');
  });

  it('is not spent by an attempt that fails otherwise', async () => {
    await propose();
    await approve();
    const change = { origin: 'https://evil.example.org' };
    expect((await fresh.tryToRecover({ ...shown(), change })).body.code).toBe('session.refused');
    expect((await fresh.tryToRecover(shown())).status).toBe(201);
  });
});
