import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { DetectionRounds } from '../../../apps/api/src/audit/alerts/detection-rounds.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { recordedAsAsked } from '../../support/audit/recorded-as-asked.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

const HOUR_MS = 3_600_000;

let api: SessionServer;
let rounds: DetectionRounds;
beforeAll(async () => {
  api = await startSessionServer();
  rounds = api.server.app.get(DetectionRounds, { strict: false });
});
afterAll(async () => api.close());

const list = async (seat: Seat, query = '') =>
  (await SeatedDevice.at(api, seat)).send({ path: `/audit/alerts${query}` });
const alertsOf = async (seat: Seat): Promise<readonly { rule: string; alertId: string }[]> =>
  (await list(seat)).body;
const move = async (seat: Seat, id: string, body: object) =>
  (await SeatedDevice.at(api, seat)).send({
    method: 'POST',
    path: `/audit/alerts/${id}/transitions`,
    body,
  });

/** Rosa asks for what is not hers, again and again. */
async function rosaIsRefused(times: number): Promise<TestDevice> {
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  for (let at = 0; at < times; at += 1) {
    await rosa.send({ path: '/people' });
  }
  return rosa;
}

describe('an alert', () => {
  it('is raised once for who was refused again and again, with its numbers, and stands in the record', async () => {
    await rosaIsRefused(4);
    await rounds.round();
    expect(await alertsOf(seatOf('cr-ines'))).toEqual([]);
    await rosaIsRefused(3);
    expect(await rounds.round()).toBe(1);
    expect(await rounds.round()).toBe(0);
    const [alert, ...more] = await alertsOf(seatOf('cr-ines'));
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      rule: 'refusals-burst',
      state: 'CR',
      numbers: [expect.any(Number), 5],
      step: 'raised',
      changedBy: null,
    });
    const [event] = await api.database.asAdmin(
      `SELECT object_id, states FROM audit.events WHERE type = 'alert.raised'`,
    );
    expect(event).toEqual({ object_id: alert?.alertId, states: ['CR'] });
    // Of kind 1, an act: so that the manifests of the State count it.
    const [leaf] = await api.database.asAdmin(
      `SELECT get_byte(coalesce(l.leaf, o.leaf), 1) AS kind FROM audit.events e
         LEFT JOIN audit.log_entries l ON l.entry_id = e.event_id
         LEFT JOIN audit.outbox o ON o.entry_id = e.event_id WHERE e.type = 'alert.raised'`,
    );
    expect(leaf).toEqual({ kind: 1 });
  });

  it('is told to the auditors and registrars of its State, and to nobody else', async () => {
    expect(await alertsOf(registrarSeat('CR'))).toHaveLength(1);
    expect(await alertsOf(seatOf('pa-nelva'))).toEqual([]);
    expect((await list(seatOf('cr-rosa'))).body.code).toBe('access.denied');
    const [alert] = await alertsOf(seatOf('cr-ines'));
    const foreign = await move(seatOf('pa-nelva'), alert?.alertId ?? '', { step: 'closed' });
    expect(foreign.body.code).toBe('alert.not-found');
  });

  it('is acknowledged and closed once, by a person, with the reason on record', async () => {
    const [alert] = await alertsOf(seatOf('cr-ines'));
    const id = alert?.alertId ?? '';
    const taken = await move(seatOf('cr-ines'), id, { step: 'acknowledged', reason: 'asked Rosa' });
    expect([taken.status, taken.body.step]).toEqual([200, 'acknowledged']);
    const again = await move(seatOf('cr-ines'), id, { step: 'acknowledged' });
    expect(again.body.code).toBe('alert.at-other-step');
    const closed = await move(registrarSeat('CR'), id, { step: 'closed' });
    expect(closed.body).toMatchObject({ step: 'closed', changedBy: registrarSeat('CR').personId });
    const events = await api.database.asAdmin(
      `SELECT e.type, convert_from(s.body, 'UTF8') AS why FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 4
        WHERE e.type IN ('alert.acknowledged', 'alert.closed') ORDER BY e.type`,
    );
    expect(events).toEqual([
      { type: 'alert.acknowledged', why: '{"reasonText":"asked Rosa"}' },
      { type: 'alert.closed', why: '{}' },
    ]);
    expect((await list(seatOf('cr-ines'), '?step=raised')).body).toEqual([]);
  });
});

