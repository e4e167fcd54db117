import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '@enlace/contracts';
import { newRandomId, systemRandom, toBase64Url } from '@enlace/kernel';
import { testId } from '@enlace/testing';

import { recordedListings } from '../../support/audit/recorded-whats.js';
import { SeatedDevice, seatOf, type Seat } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const CENTRAL: Seat = { ...seatOf('cr-lucia'), name: 'cr-central', roles: ['central-authority'] };

let api: SessionServer;
const devices = new Map<string, SeatedDevice>();
beforeAll(async () => {
  api = await startSessionServer();
  for (const slug of [
    'cr-rosa',
    'cr-esteban',
    'cr-lucia',
    'pa-omar',
    'pa-yara',
    'gt-delia',
    'xr-alma',
    'cr-ines',
  ]) {
    devices.set(slug, await SeatedDevice.at(api, seatOf(slug)));
  }
  devices.set('cr-central', await SeatedDevice.at(api, CENTRAL));
});
afterAll(async () => api.close());

function device(slug: string): SeatedDevice {
  const found = devices.get(slug);
  if (found === undefined) throw new Error(`no seat ${slug}`);
  return found;
}

const versionHash = () => toBase64Url(systemRandom.bytes(32));

async function created(by = 'cr-rosa'): Promise<string> {
  const requestId = newRandomId(systemRandom);
  const body = { requestId, requestedState: 'PA' };
  const { status, body: shown } = await device(by).send({
    method: 'POST',
    path: '/requests',
    body,
  });
  expect([status, shown.status]).toEqual([201, 'draft']);
  return requestId;
}

interface Step {
  readonly from: string;
  readonly to: string;
  readonly formalReference?: string;
  readonly reported?: boolean;
  readonly versionHash?: string;
}

/** A step with all that it needs, the second factor and the purpose of an export among it. */
async function step(by: string, id: string, { from, to, ...more }: Step) {
  const needed = to === 'shared' || to === 'frozen' ? { versionHash: versionHash() } : {};
  const body = { from, to, ...needed, ...more };
  const sending = { method: 'POST', path: `/requests/${id}/status`, body } as const;
  if (to !== 'exported') return device(by).send(sending);
  const declared = await device(by).send({
    method: 'POST',
    path: '/declarations',
    body: { purpose: 'mla-preparation' },
  });
  const headers = { 'enlace-purpose': String(declared.body.declarationId) };
  return device(by).sendElevated(
    { ...sending, headers },
    { action: 'request.export', objectId: id },
  );
}

/** Steps that all succeed, one after the other. */
async function through(
  id: string,
  ...steps: readonly (readonly [string, string, string, Partial<Step>?])[]
) {
  for (const [by, from, to, more = {}] of steps) {
    const { status, body } = await step(by, id, { from, to, ...more });
    expect([to, status, body.status ?? body.code]).toEqual([to, 200, to]);
  }
}

const TO_FORMAL = [
  ['cr-rosa', 'draft', 'frozen'],
  ['cr-lucia', 'frozen', 'exported'],
  ['cr-lucia', 'exported', 'formalised', { formalReference: 'OATRI-2026/0147' }],
] as const;

const eventsOf = async (id: string) =>
  api.database.asAdmin(
    `SELECT type, states, owner_state AS owner FROM audit.events WHERE object_id = $1 AND outcome = 'success'
      ORDER BY event_id`,
    [id],
  );

