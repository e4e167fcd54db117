import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  newId,
  newRandomId,
  parseId,
  systemClock,
  systemRandom,
  type CaseId,
  type EventId,
  type ThreadId,
} from '@enlace/kernel';
import { nodeTlogCrypto } from '@enlace/testing';
import {
  commitSections,
  decodeLeaf,
  parseProof,
  parseEventLine,
  splitNote,
  parseCheckpoint,
  verifyInclusion,
  hashLeaf,
} from '@enlace/tlog';

import { RetentionRounds } from '../../../apps/api/src/audit/erasure/retention-rounds.js';
import { recordedAsAsked } from '../../support/audit/recorded-as-asked.js';
import { CASE, RecordStage, type Deed } from '../../support/audit/record-stage.js';
import { RecordClient } from '../../support/audit/record-client.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const DAY_MS = 86_400_000;

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

interface Logged {
  readonly client: RecordClient;
  readonly eventId: string;
  readonly index: number;
  readonly leaf: Buffer;
  readonly origin: string;
  /** Of the section `where`, in hex. */
  readonly salt: string;
}

/** An act of somebody, once it stands in the log. */
async function anAct(slug = 'cr-rosa'): Promise<Logged> {
  const client = new RecordClient(api, slug);
  await client.signIn();
  await client.declare();
  const [open] = (await client.receipts.open()).filter(({ target }) => target.includes('decl'));
  const leaf = Buffer.from(open?.receipt ?? '', 'base64url').subarray(0, 58);
  const { eventId } = decodeLeaf(leaf);
  for (;;) {
    const [row] = await api.database.asAdmin(
      `SELECT l.index::int AS index, g.origin, encode(s.salt, 'hex') AS salt
         FROM audit.log_entries l JOIN audit.logs g USING (log_id)
         JOIN audit.log_checkpoints c ON c.log_id = g.log_id AND c.size > l.index
         JOIN audit.sections s ON s.event_id = l.entry_id AND s.section = 3
        WHERE l.entry_id = $1 LIMIT 1`,
      [eventId],
    );
    if (row === undefined) continue;
    const { index, origin, salt } = row;
    return {
      client,
      eventId,
      leaf,
      index: Number(index),
      origin: String(origin),
      salt: String(salt),
    };
  }
}

/** An act of somebody in a case, once it stands in the log. */
async function inCase(caseId: CaseId): Promise<Pick<Logged, 'eventId' | 'index' | 'origin'>> {
  const stage = new RecordStage(api);
  const eventId = await stage.record({
    by: 'cr-rosa',
    type: 'case.consulted',
    fields: {},
    caseId,
    objectId: caseId,
  });
  await stage.integrate();
  const [row] = await api.database.asAdmin(
    `SELECT l.index::int AS index, g.origin FROM audit.log_entries l JOIN audit.logs g USING (log_id)
      WHERE l.entry_id = $1`,
    [eventId],
  );
  return { eventId, index: Number(row?.['index']), origin: String(row?.['origin']) };
}

/** What Costa Rica has to keep: all of it, or one case. */
async function held(caseId: CaseId | null): Promise<string> {
  const holdId = newRandomId(systemRandom);
  await api.database.asAdmin(
    `INSERT INTO audit.holds (hold_id, state, case_id, placed_at) VALUES ($1, 'CR', $2, now())`,
    [holdId, caseId],
  );
  return holdId;
}

const lift = async (holdId: string) =>
  api.database.asAdmin(
    'UPDATE audit.holds SET lifted_at = greatest(now(), placed_at) WHERE hold_id = $1',
    [holdId],
  );

const elevated = async (
  seat: Seat,
  objectId: string,
  { path, body }: { readonly path: string; readonly body?: object },
) =>
  (await SeatedDevice.at(api, seat)).sendElevated(
    { method: 'POST', path, ...(body === undefined ? {} : { body }) },
    { action: 'audit.erase', objectId },
  );

