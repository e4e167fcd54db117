import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personaOf, testId } from '@enlace/testing';
import request from 'supertest';

import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { anonymousBody, NO_SESSION_YET, TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => {
  await api.close();
});

const aDevice = (slug = 'cr-rosa') => new TestDevice(api, api.region, { slug });

const eventsOf = async (type: string) =>
  api.database.asAdmin('SELECT * FROM audit.events WHERE type = $1 ORDER BY event_id', [type]);

describe('a sign-in from the command line', () => {
  it('opens a session whose token works with proofs, and is on record with what the device signed', async () => {
    const rosa = aDevice();
    const opened = await rosa.signIn();
    expect(opened).toMatchObject({ idleSeconds: 900, highestSeq: 0 });
    const list = await rosa.send({ path: '/sessions', withoutProof: true });
    expect(list.body).toEqual([
      expect.objectContaining({
        sessionId: opened.sessionId,
        deviceId: rosa.deviceId,
        current: true,
      }),
    ]);
    const [event] = await eventsOf('session.opened');
    expect(event).toMatchObject({
      object_id: opened.sessionId,
      states: ['CR'],
      outcome: 'success',
    });
    const [attest] = await api.database.asAdmin(
      'SELECT body FROM audit.sections WHERE event_id = $1 AND section = 5',
      [event?.['event_id']],
    );
    expect(Object.keys(JSON.parse(String(attest?.['body'])))).toEqual(['body', 'sig']);
  });

  it('ends with the session: the token is worth nothing afterwards', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    await expect(rosa.send({ method: 'DELETE', path: '/sessions/current' })).resolves.toMatchObject(
      {
        status: 204,
      },
    );
    const answer = await rosa.send({ path: '/sessions', withoutProof: true });
    expect(answer.body).toMatchObject({ status: 401, code: 'session.ended' });
  });

  it('replaces the session that the device had', async () => {
    const rosa = aDevice();
    const first = await rosa.signIn();
    const second = await rosa.signIn();
    const list = await rosa.send({ path: '/sessions', withoutProof: true });
    expect(list.body).toEqual([expect.objectContaining({ sessionId: second.sessionId })]);
    rosa.opened = first;
    expect((await rosa.send({ path: '/sessions', withoutProof: true })).status).toBe(401);
  });

  it('is listed with its device, how it was opened and when it was last used', async () => {
    const rosa = aDevice();
    const { sessionId } = await rosa.signIn();
    const list = await rosa.send({ path: '/sessions', withoutProof: true });
    const at = new Date(api.clock.ms).toISOString();
    expect(list.body).toEqual([
      {
        sessionId,
        deviceId: rosa.deviceId,
        acr: 'software-key',
        openedAt: at,
        lastUsedAt: at,
        idleUntil: new Date(api.clock.ms + 900_000).toISOString(),
        endsAt: new Date(api.clock.ms + 43_200_000).toISOString(),
        current: true,
      },
    ]);
  });

  it('is ended from another device of the person, and by nobody else', async () => {
    enrolCli(api.region, personaOf('cr-rosa'), 'cli:rosa-desk');
    await api.logStatements();
    const laptop = aDevice();
    const desk = new TestDevice(api, api.region, { slug: 'cr-rosa', device: 'cli:rosa-desk' });
    const { sessionId } = await laptop.signIn();
    await desk.signIn();
    const esteban = aDevice('cr-esteban');
    await esteban.signIn();
    const path = `/sessions/${sessionId}`;
    const foreign = await esteban.send({ method: 'DELETE', path });
    const absent = await esteban.send({ method: 'DELETE', path: `/sessions/${testId('none', 7)}` });
    expect(foreign.body).toMatchObject({ status: 404, code: 'session.not-found' });
    expect(anonymousBody(foreign)).toBe(anonymousBody(absent));
    expect((await laptop.send({ path: '/sessions', withoutProof: true })).status).toBe(200);
    expect((await desk.send({ method: 'DELETE', path })).status).toBe(204);
    expect((await laptop.send({ path: '/sessions', withoutProof: true })).status).toBe(401);
    const [event] = (await eventsOf('session.closed')).slice(-1);
    expect(event).toMatchObject({ object_id: sessionId, outcome: 'success' });
    expect((await desk.send({ method: 'DELETE', path })).body.code).toBe('session.not-found');
  });

  it('sets no cookie and is not answered from a cache', async () => {
    const answer = await aDevice('cr-esteban').tryToSignIn();
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['dpop-nonce']).toBe(answer.body.nonce);
  });
});