describe('an auditor who looks at themselves', () => {
  const ines = seatOf('cr-ines');
  const selfAudits = async () =>
    (await api.database.asAdmin(`SELECT event_ids FROM audit.alerts WHERE rule = 'self-audit'`))
      .length;
  async function asInes() {
    const device = await SeatedDevice.at(api, ines);
    const declaring = {
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'audit' },
    } as const;
    const { body } = await device.send(declaring);
    return { device, headers: { 'enlace-purpose': body.declarationId } };
  }

  it.each<[string, (id: string) => string]>([
    ['a view', (id) => `/audit/views/person-activity?actor=${id}`],
    ['an event of their own', () => ''],
  ])('by %s is told on', async (...[, pathOf]) => {
    const before = await selfAudits();
    const { device, headers } = await asInes();
    let path = pathOf(ines.personId);
    if (path === '') {
      const [own] = await api.database.asAdmin(
        'SELECT event_id FROM audit.events WHERE actor_id = $1 ORDER BY event_id DESC LIMIT 1',
        [ines.personId],
      );
      path = `/audit/events/${String(own?.['event_id'])}`;
    }
    expect((await device.send({ path, headers })).status).toBe(200);
    await rounds.round();
    expect(await selfAudits()).toBe(before + 1);
  });

  it('by an export, or by a session that is theirs, is told on; one of somebody else is not', async () => {
    const before = await selfAudits();
    const { device, headers } = await asInes();
    const [own] = await api.database.asAdmin(
      `SELECT session_ref FROM audit.sections WHERE person_id = $1 AND session_ref IS NOT NULL LIMIT 1`,
      [ines.personId],
    );
    const search = async (body: object) =>
      device.send({ method: 'POST', path: '/audit/searches', body, headers });
    expect((await search({ session: own?.['session_ref'] })).body.events).not.toEqual([]);
    const asked = await device.sendElevated(
      {
        method: 'POST',
        path: '/audit/exports',
        body: { format: 'csv', actor: ines.personId },
        headers,
      },
      { action: 'audit.export', objectId: 'events' },
    );
    expect(asked.status).toBe(201);
    await search({ actor: seatOf('cr-rosa').personId });
    await rounds.round();
    expect(await selfAudits()).toBe(before + 2);
  });
});

describe('the nightly round', () => {
  it('finds sessions that stand in the tables and in no event: a hand in the tables', async () => {
    await SeatedDevice.at(api, seatOf('pa-omar'));
    await api.database.asAdmin(
      `UPDATE app.sessions SET opened_at = to_timestamp($1::float8 / 1000) WHERE state = 'PA'`,
      [api.clock.ms - 2 * HOUR_MS],
    );
    await rounds.nightlyRound();
    const found = await api.database.asAdmin(
      `SELECT state, rule, numbers FROM audit.alerts WHERE rule = 'reconciliation-difference' AND state = 'PA'`,
    );
    expect(found).toEqual([
      { state: 'PA', rule: 'reconciliation-difference', numbers: [expect.anything(), '0'] },
    ]);
    const events = await api.database.asAdmin(
      `SELECT FROM audit.events WHERE type = 'session.opened' AND actor_state = 'PA'`,
    );
    expect(events).toEqual([]);
  });

  it('finds numbers of a device that no event has used, a day later and not before', async () => {
    const esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await esteban.signIn();
    const declare = async () =>
      esteban.send({ method: 'POST', path: '/declarations', body: { purpose: 'training' } });
    await declare();
    esteban.seq += 4;
    await declare();
    const gaps = async () =>
      api.database.asAdmin(`SELECT numbers FROM audit.alerts WHERE rule = 'counter-gap'`);
    await rounds.nightlyRound();
    expect(await gaps()).toEqual([]);
    api.clock.ms += 25 * HOUR_MS;
    await rounds.nightlyRound();
    const [gap] = await gaps();
    expect(Object(gap?.['numbers'])[2]).toBe('4');
    // Beyond the month in which a sign-in could explain it, a gap is old news and raises nothing.
    await api.database.asAdmin(`DELETE FROM audit.alerts WHERE rule = 'counter-gap'`);
    api.clock.ms += 30 * 24 * HOUR_MS;
    await rounds.nightlyRound();
    expect(await gaps()).toEqual([]);
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual([
      'GET /audit/events/:name',
      'GET /audit/views/:name',
      'POST /audit/alerts/:name/transitions',
    ]);
  });
});