async function asked(
  of: Pick<Logged, 'index' | 'origin'>,
  by: Seat = seatOf('cr-ines'),
  sections = ['where'],
) {
  const erasureId = newId(systemClock, systemRandom);
  const { origin, index } = of;
  const answer = await elevated(by, erasureId, {
    path: '/audit/erasures',
    body: {
      erasureId,
      rule: 'request 7/2027',
      origin,
      ranges: [{ first: index, last: index }],
      sections,
    },
  });
  return { erasureId, answer };
}

const approved = async (erasureId: string, by: Seat = registrarSeat('CR')) =>
  elevated(by, erasureId, { path: `/audit/erasures/${erasureId}/approval` });

const sectionsOf = async ({ eventId }: Pick<Logged, 'eventId'>) =>
  (
    await api.database.asAdmin(
      'SELECT section FROM audit.sections WHERE event_id = $1 ORDER BY section',
      [eventId],
    )
  ).map(({ section }) => section);

/** Whether a text stands anywhere in the database, in any column of any table. */
async function standsAnywhere(text: string): Promise<readonly string[]> {
  const tables = await api.database.asAdmin(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('app', 'audit') AND c.relkind = 'r'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await api.database.asAdmin(
      `SELECT 1 FROM ${String(name)} t WHERE position($1 IN to_jsonb(t)::text) > 0 LIMIT 1`,
      [text],
    );
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

const eventsOf = async (objectId: string) =>
  (
    await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'section.erased' AND e.object_id = $1 ORDER BY e.event_id`,
      [objectId],
    )
  ).map(({ what }) => JSON.parse(String(what)));

describe('an erasure', () => {
  it('takes an auditor and a registrar; then the salt is in no table, and the proof still holds', async () => {
    const act = await anAct();
    expect(await standsAnywhere(act.salt)).toEqual(['audit.sections']);
    const { erasureId, answer } = await asked(act);
    expect([answer.status, answer.body]).toEqual([200, { erasureId, step: 'proposed', events: 0 }]);
    expect(await sectionsOf(act)).toEqual([1, 2, 3, 4, 5]);
    const done = await approved(erasureId);
    expect([done.status, done.body]).toEqual([200, { erasureId, step: 'erased', events: 1 }]);
    expect(await sectionsOf(act)).toEqual([1, 2, 4, 5]);
    expect(await standsAnywhere(act.salt)).toEqual([]);
    const events = await eventsOf(erasureId);
    const proposal = events.find(({ ranges }) => ranges.length === 0);
    const erased = events.find(({ ranges }) => ranges.length > 0);
    const range = `${act.origin} ${act.index}-${act.index}`;
    expect([events.length, proposal?.asked, erased?.ranges]).toEqual([2, [range], [range]]);
    expect(erased).toMatchObject({
      outcome: 'success',
      sections: ['where'],
      rule: 'request 7/2027',
    });
  });

  it('leaves leaf, digests and proof as they were: the rest of the event is shown and verifies', async () => {
    const act = await anAct();
    const { erasureId } = await asked(act);
    await approved(erasureId);
    const answer = JSON.parse(
      JSON.stringify(
        await act.client.session.request(
          {
            method: 'POST',
            path: '/audit/me/receipts',
            body: { leaves: [act.leaf.toString('base64url')], known: [] },
          },
          'none',
        ),
      ),
    );
    const [receipt] = answer.receipts;
    const { index, proof, checkpoint } = parseProof(Buffer.from(receipt.proof));
    const { size, root } = parseCheckpoint(splitNote(checkpoint).text);
    const leafHash = hashLeaf(nodeTlogCrypto, act.leaf);
    expect(verifyInclusion(nodeTlogCrypto, { leafHash, index, size, root, proof })).toMatchObject({
      index: act.index,
    });
    const digest = (name: string) => Buffer.from(receipt.digests[name], 'base64');
    const digests = {
      what: digest('what'),
      who: digest('who'),
      where: digest('where'),
      why: digest('why'),
      attest: digest('attest'),
    };
    expect(commitSections(nodeTlogCrypto, digests)).toEqual(decodeLeaf(act.leaf).commitment);
  });

  it('of who acted takes the name out of the searchable side, and out of one’s own activity', async () => {
    const act = await anAct();
    const { erasureId } = await asked(act, registrarSeat('CR'), ['who', 'attest']);
    expect((await approved(erasureId, seatOf('cr-ines'))).status).toBe(200);
    const [row] = await api.database.asAdmin(
      'SELECT actor_id, actor_state FROM audit.events WHERE event_id = $1',
      [act.eventId],
    );
    expect(row).toEqual({ actor_id: null, actor_state: 'CR' });
    const names = await api.database.asAdmin(
      'SELECT FROM audit.sections WHERE event_id = $1 AND person_id IS NOT NULL',
      [act.eventId],
    );
    expect(names).toEqual([]);
    expect(await sectionsOf(act)).toEqual([1, 3, 4]);
  });

  it('of who acted takes the name out of an alert about it', async () => {
    const act = await anAct();
    const { personId } = seatOf('cr-rosa');
    const alertId = newRandomId(systemRandom);
    await api.database.asAdmin(
      `INSERT INTO audit.alerts (alert_id, state, rule, subject, numbers, event_ids, is_technical, raised_at, step)
       VALUES ($1, 'CR', 'refusals-burst', $2 || '/7', '{5,5}', ARRAY[$3::uuid], false, now(), 'raised')`,
      [alertId, personId, act.eventId],
    );
    const subject = async () =>
      (
        await api.database.asAdmin('SELECT subject FROM audit.alerts WHERE alert_id = $1', [
          alertId,
        ])
      )[0]?.['subject'];
    await approved((await asked(act, registrarSeat('CR'), ['where'])).erasureId, seatOf('cr-ines'));
    expect(await subject()).toBe(`${personId}/7`);
    await approved((await asked(act, registrarSeat('CR'), ['who'])).erasureId, seatOf('cr-ines'));
    expect(await subject()).toBe(`erased/${alertId}`);
  });

  it.each<[string, () => Seat, string]>([
    ['the same person', () => seatOf('cr-ines'), 'approval.required'],
    ['another State', () => registrarSeat('PA'), 'erasure.not-found'],
    ['somebody of another role', () => seatOf('cr-rosa'), 'access.denied'],
  ])('is not approved by %s', async (...[, by, code]) => {
    const act = await anAct();
    const { erasureId } = await asked(act);
    expect((await approved(erasureId, by())).body.code).toBe(code);
    expect(await sectionsOf(act)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is told to every State that the erased events concerned, and explains their bundles', async () => {
    const stage = new RecordStage(api);
    const eventId = await stage.record({
      by: 'cr-rosa',
      type: 'case.consulted',
      fields: {},
      with: ['GT', 'PA'],
    });
    await stage.integrate();
    const [row] = await api.database.asAdmin(
      `SELECT l.index::int AS index, g.origin FROM audit.log_entries l JOIN audit.logs g USING (log_id)
        WHERE l.entry_id = $1`,
      [eventId],
    );
    const { index, origin } = { index: Number(row?.['index']), origin: String(row?.['origin']) };
    const other = await anAct();
    const told: unknown[] = [];
    for (const place of [other, { ...other, index, origin }]) {
      const { erasureId } = await asked(place, seatOf('cr-ines'), ['what', 'where']);
      expect((await approved(erasureId)).body).toMatchObject({ step: 'erased', events: 1 });
      const rows = await api.database.asAdmin(
        'SELECT states FROM audit.events WHERE object_id = $1 ORDER BY cardinality(states)',
        [erasureId],
      );
      told.push(rows.map(({ states }) => states));
    }
    await stage.integrate();
    // To ask for it concerns the own State alone.
    expect(told).toEqual([
      [['CR'], ['CR']],
      [['CR'], ['CR', 'GT', 'PA']],
    ]);
    // The auditor of another State misses `what`, and is given the one event that says why.
    const aura = await stage.auditor('gt-aura');
    const body = { object: CASE, type: 'case.consulted', format: 'bundle' };
    const about = { action: 'audit.export', objectId: 'events' } as const;
    const { exportId } = (await aura.postElevated('/audit/exports', body, about)).body;
    const { text } = await aura.get(`/audit/exports/${exportId}/content`);
    const events = text.trimEnd().split('\n').map(parseEventLine);
    expect(events.map((event) => event.absent.what)).toEqual(['erased', undefined]);
    const said = JSON.parse(Buffer.from(events[1]?.sections.what?.bytes ?? '').toString());
    expect(said.ranges).toEqual([`${origin} ${index}-${index}`]);
  });

  it('is done once, and never of what another State has to answer for', async () => {
    const act = await anAct();
    const { erasureId } = await asked(act, seatOf('pa-nelva'));
    const done = await approved(erasureId, registrarSeat('PA'));
    expect(done.body).toEqual({ erasureId, step: 'erased', events: 0 });
    expect(await sectionsOf(act)).toEqual([1, 2, 3, 4, 5]);
    expect((await approved(erasureId, registrarSeat('PA'))).body.code).toBe('erasure.not-found');
  });

  it.each([
    ['its State', null],
    ['its case', CASE],
  ])('waits while a hold is on anything of it: on %s', async (_, caseId) => {
    const act = caseId === null ? await anAct() : await inCase(caseId);
    const holdId = await held(caseId);
    const { erasureId } = await asked(act);
    const refused = await approved(erasureId);
    expect([refused.status, refused.body.code]).toEqual([409, 'erasure.held']);
    expect(await sectionsOf(act)).toEqual([1, 2, 3, 4, 5]);
    await lift(holdId);
    expect((await approved(erasureId)).body.step).toBe('erased');
  });

  it('reaches no further than the published log, and nowhere backwards', async () => {
    const act = await anAct();
    const erasureId = newId(systemClock, systemRandom);
    const body = { erasureId, rule: 'r', origin: act.origin, sections: ['where'] };
    for (const range of [
      { first: act.index, last: 1_000_000 },
      { first: act.index, last: act.index - 1 },
    ]) {
      const answer = await elevated(seatOf('cr-ines'), erasureId, {
        path: '/audit/erasures',
        body: {
          ...body,
          ranges: [range],
        },
      });
      expect(answer.body.code).toBe('erasure.malformed');
    }
  });
});

describe('the tables', () => {
  it('let nobody change an event but its name to nothing', async () => {
    const act = await anAct();
    for (const change of [`type = 'x'`, `actor_id = gen_random_uuid()`, `states = '{PA}'`]) {
      await expect(
        api.database.asAdmin(`UPDATE audit.events SET ${change} WHERE event_id = $1`, [
          act.eventId,
        ]),
      ).rejects.toMatchObject({ code: '23514' });
    }
  });
});

describe('retention', () => {
  it('erases where somebody was after a year, by the same event, and the rest when the State says so', async () => {
    const rounds = api.server.app.get(RetentionRounds, { strict: false });
    const act = await anAct();
    const [kept, gone] = [CASE, parseId<CaseId>(newRandomId(systemRandom))];
    const [heldAct, caseAct] = [await inCase(kept), await inCase(gone)];
    const holdId = await held(kept);
    await rounds.round();
    expect(await sectionsOf(act)).toEqual([1, 2, 3, 4, 5]);
    api.clock.ms += 366 * DAY_MS;
    expect(await rounds.round()).toBeGreaterThan(0);
    expect(await sectionsOf(act)).toEqual([1, 2, 4, 5]);
    // In a case as well, but for one that has to be kept.
    expect(await sectionsOf(caseAct)).toEqual([1, 2, 4, 5]);
    expect(await sectionsOf(heldAct)).toEqual([1, 2, 3, 4, 5]);
    const events = await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'section.erased' AND e.actor_id IS NULL`,
    );
    const said = events.map(({ what }) => JSON.parse(String(what)));
    expect(said.every(({ rule }) => rule === 'retention/where')).toBe(true);
    const indexes = said
      .flatMap(({ ranges }) => ranges)
      .map((range: string) => range.split(' ')[1]);
    const covers = indexes.some((range) => {
      const [first = 0, last = 0] = String(range).split('-').map(Number);
      return first <= act.index && act.index <= last;
    });
    expect(covers).toBe(true);
    expect(await rounds.round()).toBe(0);
    await lift(holdId);
    expect(await rounds.round()).toBeGreaterThan(0);
    expect(await sectionsOf(heldAct)).toEqual([1, 2, 4, 5]);
    api.clock.ms += 4 * 366 * DAY_MS;
    await rounds.round();
    expect(await sectionsOf(act)).toEqual([]);
    // What a case is remembered by has a clock of its own.
    expect(await sectionsOf(caseAct)).toEqual([1, 2, 4, 5]);
  });
});

