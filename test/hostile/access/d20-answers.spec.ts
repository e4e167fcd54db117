import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, toBase64Url, utf8 } from '@enlace/kernel';
import { officeId, personaOf, testId, type AnyDraft } from '@enlace/testing';
import { cardHash } from '@enlace/trust';
import request from 'supertest';

import { ManifestRounds } from '../../../apps/api/src/platform/manifests/manifest-rounds.js';
import { RecordStage } from '../../support/audit/record-stage.js';
import { recordedAsAsked } from '../../support/audit/recorded-as-asked.js';
import { Invitee } from '../../support/people/invitee.js';
import {
  ONE_OF_EACH_ROLE,
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { bodyHash, patiently, TestDevice } from '../../support/sessions/test-device.js';
import { everyRoute } from '../input/every-input.js';
import { SeenAnswers } from './answer-shape.js';

/** Every answer of the build, reviewed: a member more is a decision, not a line of code. */
const REVIEWED = readFileSync(new URL('./reviewed-answers.txt', import.meta.url), 'utf8');
const QUERIES: Readonly<Record<string, string>> = {
  // Before all events: what stands in them is another test's matter, and where they stand takes a moment.
  '/audit/me/events': '?before=01000000-0000-7000-8000-000000000000',
  '/audit/manifests': '?year=2026&from=0&limit=2',
  '/directory/statements': '?from=0&limit=2',
  '/directory/cards': `?ids=${'A'.repeat(43)}`,
};
const PROBLEM = ['code', 'errors', 'facts', 'instance', 'status', 'title', 'type'];
const salt = utf8('s'.repeat(32));
const cardBody = {
  displayName: null,
  email: null,
  function: { en: 'Focal point', es: 'Punto focal' },
  hours: '24/7',
  languages: ['es'],
  phone: '+506 0000 0000',
  substitute: null,
};

let api: SessionServer;
const answers = new SeenAnswers();
async function untilGood(health: '/health/live' | '/health/ready'): Promise<void> {
  while ((await request(api.url).get(health)).status !== 200) await pause(100);
}

beforeAll(async () => {
  api = await startSessionServer();
  await untilGood('/health/live');
  const stage = new RecordStage(api);
  await stage.integrate();
  await api.server.app.get(ManifestRounds, { strict: false }).round();
  await stage.integrate();
  // Its record was behind a clock that had jumped.
  await untilGood('/health/ready');
});
afterAll(async () => api.close());

const seated = async (seat: Seat) => SeatedDevice.at(api, seat);

function turnOf({ template }: { readonly template: string }) {
  return template === '/audit/me/events' ? 0 : 1;
}

type Elevation = Parameters<SeatedDevice['sendElevated']>[1];
async function act(
  seat: Seat,
  route: string,
  sending: { path: string; body?: object } & Partial<Elevation>,
) {
  const device = await seated(seat);
  const [method] = route.split(' ');
  const { path, body, action, objectId = '' } = sending;
  const call = {
    method: method === 'DELETE' ? 'DELETE' : 'POST',
    path,
    ...(body === undefined ? {} : { body }),
  } as const;
  const answer =
    action === undefined
      ? await device.send(call)
      : await device.sendElevated(call, { action, objectId });
  answers.keep(route, seat.name, answer);
  return answer;
}

const wireOf = (draft: AnyDraft, signer: string) => ({
  wire: api.region.draft(draft, [signer]).object.wire,
});

describe('D20: an answer has the members of its contract, whoever asks', () => {
  it('to everybody who reads', async () => {
    const routes = (await everyRoute(api.url))
      .filter(({ method }) => method === 'GET')
      // One's own record comes before what leaves something in it.
      .toSorted((a, b) => turnOf(a) - turnOf(b));
    for (const { path, template, isPublic } of routes) {
      const asked = `${path}${QUERIES[template] ?? ''}`;
      // A process that was busy for a second is told to be, for a while: what its answer holds is asked here, not when.
      if (template === '/health/live') await untilGood('/health/live');
      const stranger = await patiently(async () =>
        request(api.url).get(asked).set({ 'sec-fetch-site': 'same-origin' }),
      );
      // The description of the interface is a contract of its own.
      if (template !== '/api/openapi.json') answers.keep(`GET ${template}`, 'stranger', stranger);
      if (isPublic) continue;
      for (const seat of ONE_OF_EACH_ROLE) {
        const answer = await (await seated(seat)).send({ path: asked });
        answers.keep(`GET ${template}`, seat.name, answer);
      }
    }
    expect(answers.routes().size).toBe(routes.length - 1);
  }, 120_000);

  it('to auditors who search, by what each of them may see', async () => {
    const stage = new RecordStage(api);
    const deed = { by: 'cr-rosa', type: 'case.created', fields: {}, with: ['GT'] } as const;
    const eventId = await stage.record(deed);
    await stage.integrate();
    for (const name of ['cr-ines', 'gt-aura', 'xr-saul']) {
      const auditor = await stage.auditor(name);
      const filter = { type: 'case.created' };
      answers.keep('POST /audit/searches', name, await auditor.search(filter));
      const shown = await auditor.get(`/audit/events/${eventId}`);
      answers.keep('GET /audit/events/{id}', name, shown);
      expect([name, shown.status]).toEqual([name, 200]);
      const body = { ...filter, format: 'jsonl' };
      const asked = { action: 'audit.export', objectId: 'events' } as const;
      const taken = await auditor.postElevated('/audit/exports', body, asked);
      answers.keep('POST /audit/exports', name, taken);
      const { exportId } = taken.body;
      const content = await auditor.get(`/audit/exports/${exportId}/content`);
      answers.keep('GET /audit/exports/{id}/content', name, content);
      expect([name, taken.status, content.status]).toEqual([name, 201, 200]);
      // Nobody agrees to their own.
      const agreed = { action: 'audit.export-large', objectId: exportId } as const;
      const path = `/audit/exports/${exportId}/approval`;
      const approved = await auditor.postElevated(path, {}, agreed);
      answers.keep('POST /audit/exports/{id}/approval', name, approved);
      expect(approved.body.code).toBe('approval.required');
      const view = await auditor.get('/audit/views/state-matrix');
      answers.keep('GET /audit/views/{view}', name, view);
    }
  });

  it('to whoever signs in, elevates and ends a session', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.makeKey();
    const challenge = await request(api.url)
      .post('/sessions/challenges')
      .set({ authorization: 'DPoP x' })
      .send({});
    answers.keep('POST /sessions/challenges', 'stranger', challenge);
    const opened = await rosa.open(rosa.sign(rosa.statement(await rosa.challenge())));
    answers.keep('POST /sessions', 'cr-rosa', opened);
    Object.assign(rosa, { opened: opened.body, nonce: opened.body.nonce });
    const ask = {
      method: 'POST',
      path: '/sessions/step-up/challenges',
      body: {},
      withoutProof: true,
    } as const;
    const asked = await rosa.send(ask);
    answers.keep('POST /sessions/step-up/challenges', 'cr-rosa', asked);
    const { challengeId, challenge: text } = asked.body;
    const about = { action: 'session.end', objectId: 'x', bodyHash: bodyHash('', '{}') };
    const { body, sig } = rosa.sign(
      { challengeId, challenge: text, ...about },
      rosa.deviceName,
      'enlace/stepup/v1',
    );
    const elevated = await rosa.send({
      method: 'POST',
      path: '/sessions/step-up',
      body: { body, sig },
    });
    answers.keep('POST /sessions/step-up', 'cr-rosa', elevated);
    Object.assign(rosa, { opened: elevated.body });
    const ticket = {
      method: 'POST',
      path: '/sessions/socket-tickets',
      withoutProof: true,
    } as const;
    answers.keep('POST /sessions/socket-tickets', 'cr-rosa', await rosa.send(ticket));
    answers.keep(
      'DELETE /sessions/current',
      'cr-rosa',
      await rosa.send({ method: 'DELETE', path: '/sessions/current' }),
    );
    await act(seatOf('cr-rosa'), 'DELETE /sessions', { path: '/sessions' });
    for (const seat of ONE_OF_EACH_ROLE) {
      await act(seat, 'POST /declarations', { path: '/declarations', body: { purpose: 'audit' } });
    }
    expect(answers.routes()).toContain('DELETE /sessions');
  });

  it('to registrars who invite and end', async () => {
    const invitee = new Invitee(api.region, 'cr-lucia');
    const { invitationId: objectId } = invitee;
    const [one, two] = [registrarSeat('CR', 1), registrarSeat('CR', 2)];
    const names = [one.name, two.name];
    const invite = { action: 'person.invite', objectId } as const;
    const path = `/people/invitations/${objectId}`;
    await act(one, 'POST /people/invitations', {
      path: '/people/invitations',
      body: { wire: invitee.invitationWire([one.name]), card: invitee.card },
      ...invite,
    });
    const approved = { wire: invitee.invitationWire(names) };
    await act(two, 'POST /people/invitations/{id}/approval', {
      path: `${path}/approval`,
      body: approved,
      ...invite,
    });
    await act(one, 'DELETE /people/invitations/{id}', { path, ...invite });
    const personId = testId('cr-esteban', 4);
    const mark = { type: 'revocation', state: 'CR', sinceIndex: null } as const;
    const person = api.region.newestId('person-cert', 'CR', personId);
    await act(one, 'POST /people/{id}/revocation', {
      path: `/people/${personId}/revocation`,
      body: wireOf(
        { ...mark, target: person, targetKind: 'person', reason: 'suspended' },
        one.name,
      ),
      action: 'person.suspend',
      objectId: personId,
    });
    const deviceId = testId('device:cr-rosa', 7);
    const device = api.region.newestId('device-cert', 'CR', deviceId);
    await act(one, 'POST /devices/{id}/revocation', {
      path: `/devices/${deviceId}/revocation`,
      body: wireOf({ ...mark, target: device, targetKind: 'device', reason: 'lost' }, one.name),
      action: 'device.revoke',
      objectId: deviceId,
    });
    expect(answers.routes()).toContain('POST /devices/{id}/revocation');
  });

  it('to people about their devices, contacts and themselves', async () => {
    const device = api.region.device(personaOf('cr-rosa'), 'cli:another');
    const cli = wireOf({ ...device, platform: 'cli', authenticators: [] }, 'identity:cr-rosa');
    await act(seatOf('cr-rosa'), 'POST /devices', { path: '/devices', body: cli });
    const contactId = testId('contact', 7);
    const contact: AnyDraft = {
      type: 'contact',
      state: 'CR',
      contactId,
      officeId: officeId('CR', 'specialised'),
      personId: testId('cr-rosa', 4),
      duties: ['focal-point-smuggling'],
      card: cardHash(cardBody, salt),
      closed: false,
    };
    const card = { body: canonicalJson(cardBody), salt: toBase64Url(salt) };
    const proposed = { ...wireOf(contact, 'identity:cr-rosa'), card };
    await act(seatOf('cr-rosa'), 'POST /directory/contacts', {
      path: '/directory/contacts',
      body: proposed,
    });
    await act(seatOf('cr-daniel'), 'POST /directory/contacts/{id}/rejection', {
      path: `/directory/contacts/${contactId}/rejection`,
      body: { reason: 'not our office' },
      action: 'contact.reject',
      objectId: contactId,
    });
    await act(seatOf('cr-ines'), 'POST /people/me/freeze', { path: '/people/me/freeze' });
    expect(answers.routes()).toContain('POST /people/me/freeze');
  });

  it('to everybody who is refused: a problem and nothing beside it', async () => {
    const registrar = await seated(registrarSeat('PA'));
    for (const route of await everyRoute(api.url)) {
      const { status, body } = await registrar.send({
        method: route.method,
        path: route.path,
        text: '{"a":1}',
        withoutProof: true,
      });
      if (status < 400 || route.method === 'HEAD') continue;
      const { detail: _, ...members } = body;
      expect([route.template, Object.keys(members).toSorted()]).toEqual([route.template, PROBLEM]);
    }
  });

  it('and every act is on record as clients expect it for the request that they signed', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual([
      'GET /audit/events/:name',
      'GET /audit/exports/:name/content',
      'GET /audit/views/:name',
      'POST /devices/:name/revocation',
      'POST /directory/contacts/:name/rejection',
      'POST /people/:name/revocation',
    ]);
  });

  it('and no answer has a member that nobody has reviewed', () => {
    expect(answers.lines().join('\n')).toBe(REVIEWED.trim());
  });
});
