import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEventsFound, AuditEventShown } from '@enlace/contracts';
import { parseBase64Url, type EventId } from '@enlace/kernel';
import { nodeTlogCrypto, testId } from '@enlace/testing';
import { verifyEvent, type SaltedSection } from '@enlace/tlog';

import { CASE, RecordStage, type AskingDevice } from '../../support/audit/record-stage.js';
import { seatOf } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const TECHNICAL = { ...seatOf('xr-saul'), name: 'xr-technical', auditScope: 'technical' } as const;
const OMAR = testId('pa-omar', 4);
/** Auditors who asked about the case are in its record too. */
const OF_CASE = { case: CASE, type: 'case.*' } as const;

let api: SessionServer;
let stage: RecordStage;
let ines: AskingDevice;
let aura: AskingDevice;
let saul: AskingDevice;
let deeds: Readonly<Record<'opened' | 'read' | 'refused' | 'foreign' | 'elsewhere', EventId>>;

beforeAll(async () => {
  api = await startSessionServer();
  stage = new RecordStage(api);
  const consulted = { type: 'case.consulted', fields: {} } as const;
  deeds = {
    opened: await stage.record({ by: 'cr-rosa', type: 'case.created', fields: {} }),
    read: await stage.record({ ...consulted, by: 'pa-omar', ownerState: 'CR', with: ['GT'] }),
    refused: await stage.record({
      by: 'pa-omar',
      type: 'case.hold-placed',
      fields: { approvals: [OMAR] },
      ownerState: 'CR',
      outcome: 'denied',
      ip: '198.51.100.9',
      reasonText: 'Orden del Juzgado Tercero',
    }),
    foreign: await stage.record({ ...consulted, by: 'gt-delia' }),
    elsewhere: await stage.record({ ...consulted, by: 'cr-rosa', caseId: null }),
  };
  await stage.integrate();
  ines = await stage.auditor('cr-ines');
  aura = await stage.auditor('gt-aura');
  saul = await stage.auditor('xr-saul');
});
afterAll(async () => api.close());

const found = async (by: AskingDevice, filter: object): Promise<AuditEventsFound> => {
  // Events of one millisecond have no order.
  api.clock.ms += 1_000;
  const { status, body } = await by.search(filter);
  expect(status).toBe(200);
  return body;
};
const idsOf = ({ events }: AuditEventsFound) => events.map(({ eventId }) => eventId);
const shownOf = ({ sections }: AuditEventShown) => Object.keys(sections).join(' ');

/** What a client does before it believes a row. */
function verified({ leaf, digests, sections }: AuditEventShown) {
  const bytes = parseBase64Url;
  const each = Object.entries(sections).map(
    ([name, { salt, bytes: body }]): [string, SaltedSection] => [
      name,
      { salt: bytes(salt), bytes: bytes(body) },
    ],
  );
  return verifyEvent(nodeTlogCrypto, {
    leaf: bytes(leaf),
    digests: {
      what: bytes(digests.what),
      who: bytes(digests.who),
      where: bytes(digests.where),
      why: bytes(digests.why),
      attest: bytes(digests.attest),
    },
    sections: Object.fromEntries(each),
  });
}

const lastWhat = async (type: string) => {
  const [row] = await api.database.asAdmin(
    `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.type = $1 AND s.section = 1 ORDER BY e.event_id DESC LIMIT 1`,
    [type],
  );
  return JSON.parse(String(row?.['what']));
};