describe('what is known of acts in a case', () => {
  const WHOLE = [1, 2, 3, 4, 5];
  const WITHOUT_WHERE = [1, 2, 4, 5];

  it('goes when the case is closed and its threads are gone for as long as they must be, and not before', async () => {
    const stage = new RecordStage(api);
    const rounds = api.server.app.get(RetentionRounds, { strict: false });
    const newCase = () => parseId<CaseId>(newRandomId(systemRandom));
    const [closed, reopened, threaded, open] = [newCase(), newCase(), newCase(), newCase()];
    const threadId = newId<ThreadId>(systemClock, systemRandom);
    const record = async (
      caseId: CaseId,
      deed: Pick<Deed, 'type' | 'fields'> & { threadId?: ThreadId },
    ) => stage.record({ by: 'cr-rosa', objectId: deed.threadId ?? caseId, caseId, ...deed });
    const acts = new Map<CaseId, EventId>();
    for (const caseId of [closed, reopened, threaded, open]) {
      acts.set(caseId, await record(caseId, { type: 'case.consulted', fields: {} }));
    }
    const created = { suite: 'x', legalBasis: 'UNTOC-18', caseType: 'migrant-smuggling' };
    await record(threaded, { type: 'thread.created', fields: created, threadId });
    for (const caseId of [closed, reopened, threaded]) {
      await record(caseId, { type: 'case.closed', fields: {} });
    }
    await record(reopened, { type: 'case.reopened', fields: {} });
    await stage.integrate();
    const kept = async (caseId: CaseId) => sectionsOf({ eventId: acts.get(caseId) ?? '' });
    await rounds.round();
    expect(await kept(closed)).toEqual(WHOLE);
    const holdId = await held(closed);
    api.clock.ms += 4 * 366 * DAY_MS;
    await rounds.round();
    expect(await kept(closed)).toEqual(WHOLE);
    await lift(holdId);
    await rounds.round();
    expect(await kept(closed)).toEqual([]);
    for (const caseId of [reopened, threaded, open]) {
      expect(await kept(caseId)).toEqual(WITHOUT_WHERE);
    }
    await record(threaded, {
      type: 'thread.erased',
      fields: { entries: 1, attachments: 0 },
      threadId,
    });
    await stage.integrate();
    await rounds.round();
    expect(await kept(threaded)).toEqual(WITHOUT_WHERE);
    api.clock.ms += 366 * DAY_MS;
    await rounds.round();
    expect(await kept(threaded)).toEqual([]);
    expect(await kept(open)).toEqual(WITHOUT_WHERE);
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual(['POST /audit/erasures/:name/approval']);
  });
});
