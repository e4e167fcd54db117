import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_VIEWS, type AuditViewName, type AuditViewShown } from '@enlace/contracts';
import { parseId, type RequestId } from '@enlace/kernel';
import { testId } from '@enlace/testing';

import { VIEWS } from '../../../apps/api/src/audit/views/views.js';
import { CASE, RecordStage, type AskingDevice } from '../../support/audit/record-stage.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const ROSA = testId('cr-rosa', 4);
const OMAR = testId('pa-omar', 4);
const REQUEST = parseId<RequestId>(testId('request', 4));
const HASH = 'A'.repeat(43);
const INSTANT = '2027-01-04T10:00:00.000Z';

let api: SessionServer;
let stage: RecordStage;
let ines: AskingDevice;
let saul: AskingDevice;

beforeAll(async () => {
  api = await startSessionServer();
  stage = new RecordStage(api);
  await tellTheStory();
  await stage.integrate();
  ines = await stage.auditor('cr-ines');
  saul = await stage.auditor('xr-saul');
});
afterAll(async () => api.close());

/** Rosa opens a case with Omar, who reads and downloads, is removed, and reads once more. */
async function tellTheStory(): Promise<void> {
  const inCase = { with: ['CR', 'PA'], ownerState: 'CR' } as const;
  const ticketId = testId('ticket', 7);
  const rosa = { by: 'cr-rosa', ...inCase } as const;
  const omar = { by: 'pa-omar', ...inCase } as const;
  await stage.record({ ...rosa, type: 'case.created', fields: {} });
  const readAt = await stage.record({ ...omar, type: 'case.consulted', fields: {} });
  const [alias] = await api.database.asAdmin(
    'SELECT actor_alias FROM audit.events WHERE event_id = $1',
    [readAt],
  );
  const member = { memberAlias: String(alias?.['actor_alias']), memberState: 'PA' };
  await stage.record({ ...omar, type: 'attachment.ticketed', fields: { ticketId } });
  const delivered = { ticketId, bytesSent: 2048, complete: true };
  await stage.record({ ...omar, type: 'attachment.delivered', fields: delivered });
  const hold = { approvals: [ROSA] };
  await stage.record({ ...omar, type: 'case.hold-placed', fields: hold, outcome: 'denied' });
  await stage.record({ ...rosa, type: 'case.member-removed', fields: member });
  await stage.record({ ...omar, type: 'case.consulted', fields: {} });
  const breakglass = { action: 'log.resume', effectiveAfter: INSTANT, expiresAt: INSTANT };
  const glass = { by: 'cr-rosa', caseId: null, objectId: testId('glass', 7) } as const;
  await stage.record({ ...glass, type: 'breakglass.invoked', fields: breakglass });
  await stage.record({ ...glass, type: 'breakglass.approved', fields: breakglass });
  const opinion = { requestedState: 'PA', entryHash: HASH };
  const asked = { ...rosa, objectId: REQUEST, requestId: REQUEST } as const;
  await stage.record({ ...asked, type: 'request.created', fields: {} });
  const change = (before: string, after: string) => ({ before, after });
  const status = 'request.status-changed' as const;
  await stage.record({ ...asked, type: status, fields: change('draft', 'shared') });
  await stage.record({ ...asked, by: 'pa-omar', type: 'opinion.given', fields: opinion });
  await stage.record({ ...asked, type: status, fields: change('frozen', 'exported') });
  await stage.record({ ...asked, type: status, fields: change('exported', 'formalised') });
  await stage.record({ ...asked, type: 'request.consulted', fields: {} });
  const erased = { entries: 4, attachments: 1 };
  await stage.record({ ...rosa, type: 'thread.erased', fields: erased });
  const before = {
    role: 'prosecutor',
    before: ['prosecutor'],
    after: ['liaison'],
    approvals: [OMAR],
  };
  const changed = { by: 'cr-rosa', caseId: null, objectId: ROSA } as const;
  await stage.record({ ...changed, type: 'person.role-changed', fields: before });
}

async function ask(
  by: AskingDevice,
  view: AuditViewName,
  query: Readonly<Record<string, string>> = {},
): Promise<AuditViewShown> {
  api.clock.ms += 1_000;
  const text = new URLSearchParams(query).toString();
  const { status, body } = await by.get(`/audit/views/${view}${text === '' ? '' : `?${text}`}`);
  expect({ view, status, problem: body.code }).toEqual({ view, status: 200, problem: undefined });
  return body;
}

