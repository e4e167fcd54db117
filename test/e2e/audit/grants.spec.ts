import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action, AuditEventsFound } from '@enlace/contracts';
import { newId, systemClock, systemRandom, type EventId } from '@enlace/kernel';
import { testId } from '@enlace/testing';

import { recordedAsAsked } from '../../support/audit/recorded-as-asked.js';
import { CASE, RecordStage, type AskingDevice } from '../../support/audit/record-stage.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SECOND = { ...seatOf('cr-ines'), name: 'cr-second', personId: testId('cr-second', 4) };
const TECHNICAL = { ...SECOND, name: 'cr-technical', auditScope: 'technical' } as const;
const ROSA = testId('cr-rosa', 4);

let api: SessionServer;
let stage: RecordStage;
let aura: AskingDevice;
let opened: EventId;
let shared: EventId;

beforeAll(async () => {
  api = await startSessionServer();
  stage = new RecordStage(api);
  opened = await stage.record({ by: 'cr-rosa', type: 'case.created', fields: {}, with: ['PA'] });
  shared = await stage.record({
    by: 'cr-rosa',
    type: 'case.consulted',
    fields: {},
    with: ['GT'],
    caseId: null,
  });
  await stage.integrate();
  aura = await stage.auditor('gt-aura');
});
afterAll(async () => api.close());

/** With a second factor for exactly this. */
const elevated = async (
  seat: Seat,
  sending: { readonly method?: 'POST' | 'DELETE'; readonly path: string; readonly body?: object },
  about: { readonly action: Action; readonly objectId: string },
) => {
  // Events of one millisecond have no order.
  api.clock.ms += 1_000;
  return (await SeatedDevice.at(api, seat)).sendElevated({ method: 'POST', ...sending }, about);
};

async function proposed(by: Seat = seatOf('cr-ines'), change: object = {}) {
  const scopeId = newId(systemClock, systemRandom);
  const body = {
    scopeId,
    caseId: CASE,
    holderId: seatOf('gt-aura').personId,
    holderState: 'GT',
    expiresAt: new Date(api.clock.ms + 20 * MINUTE_MS).toISOString(),
    ...change,
  };
  const about = { action: 'audit.grant-scope', objectId: scopeId } as const;
  return { scopeId, answer: await elevated(by, { path: '/audit/scopes', body }, about) };
}
const approved = async (scopeId: string, by: Seat = SECOND) =>
  elevated(
    by,
    { path: `/audit/scopes/${scopeId}/approval` },
    { action: 'audit.grant-scope', objectId: scopeId },
  );
const revoked = async (scopeId: string, by: Seat = SECOND) =>
  elevated(
    by,
    { method: 'DELETE', path: `/audit/scopes/${scopeId}` },
    { action: 'audit.grant-scope', objectId: scopeId },
  );

const seenOfCase = async (): Promise<AuditEventsFound> => {
  api.clock.ms += 1_000;
  return (await aura.search({ case: CASE, type: 'case.*' })).body;
};
const told = async (objectId: string) =>
  (
    await api.database.asAdmin(
      `SELECT e.type, e.states, e.case_id, convert_from(s.body, 'UTF8')::jsonb AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.object_id = $1 ORDER BY e.occurred_at, e.event_id`,
      [objectId],
    )
  ).map((row) => ({
    type: row['type'],
    states: row['states'],
    caseId: row['case_id'],
    what: Object(row['what']),
  }));