describe('an auditor searches the record', () => {
  it('of a case, newest first, and each event proves itself', async () => {
    const page = await found(ines, OF_CASE);
    expect(idsOf(page)).toEqual([deeds.refused, deeds.read, deeds.opened]);
    expect(page.events.map(shownOf)).toEqual(['what why', 'what why', 'what who where why attest']);
    expect(page.total).toEqual({ count: 3, isMore: false });
    expect(page.scope).toBe('national');
    for (const event of page.events) {
      expect(() => verified(event)).not.toThrow();
      expect(event.origin).toMatch(/^audit\./);
    }
    const [newest] = page.events;
    expect(page.lastIntegrated?.index).toBeGreaterThanOrEqual(Number(newest?.index));
  });

  it('in the name of another State, and sees only what and why where it takes part', async () => {
    const page = await found(aura, OF_CASE);
    expect(page.events.map((event) => [event.eventId, shownOf(event)])).toEqual([
      [deeds.foreign, 'what who where why attest'],
      [deeds.read, 'what why'],
    ]);
    expect(page.events[1]?.absent).toEqual({
      who: 'withheld',
      where: 'withheld',
      attest: 'withheld',
    });
  });

  it('for the region, and sees everything but places', async () => {
    const page = await found(saul, OF_CASE);
    expect(idsOf(page)).toEqual([deeds.foreign, deeds.refused, deeds.read, deeds.opened]);
    expect(new Set(page.events.map(shownOf))).toEqual(new Set(['what who why attest']));
  });

  it.each<[string, object, readonly (keyof typeof deeds)[]]>([
    ['by a type', { type: 'case.created' }, ['opened']],
    ['by all types of an object', { type: 'case.*', outcome: 'denied' }, ['refused']],
    ['by what it was about', { object: CASE, type: 'case.consulted' }, ['elsewhere', 'read']],
    ['by a State that took part', { type: 'case.*', state: 'GT' }, ['read']],
    ['by the reason of an administrative act', { text: 'juzgado TERCERO' }, ['refused']],
    [
      'by a person of the own State',
      { actor: testId('cr-rosa', 4), type: 'case.*' },
      ['elsewhere', 'opened'],
    ],
    [
      'by an address of the own State',
      { ipPrefix: '203.0.113.', type: 'case.*' },
      ['elsewhere', 'opened'],
    ],
  ])('%s', async (_, filter, names) => {
    expect(idsOf(await found(ines, filter))).toEqual(names.map((name) => deeds[name]));
  });

  it('and cannot search by what it may not read', async () => {
    expect(idsOf(await found(ines, { actor: OMAR }))).toEqual([]);
    expect(idsOf(await found(ines, { ipPrefix: '198.51.100.' }))).toEqual([]);
    expect(idsOf(await found(saul, { ipPrefix: '198.51.100.' }))).toEqual([]);
    expect(idsOf(await found(saul, { actor: OMAR, ...OF_CASE }))).toEqual([
      deeds.refused,
      deeds.read,
    ]);
  });

  it('between two moments, and by request and session', async () => {
    const [opened] = (await found(ines, { type: 'case.created' })).events;
    const what = JSON.parse(
      Buffer.from(opened?.sections.what?.bytes ?? '', 'base64url').toString(),
    );
    const who = JSON.parse(Buffer.from(opened?.sections.who?.bytes ?? '', 'base64url').toString());
    expect(idsOf(await found(ines, { correlation: what.correlationId }))).toEqual([deeds.opened]);
    expect(idsOf(await found(ines, { session: who.sessionRef }))).toEqual([
      deeds.elsewhere,
      deeds.opened,
    ]);
    const at = opened === undefined ? 0 : verified(opened).leaf.occurredAtMs;
    const iso = (ms: number) => new Date(ms).toISOString();
    const around = { type: 'case.*', from: iso(at), to: iso(at + 1) };
    expect(idsOf(await found(ines, around))).toEqual([deeds.opened]);
    expect(idsOf(await found(ines, { ...around, to: iso(at) }))).toEqual([]);
  });

  it('by words of the reason, whatever their accents and capitals', async () => {
    const reasonText = 'Detención en Ñuñoa según el Árbitro';
    const deed = { by: 'cr-rosa', type: 'case.consulted', fields: {}, caseId: null } as const;
    const told = await stage.record({ ...deed, reasonText });
    await stage.record({ ...deed, reasonText: 'Detener' });
    for (const text of ['detencion', 'DETENCIÓN', 'nunoa', 'según EL arbitro', 'Arbitro']) {
      expect({ text, ids: idsOf(await found(ines, { text })) }).toEqual({ text, ids: [told] });
    }
    expect(idsOf(await found(ines, { text: 'detenciones' }))).toEqual([]);
  });

  it('page by page, without a gap or a double, with a cursor that is of no use elsewhere', async () => {
    const filter = { ...OF_CASE, limit: 1 };
    const pages = [await found(ines, filter)];
    for (let next = pages[0]?.cursor; typeof next === 'string'; next = pages.at(-1)?.cursor) {
      pages.push(await found(ines, { ...filter, cursor: next }));
    }
    expect(pages.flatMap(idsOf)).toEqual([deeds.refused, deeds.read, deeds.opened]);
    expect(pages.map(({ total }) => total !== null)).toEqual([true, false, false]);
    const cursor = pages[0]?.cursor ?? '';
    expect((await ines.search({ ...filter, cursor, outcome: 'denied' })).status).toBe(400);
    expect((await saul.search({ ...filter, cursor })).status).toBe(400);
    const flipped = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    expect((await ines.search({ ...filter, cursor: flipped })).body).toMatchObject({
      code: 'body.malformed',
    });
  });

  it('and is in the record for it, with the filter and the number of rows', async () => {
    await found(ines, { case: CASE, outcome: 'denied' });
    expect(await lastWhat('audit.searched')).toMatchObject({
      filter: [`case=${CASE}`, 'outcome=denied'],
      rows: 1,
      caseId: CASE,
      actorState: 'CR',
      states: ['CR'],
    });
  });
});