describe('a request under a session', () => {
  it('carries one token: a second one is another story', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const headers = { cookie: `__Host-enlace=${rosa.opened?.token}` };
    const ours = { ...headers, 'sec-fetch-site': 'same-origin' };
    const both = await rosa.send({ path: '/sessions', withoutProof: true, headers: ours });
    expect(both.body).toMatchObject({ status: 400, code: 'body.malformed' });
  });

  it('cannot carry the token of a program as the cookie of a browser', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const answer = await request(api.url)
      .get('/sessions')
      .set({ cookie: `__Host-enlace=${rosa.opened?.token}`, 'sec-fetch-site': 'same-origin' });
    expect(answer.body.code).toBe('session.ended');
  });

  it('gets a fresh nonce with each answer; one that is too old is asked for again, at no cost', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    api.clock.ms += 6 * 60_000;
    const answer = await rosa.send({ method: 'DELETE', path: '/sessions/current' });
    expect(answer.body).toMatchObject({ status: 401, code: 'proof.nonce' });
    const again = await rosa.send({
      method: 'DELETE',
      path: '/sessions/current',
      claims: { seq: rosa.seq },
    });
    expect(again.status).toBe(204);
  });

  it('without a proof, where one is needed, is refused and on record', async () => {
    const rosa = aDevice();
    await rosa.signIn();
    const answer = await rosa.send({
      method: 'DELETE',
      path: '/sessions/current',
      withoutProof: true,
    });
    expect(answer.body).toMatchObject({ status: 401, code: 'proof.refused' });
    const denied = await eventsOf('access.denied');
    expect(denied.at(-1)).toMatchObject({ outcome: 'denied', actor_state: 'CR' });
  });
});

describe('a refused sign-in', () => {
  it('is answered by the same body, whatever was wrong', async () => {
    const rosa = aDevice();
    const answers = [
      await aDevice('pa-omar').tryToSignIn(),
      await rosa.tryToSignIn({ method: 'passkey' }),
      await rosa.tryToSignIn({ origin: 'https://evil.example.org' }),
      await rosa.tryToSignIn({ deviceCert: 'A'.repeat(43) }),
      await rosa.tryToSignIn({ sessionKey: 'A'.repeat(43) }),
      await rosa.tryToSignIn({ deviceId: '01943b10-7000-7000-8000-000000000001' }),
      await rosa.open({ body: 'e30', sig: 'A'.repeat(86), sessionJwk: rosa.key?.jwk }),
    ];
    expect(new Set(answers.map(anonymousBody)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 401, code: 'session.refused' });
    expect((await eventsOf('session.refused')).length).toBeGreaterThan(0);
  });

  it('is the same for a person who is frozen, and on record as what it is', async () => {
    const rosa = aDevice();
    const freeze = async (at: string) =>
      api.database.asAdmin(
        `UPDATE app.persons SET frozen_at = ${at} WHERE person_id =
           (SELECT person_id FROM app.devices WHERE device_id = $1)`,
        [rosa.deviceId],
      );
    const before = (await eventsOf('session.refused')).length;
    await freeze('now()');
    const answer = await rosa.tryToSignIn();
    await freeze('NULL');
    expect(anonymousBody(answer)).toBe(anonymousBody(await aDevice('pa-omar').tryToSignIn()));
    expect(await eventsOf('session.refused')).toHaveLength(before + 2);
    expect((await rosa.tryToSignIn()).status).toBe(201);
  });

  it('says what is wrong with the form of a request, which says nothing about anybody', async () => {
    const answer = await request(api.url).post('/sessions').set(NO_SESSION_YET).send({ role: 'x' });
    expect(answer.body).toMatchObject({ status: 400, code: 'body.malformed' });
  });
});