describe('a case grant', () => {
  it('opens a case to an auditor of another State, by two auditors, until one takes it back', async () => {
    expect((await seenOfCase()).events).toEqual([]);
    const { scopeId, answer } = await proposed();
    expect([answer.status, answer.body.step]).toEqual([200, 'proposed']);
    expect((await seenOfCase()).events).toEqual([]);
    expect((await approved(scopeId)).body).toMatchObject({ step: 'granted', holderState: 'GT' });
    const seen = await seenOfCase();
    expect(seen.caseGrants).toEqual([CASE]);
    const [event] = seen.events;
    expect([event?.eventId, Object.keys(event?.sections ?? {})]).toEqual([opened, ['what', 'why']]);
    expect((await revoked(scopeId)).body.step).toBe('revoked');
    expect((await seenOfCase()).events).toEqual([]);
    expect((await revoked(scopeId)).body.code).toBe('scope.not-found');
  });

  it('stands in the record of the case at each step, for both States, without the name of the holder', async () => {
    const { scopeId } = await proposed();
    await approved(scopeId);
    await revoked(scopeId);
    const events = await told(scopeId);
    expect(events.map(({ type, what }) => `${String(type)} ${what.kind}`)).toEqual([
      'audit-scope.granted case-asked',
      'audit-scope.granted case',
      'audit-scope.revoked case',
    ]);
    for (const { states, caseId, what } of events) {
      expect([states, caseId, what.holderState]).toEqual([['CR', 'GT'], CASE, 'GT']);
      expect(JSON.stringify(what)).not.toContain(seatOf('gt-aura').personId);
    }
  });

  it.each<[string, () => Seat, string]>([
    ['whoever asked', () => seatOf('cr-ines'), 'approval.required'],
    ['an auditor of another State', () => seatOf('pa-nelva'), 'scope.not-found'],
    ['an auditor who sees no section', () => TECHNICAL, 'scope.not-found'],
    ['a registrar', () => registrarSeat('CR'), 'scope.not-found'],
  ])('is not granted by %s', async (...[, by, code]) => {
    const { scopeId } = await proposed();
    expect((await approved(scopeId, by())).body.code).toBe(code);
    expect((await seenOfCase()).events).toEqual([]);
  });

  it.each<[string, () => Parameters<typeof proposed>]>([
    ['by a State that does not answer for the case', () => [seatOf('pa-nelva')]],
    ['of a case that nobody opened', () => [seatOf('cr-ines'), { caseId: testId('none', 4) }]],
    [
      'to somebody who is no auditor',
      () => [seatOf('cr-ines'), { holderId: testId('pa-omar', 4), holderState: 'PA' }],
    ],
    [
      'to an auditor of the own State',
      () => [seatOf('cr-ines'), { holderId: seatOf('cr-ines').personId, holderState: 'CR' }],
    ],
    [
      'for more than 30 days',
      () => [seatOf('cr-ines'), { expiresAt: new Date(api.clock.ms + 31 * DAY_MS).toISOString() }],
    ],
    [
      'for a time that is over',
      () => [seatOf('cr-ines'), { expiresAt: new Date(api.clock.ms - 1).toISOString() }],
    ],
  ])('is refused %s', async (...[, asking]) => {
    expect((await proposed(...asking())).answer.body.code).toBe('scope.refused');
  });

  it('needs a second factor, and an auditor who may see what is opened', async () => {
    const ines = await SeatedDevice.at(api, seatOf('cr-ines'));
    const { scopeId } = await proposed();
    const path = `/audit/scopes/${scopeId}`;
    expect((await ines.send({ method: 'DELETE', path })).body.code).toBe('step-up.required');
    expect((await proposed(TECHNICAL)).answer.body.code).toBe('access.denied');
    expect((await proposed(registrarSeat('CR'))).answer.body.code).toBe('access.denied');
  });
});