describe('one event', () => {
  it('is shown as its reader may see it, and that is on record', async () => {
    api.clock.ms += 1_000;
    const { status, body } = await aura.get(`/audit/events/${deeds.read}`);
    expect([status, shownOf(body.event)]).toEqual([200, 'what why']);
    expect(await lastWhat('audit.viewed')).toMatchObject({
      objectId: deeds.read,
      caseId: CASE,
      filter: [`event=${deeds.read}`],
      view: 'event',
      rows: 1,
    });
  });

  it('is absent alike when it is another State’s and when there is none', async () => {
    const hidden = await aura.get(`/audit/events/${deeds.opened}`);
    const none = await aura.get(`/audit/events/${testId('nothing', 7)}`);
    const shape = ({ status, body }: typeof hidden) => [status, body.code, body.facts];
    expect(shape(hidden)).toEqual([404, 'event.not-found', none.body.facts]);
    expect(shape(none)).toEqual(shape(hidden));
  });
});

describe('whoever may not search', () => {
  it.each([
    ['a prosecutor', 'cr-rosa'],
    ['a registrar of their own State', 'cr-daniel'],
    ['an auditor of machines', TECHNICAL],
    ['the secretariat, which counts', 'xr-alma'],
  ])('%s is refused, and the refusal is recorded', async (_, seat) => {
    const device = await stage.seat(seat);
    const declared = await device.send({
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'supervision' },
    });
    const headers =
      declared.status === 201 ? { 'enlace-purpose': declared.body.declarationId } : {};
    const sending = { method: 'POST', path: '/audit/searches', body: {}, headers } as const;
    api.clock.ms += 1_000;
    expect((await device.send(sending)).body).toMatchObject({ code: 'access.denied' });
    const denied = await lastWhat('access.denied');
    expect(denied).toMatchObject({
      target: 'POST /audit/searches',
      outcome: 'denied',
      reasonCode: 'access.denied',
      actorState: device.seat.state,
    });
  });

  it('an auditor without a purpose is asked for one', async () => {
    const sending = { method: 'POST', path: '/audit/searches', body: {} } as const;
    expect((await ines.device.send(sending)).body).toMatchObject({ code: 'purpose.required' });
  });
});