/** Rows as objects, with these members alone. */
function lines({ columns, rows }: AuditViewShown, ...members: readonly string[]) {
  return rows.map((row) =>
    Object.fromEntries(members.map((name) => [name, row[columns.indexOf(name)]])),
  );
}

describe('an auditor asks', () => {
  it('Q1: who accessed this case, when, from where, why', async () => {
    const view = await ask(ines, 'case-access', { case: CASE });
    const told = lines(view, 'type', 'mark', 'actorState', 'ip', 'purpose').slice(0, 6);
    const purpose = 'investigation';
    const ofPanama = { actorState: 'PA', ip: null, purpose };
    const ofCostaRica = { actorState: 'CR', ip: '203.0.113.7', purpose };
    expect(told).toEqual([
      { type: 'case.created', mark: 'write', ...ofCostaRica },
      { type: 'case.consulted', mark: 'read', ...ofPanama },
      { type: 'attachment.ticketed', mark: 'download', ...ofPanama },
      { type: 'attachment.delivered', mark: 'download', ...ofPanama },
      { type: 'case.hold-placed', mark: 'refused', ...ofPanama },
      { type: 'case.member-removed', mark: 'write', ...ofCostaRica },
    ]);
    // Of another State nobody is named; one alias is one person within the case.
    const people = new Set(lines(view, 'actorState', 'actor').map((line) => JSON.stringify(line)));
    expect([...people].filter((person) => person.includes('"CR"'))).toEqual([
      JSON.stringify({ actorState: 'CR', actor: ROSA }),
    ]);
    expect([...people].filter((person) => person.includes('"PA"'))).toHaveLength(1);
    expect([...people].join('')).not.toContain(OMAR);
    expect(view).toMatchObject({ filter: [`case=${CASE}`], isMore: false, scope: 'national' });
    const counted = view.plot.reduce((sum, { value }) => sum + value, 0);
    expect(counted).toBe(view.count);
  });

  it('Q2: what did this person look at', async () => {
    const view = await ask(saul, 'person-activity', { actor: OMAR });
    expect(lines(view, 'objectType', 'objectId', 'count')).toEqual([
      { objectType: 'case', objectId: CASE, count: 3 },
      { objectType: 'attachment', objectId: CASE, count: 2 },
      { objectType: 'opinion', objectId: REQUEST, count: 1 },
    ]);
    expect((await ask(ines, 'person-activity', { actor: OMAR })).rows).toEqual([]);
  });

  it('Q3 and Q4: when and from where, for the own State alone', async () => {
    const hours = await ask(ines, 'off-hours');
    expect(lines(hours, 'actor').map(({ actor }) => actor)).toContain(ROSA);
    expect(JSON.stringify(hours.rows)).not.toContain('PA');
    // All offices of the region are in San José.
    const [counted] = await api.database.asAdmin(
      `SELECT count(*)::int AS off FROM audit.events e,
              LATERAL (SELECT e.occurred_at AT TIME ZONE 'America/Costa_Rica' AS at) l
        WHERE e.actor_id = $1 AND e.type = ANY ($2)
          AND (extract(isodow FROM l.at) > 5 OR extract(hour FROM l.at) NOT BETWEEN 7 AND 18)`,
      [ROSA, VIEWS['off-hours'].types],
    );
    expect(lines(hours, 'actor', 'offHours')).toContainEqual({
      actor: ROSA,
      offHours: counted?.['off'],
    });
    const places = await ask(ines, 'places');
    expect(lines(places, 'actor', 'network')).toContainEqual({
      actor: ROSA,
      network: '203.0.113.0/24',
    });
    expect((await ask(saul, 'places')).rows).toEqual([]);
  });

  it('Q5: break-glass, with what is still due', async () => {
    const [line] = lines(await ask(ines, 'breakglass'), 'action', 'approvals', 'state', 'verdict');
    expect(line).toEqual({ action: 'log.resume', approvals: 1, state: 'approved', verdict: null });
  });

  it('Q6: what was refused', async () => {
    const rosa = await stage.seat('cr-rosa');
    api.clock.ms += 1_000;
    await rosa.send({ method: 'POST', path: '/audit/searches', body: {} });
    expect(lines(await ask(ines, 'refusals'), 'target', 'reasonCode', 'attempts')).toContainEqual({
      target: 'POST /audit/searches',
      reasonCode: 'access.denied',
      attempts: 1,
    });
  });

  it('Q7: what left the platform', async () => {
    expect(lines(await ask(ines, 'egress'), 'type', 'bytes')).toEqual([
      { type: 'attachment.ticketed', bytes: null },
      { type: 'attachment.delivered', bytes: 2048 },
      { type: 'request.status-changed', bytes: null },
    ]);
  });

  it('Q8: who had access after the end', async () => {
    expect(lines(await ask(ines, 'after-end'), 'type', 'actorState', 'endedBy')).toEqual([
      { type: 'case.consulted', actorState: 'PA', endedBy: 'case.member-removed' },
      { type: 'opinion.given', actorState: 'PA', endedBy: 'case.member-removed' },
    ]);
  });

  it('Q8: also when the end lies before the time that is asked about', async () => {
    const [ended] = lines(await ask(ines, 'after-end'), 'endedAt', 'at');
    const from = String(ended?.['at']);
    expect(from > String(ended?.['endedAt'])).toBe(true);
    const view = await ask(ines, 'after-end', { from });
    expect(lines(view, 'type')).toEqual([{ type: 'case.consulted' }, { type: 'opinion.given' }]);
  });

  it('Q8: who acts after a suspension, until it is lifted, with whatever', async () => {
    const ofLucia = { caseId: null, objectId: testId('cr-lucia', 4) } as const;
    const suspend = { by: 'cr-rosa', ...ofLucia } as const;
    await stage.record({ ...suspend, type: 'person.suspended', fields: {} });
    const read = { by: 'cr-lucia', caseId: null } as const;
    const opened = {
      method: 'passkey',
      acr: 'passkey',
      newDevice: false,
      build: HASH,
      abandoned: [],
    };
    await stage.record({ ...read, type: 'session.opened', fields: opened });
    await stage.record({ ...read, type: 'vault.fetched', fields: { counter: 1, bytes: 9 } });
    await stage.record({ ...read, type: 'session.closed', fields: { cause: 'signed-out' } });
    await stage.record({ ...suspend, type: 'person.reinstated', fields: {} });
    await stage.record({ ...read, type: 'vault.fetched', fields: { counter: 2, bytes: 9 } });
    await stage.integrate();
    const told = lines(await ask(ines, 'after-end'), 'type', 'endedBy').filter(
      ({ endedBy }) => endedBy === 'person.suspended',
    );
    expect(told.map(({ type }) => type)).toEqual(['session.opened', 'vault.fetched']);
  });

  it('Q4: how old a device was, from its enrolment, and not from what was asked about', async () => {
    const [own] = await api.database.asAdmin(
      `SELECT device_id FROM audit.sections WHERE person_id = $1 AND device_id IS NOT NULL LIMIT 1`,
      [ROSA],
    );
    const ageOf = async (query = {}) =>
      lines(await ask(ines, 'places', query), 'deviceId', 'deviceAgeDays').find(
        ({ deviceId }) => deviceId === own?.['device_id'],
      )?.['deviceAgeDays'];
    expect(await ageOf()).toBeNull();
    const enrolled = { fingerprint: HASH, platform: 'cli', statementHash: HASH };
    const deviceId = String(own?.['device_id']);
    const device = { by: 'cr-rosa', caseId: null, objectId: deviceId } as const;
    await stage.record({ ...device, type: 'device.enrolled', fields: enrolled });
    const from = new Date(api.clock.ms + 1_000).toISOString();
    await stage.record({
      by: 'cr-rosa',
      type: 'thread.consulted',
      fields: { firstSeq: 1, lastSeq: 1 },
      caseId: null,
    });
    await stage.integrate();
    expect(await ageOf({ from })).toBe(0);
  });

  it('Q9: who changed rights, with before, after and approvers', async () => {
    expect(
      lines(await ask(ines, 'changes'), 'type', 'before', 'after', 'approvals'),
    ).toContainEqual({
      type: 'person.role-changed',
      before: 'prosecutor',
      after: 'liaison',
      approvals: OMAR,
    });
  });

  it('Q10: which State looked at what another contributed', async () => {
    const matrix = await ask(saul, 'state-matrix');
    const [panama] = lines(matrix, 'reads', 'CR', 'PA').filter(({ reads }) => reads === 'PA');
    expect(panama).toEqual({ reads: 'PA', CR: 4, PA: 0 });
    expect(matrix.plot).toContainEqual({ series: 'PA', at: 'CR', value: 4 });
  });

  it('Q13: who searched the record, and finds themselves', async () => {
    await ines.search({ case: CASE });
    const told = lines(await ask(ines, 'audit-of-audit'), 'type', 'filter', 'actor');
    expect(told).toContainEqual({
      type: 'audit.searched',
      filter: `case=${CASE}`,
      actor: testId('cr-ines', 4),
    });
    expect(lines(await ask(ines, 'audit-of-audit'), 'view')).toContainEqual({ view: 'egress' });
  });

  it('Q14: what was erased', async () => {
    expect(lines(await ask(ines, 'erasures'), 'type', 'entries')).toEqual([
      { type: 'thread.erased', entries: 4 },
    ]);
  });

  it('Q15: who consulted, for a data subject, without a name', async () => {
    const view = await ask(saul, 'subject-access', { case: CASE });
    expect(JSON.stringify(view.rows)).not.toContain(OMAR);
    expect(lines(view, 'actorState', 'count')).toEqual([
      { actorState: 'PA', count: 4 },
      // A consultation, and the export of the request.
      { actorState: 'CR', count: 2 },
    ]);
  });

  it('Q16: whether an opinion was there before formalisation', async () => {
    const view = await ask(ines, 'request-life', { request: REQUEST });
    expect(lines(view, 'type', 'beforeFormalisation').slice(-4)).toEqual([
      { type: 'opinion.given', beforeFormalisation: 'true' },
      { type: 'request.status-changed', beforeFormalisation: 'true' },
      { type: 'request.status-changed', beforeFormalisation: 'false' },
      { type: 'request.consulted', beforeFormalisation: 'false' },
    ]);
  });

  it('and each question is on record, with its view and rows', async () => {
    await ask(ines, 'erasures');
    const [row] = await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
        WHERE e.type = 'audit.viewed' AND s.section = 1 ORDER BY e.event_id DESC LIMIT 1`,
    );
    expect(JSON.parse(String(row?.['what']))).toMatchObject({ view: 'erasures', rows: 1 });
  });
});

describe('a view', () => {
  it.each(AUDIT_VIEWS)(
    '%s is refused to a prosecutor, and asks an auditor for a purpose',
    async (view) => {
      const rosa = await stage.seat('cr-rosa');
      api.clock.ms += 120_000;
      const path = `/audit/views/${view}`;
      expect((await rosa.send({ path })).body).toMatchObject({ code: 'access.denied' });
      expect((await ines.device.send({ path })).body).toMatchObject({ code: 'purpose.required' });
    },
  );

  it('of somebody wants to know of whom', async () => {
    expect((await ines.get('/audit/views/case-access')).body.code).toBe('body.malformed');
    expect((await ines.get('/audit/views/everything')).body.code).toBe('body.malformed');
  });
});

describe('Q12: whether the log is whole', () => {
  it('is for everybody who is signed in, and leaves no event', async () => {
    const rosa = await stage.seat('cr-rosa');
    const before = await api.database.asAdmin('SELECT event_id FROM audit.events');
    const { status, body } = await rosa.send({ path: '/audit/integrity', withoutProof: true });
    expect(status).toBe(200);
    expect(body.logs.map(({ state }: { state: string }) => state)).toEqual(['open', 'open']);
    expect(body.logs[0]).toMatchObject({ origin: 'audit.localhost/2027', witnesses: [] });
    const oversight = { disputes: 0, counterGaps: 0, erasures: 0, recordsDirectReads: false };
    expect(body.oversight).toEqual(oversight);
    expect(body.logs[0].size).toBeGreaterThan(10);
    const after = await api.database.asAdmin('SELECT event_id FROM audit.events');
    expect(after.length).toBe(before.length);
  });
});