describe('a disclosure', () => {
  async function placeOf(eventId: string) {
    const [row] = await api.database.asAdmin(
      `SELECT l.index::int AS index, g.origin FROM audit.log_entries l JOIN audit.logs g USING (log_id)
        WHERE l.entry_id = $1`,
      [eventId],
    );
    return { origin: String(row?.['origin']), index: Number(row?.['index']) };
  }

  async function asked(eventId: string, by: Seat = seatOf('cr-ines'), change: object = {}) {
    const disclosureId = newId(systemClock, systemRandom);
    const { origin, index } = await placeOf(eventId);
    const body = {
      disclosureId,
      toState: 'GT',
      rule: 'request 9/2027',
      origin,
      ranges: [{ first: index, last: index }],
      sections: ['who'],
      ...change,
    };
    const about = { action: 'audit.disclose', objectId: disclosureId } as const;
    return {
      disclosureId,
      answer: await elevated(by, { path: '/audit/disclosures', body }, about),
    };
  }
  const agreed = async (disclosureId: string, by: Seat = registrarSeat('CR')) =>
    elevated(
      by,
      { path: `/audit/disclosures/${disclosureId}/approval` },
      { action: 'audit.disclose', objectId: disclosureId },
    );
  const shownTo = async (auditor: AskingDevice, eventId: string) => {
    api.clock.ms += 1_000;
    const { body } = await auditor.get(`/audit/events/${eventId}`);
    return Object.keys(Object(body.event).sections ?? {}).toSorted();
  };

  it('of who acted shows the name to the other State, by an auditor and a registrar, and to no third one', async () => {
    expect(await shownTo(aura, shared)).toEqual(['what', 'why']);
    const { disclosureId, answer } = await asked(shared);
    expect([answer.status, answer.body]).toEqual([
      200,
      { disclosureId, step: 'proposed', events: 0 },
    ]);
    expect(await shownTo(aura, shared)).toEqual(['what', 'why']);
    expect((await agreed(disclosureId)).body).toEqual({
      disclosureId,
      step: 'disclosed',
      events: 1,
    });
    expect(await shownTo(aura, shared)).toEqual(['what', 'who', 'why']);
    const { body } = await aura.get(`/audit/events/${shared}`);
    const who = Buffer.from(body.event.sections.who.bytes, 'base64url').toString('utf8');
    expect(who).toContain(ROSA);
    expect(body.event.absent).toEqual({ where: 'withheld', attest: 'withheld' });
    expect(await shownTo(await stage.auditor('pa-nelva'), shared)).toEqual([]);
    expect((await agreed(disclosureId)).body.code).toBe('disclosure.not-found');
  });

  it('stands in the record of both States, with what was opened and by which rule', async () => {
    const { disclosureId } = await asked(shared, registrarSeat('CR'), { sections: ['where'] });
    await agreed(disclosureId, seatOf('cr-ines'));
    const { origin, index } = await placeOf(shared);
    const range = `${origin} ${index}-${index}`;
    const events = await told(disclosureId);
    expect(events.map(({ type, states }) => [type, states])).toEqual([
      ['section.disclosed', ['CR', 'GT']],
      ['section.disclosed', ['CR', 'GT']],
    ]);
    expect(events.map(({ what }) => [what.ranges, what.asked])).toEqual([
      [[], [range]],
      [[range], undefined],
    ]);
    expect(events[1]?.what).toMatchObject({
      toState: 'GT',
      sections: ['where'],
      rule: 'request 9/2027',
    });
    expect(await shownTo(aura, shared)).toEqual(['what', 'where', 'who', 'why']);
  });

  it('opens nothing of an event in which the other State takes no part, or of another State’s people', async () => {
    const { disclosureId } = await asked(opened);
    expect((await agreed(disclosureId)).body.events).toBe(0);
    const foreign = await asked(shared, seatOf('pa-nelva'));
    expect((await agreed(foreign.disclosureId, registrarSeat('PA'))).body.events).toBe(0);
    expect(await shownTo(aura, opened)).toEqual([]);
  });

  it.each<[string, () => Seat, string]>([
    ['the same person', () => seatOf('cr-ines'), 'approval.required'],
    ['another State', () => registrarSeat('PA'), 'disclosure.not-found'],
    ['somebody of another role', () => seatOf('cr-rosa'), 'access.denied'],
  ])('is not approved by %s', async (...[, by, code]) => {
    const { disclosureId } = await asked(shared);
    expect((await agreed(disclosureId, by())).body.code).toBe(code);
  });

  it('is nothing for an auditor who sees no section', async () => {
    const technical = {
      ...seatOf('xr-saul'),
      name: 'xr-technical',
      auditScope: 'technical',
    } as const;
    expect((await asked(shared, technical)).answer.body.code).toBe('access.denied');
    const { disclosureId } = await asked(shared, registrarSeat('XR'));
    expect((await agreed(disclosureId, technical)).body.code).toBe('access.denied');
  });

  it('does not outlive an erasure, and opens nothing of what is erased', async () => {
    const sections = { sections: ['who', 'where'] };
    const { disclosureId } = await asked(shared, seatOf('cr-ines'), sections);
    await agreed(disclosureId);
    expect(await shownTo(aura, shared)).toEqual(['what', 'where', 'who', 'why']);
    const erasureId = newId(systemClock, systemRandom);
    const { origin, index } = await placeOf(shared);
    const ranges = [{ first: index, last: index }];
    const about = { action: 'audit.erase', objectId: erasureId } as const;
    const body = { erasureId, rule: 'request 10/2027', origin, ranges, ...sections };
    await elevated(seatOf('cr-ines'), { path: '/audit/erasures', body }, about);
    const path = `/audit/erasures/${erasureId}/approval`;
    expect((await elevated(registrarSeat('CR'), { path }, about)).body.events).toBe(1);
    await agreed((await asked(shared, seatOf('cr-ines'), sections)).disclosureId);
    expect(await shownTo(aura, shared)).toEqual(['what', 'why']);
    const { body: shown } = await aura.get(`/audit/events/${shared}`);
    const absent = { who: 'erased', where: 'erased', attest: 'withheld' };
    expect(shown.event.absent).toEqual(absent);
  });

  it('reaches no further than the log, opens neither proofs of devices nor to oneself', async () => {
    const ines = seatOf('cr-ines');
    const beyond = { ranges: [{ first: 0, last: 1_000_000 }] };
    expect((await asked(shared, ines, beyond)).answer.body.code).toBe('disclosure.malformed');
    expect((await asked(shared, ines, { toState: 'CR' })).answer.body.code).toBe(
      'disclosure.malformed',
    );
    const attest = await asked(shared, ines, { sections: ['attest'] });
    expect(attest.answer.body.code).toBe('body.malformed');
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual([
      'DELETE /audit/scopes/:name',
      'GET /audit/events/:name',
      'POST /audit/disclosures/:name/approval',
      'POST /audit/erasures/:name/approval',
      'POST /audit/scopes/:name/approval',
    ]);
  });
});