describe('the tracking of a request', () => {
  it('goes from the draft to its execution, each step by whose it is, and on record', async () => {
    const id = await created();
    await through(id, ['cr-rosa', 'draft', 'shared'], ['pa-omar', 'shared', 'opinion']);
    // A liaison of another office does not know of it.
    expect((await step('cr-esteban', id, { from: 'opinion', to: 'draft' })).status).toBe(404);
    await through(
      id,
      ['cr-rosa', 'opinion', 'draft'],
      ...TO_FORMAL,
      ['pa-yara', 'formalised', 'received'],
      ['pa-yara', 'received', 'executing'],
      ['cr-lucia', 'executing', 'executed', { reported: true }],
    );
    const { body } = await device('pa-yara').send({ path: `/requests/${id}` });
    expect(body).toMatchObject({
      requestId: id,
      requestingState: 'CR',
      requestedState: 'PA',
      status: 'executed',
      formalReference: 'OATRI-2026/0147',
    });
    // Events of one millisecond have no order.
    const events = await eventsOf(id);
    expect(events.map(({ type }) => String(type)).toSorted()).toEqual([
      'opinion.given',
      'opinion.requested',
      'request.consulted',
      'request.created',
      'request.frozen',
      'request.shared',
      ...Array.from({ length: 7 }, () => 'request.status-changed'),
    ]);
    // Nobody of the requested State finds it in the record before it was shared.
    const statesOf = (name: string) => events.find(({ type }) => type === name)?.['states'];
    expect(statesOf('request.created')).toEqual(['CR']);
    for (const name of ['request.shared', 'opinion.requested', 'opinion.given']) {
      expect([name, statesOf(name)]).toEqual([name, ['CR', 'PA']]);
    }
  });

  it('holds two States, dates, a status and a reference, and nothing else', async () => {
    const id = await created();
    const [row] = await api.database.asAdmin('SELECT * FROM app.requests WHERE request_id = $1', [
      id,
    ]);
    expect(Object.keys(row ?? {}).toSorted()).toEqual([
      'formal_reference',
      'is_disclosed',
      'previous_request_id',
      'request_id',
      'requested_state',
      'requesting_office',
      'requesting_state',
      'status',
      'status_at',
      'version_hash',
    ]);
  });

  it('is no matter of the requested State before it is shared, nor ever of a third one', async () => {
    const id = await created();
    const random = newRandomId(systemRandom);
    for (const by of ['pa-omar', 'pa-yara', 'gt-delia', 'cr-esteban']) {
      const real = await device(by).send({ path: `/requests/${id}` });
      const none = await device(by).send({ path: `/requests/${random}` });
      expect([by, real.status, real.body.code]).toEqual([by, 404, 'request.not-found']);
      expect({ ...real.body, instance: '' }).toEqual({ ...none.body, instance: '' });
      const listed = await device(by).send({ path: '/requests' });
      expect(JSON.stringify(listed.body)).not.toContain(id);
    }
    await through(id, ['cr-rosa', 'draft', 'shared']);
    expect((await device('pa-omar').send({ path: `/requests/${id}` })).body.status).toBe('shared');
    expect((await device('gt-delia').send({ path: `/requests/${id}` })).status).toBe(404);
    await through(id, ['cr-rosa', 'shared', 'draft']);
    expect((await device('pa-omar').send({ path: `/requests/${id}` })).body.status).toBe('draft');
  });

  it('is listed to its own office, and to the cooperation people and auditors of the State', async () => {
    const id = await created();
    const seen: Record<string, boolean> = {};
    for (const by of ['cr-rosa', 'cr-esteban', 'cr-lucia', 'cr-central', 'cr-ines']) {
      const { body } = await device(by).send({ path: '/requests' });
      seen[by] = JSON.stringify(body).includes(id);
    }
    const told = await recordedListings(api.database, 'request.listed', testId('cr-rosa', 4));
    expect(told.at(-1)).toBeGreaterThan(0);
    expect(seen).toEqual({
      'cr-rosa': true,
      'cr-esteban': false,
      'cr-lucia': true,
      'cr-central': true,
      'cr-ines': true,
    });
    expect((await device('xr-alma').send({ path: '/requests' })).status).toBe(403);
  });

  it.each<readonly [string, Step, number, string]>([
    ['cr-rosa', { from: 'draft', to: 'exported' }, 409, 'request.step'],
    ['cr-rosa', { from: 'draft', to: 'executed' }, 409, 'request.step'],
    ['cr-rosa', { from: 'draft', to: 'draft' }, 409, 'request.step'],
    ['cr-rosa', { from: 'shared', to: 'frozen' }, 409, 'request.step'],
    ['cr-rosa', { from: 'draft', to: 'withdrawn', reported: true }, 409, 'request.step'],
    ['cr-rosa', { from: 'draft', to: 'withdrawn', formalReference: 'X-1' }, 409, 'request.step'],
    [
      'cr-rosa',
      { from: 'draft', to: 'withdrawn', versionHash: 'A'.repeat(43) },
      409,
      'request.step',
    ],
    ['cr-rosa', { from: 'draft', to: 'gone' }, 400, 'body.malformed'],
    ['cr-central', { from: 'draft', to: 'frozen' }, 403, 'access.denied'],
  ])('takes no other step: %s, %j', async (...[by, asked, status, code]) => {
    const id = await created();
    const answer = await step(by, id, asked);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await device('cr-rosa').send({ path: `/requests/${id}` })).body.status).toBe('draft');
  });

  it('is exported with a second factor and a purpose alone', async () => {
    const id = await created();
    await through(id, ['cr-rosa', 'draft', 'frozen']);
    const body = { from: 'frozen', to: 'exported' };
    const sending = { method: 'POST', path: `/requests/${id}/status`, body } as const;
    const about: { action: Action; objectId: string } = { action: 'request.export', objectId: id };
    expect((await device('cr-lucia').send(sending)).body.code).toBe('purpose.required');
    expect((await device('cr-lucia').sendElevated(sending, about)).body.code).toBe(
      'purpose.required',
    );
    const declaring = {
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'mla-preparation' },
    } as const;
    const { declarationId } = (await device('cr-lucia').send(declaring)).body;
    const headers = { 'enlace-purpose': String(declarationId) };
    expect((await device('cr-lucia').send({ ...sending, headers })).body.code).toBe(
      'step-up.required',
    );
    expect((await step('cr-rosa', id, { from: 'frozen', to: 'exported' })).status).toBe(403);
    await through(id, ['cr-lucia', 'frozen', 'exported']);
  });

  it('lets one of two steps at once happen', async () => {
    const id = await created();
    const both = await Promise.all([
      step('cr-rosa', id, { from: 'draft', to: 'frozen' }),
      step('cr-lucia', id, { from: 'draft', to: 'withdrawn' }),
    ]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(await eventsOf(id)).toHaveLength(2);
  });

  it('begins once, however often the client asks, and under no id of others', async () => {
    const requestId = newRandomId(systemRandom);
    const body = { requestId, requestedState: 'PA' };
    const ask = (by: string, more = {}) =>
      device(by).send({ method: 'POST', path: '/requests', body: { ...body, ...more } });
    expect((await ask('cr-rosa')).status).toBe(201);
    expect((await ask('cr-rosa')).status).toBe(201);
    expect((await ask('cr-rosa', { requestedState: 'GT' })).body.code).toBe('request.conflict');
    expect((await ask('gt-delia')).body.code).toBe('request.not-found');
    expect(
      (await ask('cr-rosa', { requestId: newRandomId(systemRandom), requestedState: 'CR' })).body
        .code,
    ).toBe('request.conflict');
    expect((await ask('cr-central', { requestId: newRandomId(systemRandom) })).status).toBe(403);
  });

  it('is supplemented by a new request of the same States', async () => {
    const previousRequestId = await created();
    const ask = (by: string, requestedState: string) =>
      device(by).send({
        method: 'POST',
        path: '/requests',
        body: { requestId: newRandomId(systemRandom), requestedState, previousRequestId },
      });
    expect((await ask('cr-rosa', 'PA')).body.previousRequestId).toBe(previousRequestId);
    expect((await ask('cr-rosa', 'GT')).body.code).toBe('request.not-found');
    expect((await ask('gt-delia', 'PA')).body.code).toBe('request.not-found');
  });

  it('reminds the requesting State on a day, which the requested one does not see', async () => {
    const id = await created();
    const remind = (by: string, nextReminderOn: string | null) =>
      device(by).send({
        method: 'PUT',
        path: `/requests/${id}/reminder`,
        body: { nextReminderOn },
      });
    expect((await remind('cr-rosa', '2027-03-01')).body.nextReminderOn).toBe('2027-03-01');
    await through(id, ['cr-rosa', 'draft', 'shared']);
    expect(
      (await device('pa-omar').send({ path: `/requests/${id}` })).body.nextReminderOn,
    ).toBeNull();
    expect((await remind('pa-omar', '2027-03-02')).status).toBe(404);
    expect((await remind('cr-rosa', '2028-02-29')).body.nextReminderOn).toBe('2028-02-29');
    for (const day of ['2027-02-29', '2027-04-31', '2027-13-01', '27-01-01']) {
      expect((await remind('cr-rosa', day)).status).toBe(400);
    }
    expect((await remind('cr-rosa', null)).body.nextReminderOn).toBeNull();
    const events = (await eventsOf(id)).filter(({ type }) => type === 'request.reminder-set');
    expect(events.map(({ states }) => states)).toEqual([['CR'], ['CR'], ['CR']]);
  });
});
