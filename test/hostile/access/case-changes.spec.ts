import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cryptoReady } from '@enlace/e2ee';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import { officeId, testId } from '@enlace/testing';
import type { Response } from 'supertest';

import { recordedWhats } from '../../support/audit/recorded-whats.js';
import { registrarSeat, SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { patiently, type Sending } from '../../support/sessions/test-device.js';
import { BareSql } from '../../support/threads/bare-sql.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

const PATIENCE_MS = 180_000;
type Method = NonNullable<Sending['method']>;

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
let rosa: ThreadHand;
let esteban: ThreadHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  sql = await BareSql.open(api);
});
afterAll(async () => {
  await sql.close();
  await api.close();
});
/** A case of Costa Rica with Panama, that Rosa has begun with a thread; Esteban is in nothing of it. */
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
  esteban = await story.hand('cr-esteban');
}, PATIENCE_MS);

type Caller = Pick<ThreadHand, 'device'>;
const personOf = (slug: string) => testId(slug, 4);
const seated = async (slug: string): Promise<Caller> => ({
  device: await SeatedDevice.at(api, seatOf(slug)),
});
const codeOf = ({ status, body }: Response) => {
  if (status === 200) return 'done';
  const { code, facts } = Object(body);
  const why = facts?.rule ?? facts?.ruleId;
  return why === undefined ? String(code) : `${String(code)} ${String(why)}`;
};
const ask = async (
  by: Caller,
  ...[method, path, body]: readonly [method: Method, path: string, body?: object]
) =>
  patiently(async () =>
    by.device.send({ method, path: `/cases/${story.caseId}${path}`, ...(body && { body }) }),
  );
const asked = async (...asking: Parameters<typeof ask>) => codeOf(await ask(...asking));
const shownTo = async (by: Caller) => ask(by, 'GET', '');
const addMember = async (by: Caller, slug: string, newRole = 'member') =>
  asked(by, 'POST', '/members', { memberId: personOf(slug), newRole });
const removeMember = async (by: Caller, slug: string) =>
  asked(by, 'DELETE', `/members/${personOf(slug)}`);
const report = async (by: Caller) => asked(by, 'POST', '/report-up');
const elevated = async (by: SeatedDevice, sending: Sending, action: 'add' | 'remove') => {
  const about = { action: `case.${action}-state`, objectId: story.caseId } as const;
  const path = `/cases/${story.caseId}${sending.path}`;
  const answer = await patiently(async () => by.sendElevated({ ...sending, path }, about));
  return answer.status === 201 ? 'done' : codeOf(answer);
};
const addState = async (by: SeatedDevice, newState: string) =>
  elevated(by, { method: 'POST', path: '/states', body: { newState } }, 'add');
const removeState = async (by: SeatedDevice, state: string) =>
  elevated(by, { method: 'DELETE', path: `/states/${state}` }, 'remove');
const eventsOf = async (type: string, caseId = story.caseId) =>
  recordedWhats(api.database, type, caseId);

describe('the codes of a case', () => {
  const change = async (by: Caller, body: object) => asked(by, 'PATCH', '', body);

  it(
    'are changed by its members while it is open, with what changed on record',
    async () => {
      await addMember(rosa, 'cr-esteban');
      expect(await change(esteban, { caseType: 'trafficking' })).toBe('done');
      expect((await shownTo(rosa)).body).toMatchObject({
        caseType: 'trafficking',
        legalBasis: 'UNTOC-18',
      });
      const same = { caseType: 'trafficking', legalBasis: 'UNTOC-18' };
      for (const body of [same, {}]) expect(await change(esteban, body)).toBe('case.conflict');
      for (const body of [{ caseType: null }, { legalBasis: 'a name' }]) {
        expect((await ask(esteban, 'PATCH', '', body)).status).toBe(400);
      }
      await asked(rosa, 'POST', '/closing');
      expect(await change(esteban, { legalBasis: 'UNTOC-5' })).toBe('access.denied S-001');
      expect(await eventsOf('case.updated')).toMatchObject([
        { classification: 'trafficking', changedFields: ['caseType'] },
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'are nothing for whoever is not in it, or is there with a role that writes none',
    async () => {
      expect(await change(esteban, { caseType: 'x' })).toBe('case.not-found');
      await addMember(rosa, 'pa-yara');
      expect(await change(await seated('pa-yara'), { caseType: 'x' })).toBe('access.denied R-000');
    },
    PATIENCE_MS,
  );
});

describe('the members of a case', () => {
  it(
    'come and go by its stewards, of whom one is always left',
    async () => {
      expect(await addMember(rosa, 'cr-esteban')).toBe('done');
      expect(await addMember(rosa, 'cr-esteban')).toBe('case.conflict');
      expect((await shownTo(esteban)).body).toMatchObject({ role: 'member' });
      expect(await addMember(esteban, 'cr-lucia')).toBe('access.denied M-001');
      expect(await removeMember(esteban, 'cr-rosa')).toBe('access.denied M-001');
      for (const attempt of [addMember(rosa, 'cr-rosa', 'member'), removeMember(rosa, 'cr-rosa')]) {
        expect(await attempt).toMatch(/^case\.conflict/u);
      }
      expect(await addMember(rosa, 'cr-esteban', 'steward')).toBe('done');
      expect(await addMember(esteban, 'cr-rosa', 'member')).toBe('done');
      expect((await shownTo(rosa)).body).toMatchObject({ role: 'member' });
      expect(await removeMember(esteban, 'cr-esteban')).toBe('case.conflict last-steward');
      expect(await addMember(esteban, 'cr-rosa', 'steward')).toBe('done');
      expect(await removeMember(rosa, 'cr-esteban')).toBe('done');
      expect((await shownTo(esteban)).body.code).toBe('case.not-found');
      expect(await addMember(esteban, 'cr-lucia')).toBe('case.not-found');
      const added = await eventsOf('case.member-added');
      // Events of one millisecond have no order.
      const roles = added.map(({ role }) => String(role));
      expect(roles.toSorted()).toEqual(['member', 'member', 'steward', 'steward']);
      const [gone, ...others] = await eventsOf('case.member-removed');
      expect([gone, ...others]).toMatchObject([{ memberState: 'CR', cause: 'removed' }]);
      expect(added.map(({ memberAlias }) => memberAlias)).toContain(gone?.['memberAlias']);
    },
    PATIENCE_MS,
  );

  it(
    'are people of its States who can be in one, and nobody else',
    async () => {
      for (const slug of ['gt-delia', 'cr-ines', 'cr-daniel', 'xr-alma', 'nobody']) {
        expect([slug, await addMember(rosa, slug)]).toEqual([slug, 'person.not-found']);
      }
      expect(await addMember(rosa, 'pa-yara', 'steward')).toBe('person.not-found');
      expect(await addMember(rosa, 'pa-yara')).toBe('done');
      expect(await removeMember(rosa, 'gt-delia')).toBe('person.not-found');
      const owner = { memberId: personOf('pa-yara'), newRole: 'owner' };
      expect((await ask(rosa, 'POST', '/members', owner)).status).toBe(400);
      await asked(rosa, 'POST', '/closing');
      expect(await addMember(rosa, 'cr-lucia')).toBe('access.denied S-001');
      expect(await removeMember(rosa, 'pa-yara')).toBe('done');
    },
    PATIENCE_MS,
  );

  it(
    'stay in a case with a thread of it, whoever takes their name out',
    async () => {
      const omar = await story.joinedBy('pa-omar');
      expect(await removeMember(rosa, 'pa-omar')).toBe('person.not-found');
      expect(await addMember(rosa, 'pa-omar', 'steward')).toBe('done');
      expect((await shownTo(omar)).body).toMatchObject({ role: 'steward' });
      expect(await removeMember(rosa, 'pa-omar')).toBe('done');
      expect((await shownTo(omar)).body).toMatchObject({ role: 'member' });
    },
    PATIENCE_MS,
  );
});

describe('a State that leaves a case', () => {
  it(
    'takes its people with it, and is in no thread of it',
    async () => {
      const device = await SeatedDevice.at(api, seatOf('cr-rosa'));
      const delia = await seated('gt-delia');
      expect(await addState(device, 'GT')).toBe('done');
      expect(await addMember({ device }, 'gt-delia', 'steward')).toBe('done');
      expect((await shownTo(delia)).status).toBe(200);
      expect(await asked({ device }, 'DELETE', '/states/GT')).toMatch(/^step-up\.required/u);
      expect(await removeState(device, 'PA')).toBe('case.conflict in-threads');
      expect(await removeState(device, 'CR')).toBe('case.conflict not-there');
      expect(await removeState(device, 'MX')).toBe('case.conflict not-there');
      expect(await removeState(device, 'GT')).toBe('done');
      expect((await shownTo({ device })).body).toMatchObject({ states: ['CR', 'PA'] });
      expect((await shownTo(delia)).body.code).toBe('case.not-found');
      // For the auditors of the State that leaves as well.
      const states = ['CR', 'GT', 'PA'];
      expect(await eventsOf('case.state-added')).toMatchObject([{ state: 'GT', states }]);
      expect(await eventsOf('case.state-removed')).toMatchObject([{ state: 'GT', states }]);
      expect(await eventsOf('case.member-removed')).toMatchObject([
        { memberState: 'GT', role: 'steward', cause: 'state-removed', states },
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'does not leave with the last steward, nor by whoever is none',
    async () => {
      const device = await SeatedDevice.at(api, seatOf('cr-rosa'));
      const delia = await SeatedDevice.at(api, seatOf('gt-delia'));
      await addState(device, 'GT');
      expect(await removeState(delia, 'GT')).toBe('case.not-found');
      await addMember({ device }, 'gt-delia');
      expect(await removeState(delia, 'GT')).toBe('access.denied M-001');
      await addMember({ device }, 'gt-delia', 'steward');
      expect(await removeMember({ device: delia }, 'cr-rosa')).toBe('done');
      expect(await removeState(delia, 'GT')).toBe('case.conflict last-steward');
      expect((await shownTo({ device: delia })).body).toMatchObject({ role: 'steward' });
    },
    PATIENCE_MS,
  );
});

describe('a case that a liaison reports', () => {
  it(
    'is known to the specialised office above, which is in none of its threads',
    async () => {
      story = await ThreadStory.begin(api, {}, 'cr-esteban');
      const reporting = story.rosa;
      const special = await story.hand('cr-rosa');
      expect((await shownTo(special)).body.code).toBe('case.not-found');
      expect(await report(special)).toBe('case.not-found');
      expect(await report(reporting)).toBe('done');
      expect(await report(reporting)).toBe('case.conflict');
      expect((await shownTo(special)).body).toMatchObject({ role: 'member', ownerState: 'CR' });
      expect((await special.page()).body.code).toBe('thread.not-found');
      // Who is only told is no liaison, and a liaison of another State reports nothing of this one.
      expect(await report(special)).toBe('access.denied R-000');
      const omar = await story.joinedBy('pa-omar');
      expect(await report(omar)).toBe('case.not-found');
      const other = officeId('CR', 'specialised');
      expect(await eventsOf('case.reported-up')).toMatchObject([{ officeId: other }]);
    },
    PATIENCE_MS,
  );

  it(
    'is one that the liaison knows of, below an office that is there',
    async () => {
      expect(await report(esteban)).toBe('case.not-found');
      await addMember(rosa, 'cr-esteban');
      const close = async (isClosed: boolean) =>
        api.database.asAdmin(
          `UPDATE app.offices SET is_closed = $1 WHERE state = 'CR' AND kind = 'specialised'`,
          [isClosed],
        );
      await close(true);
      expect(await report(esteban)).toBe('case.conflict no-office');
      await close(false);
      expect(await report(esteban)).toBe('done');
    },
    PATIENCE_MS,
  );
});

describe('statistics of cases', () => {
  const plant = async (state: string, caseType: string, count: number) => {
    for (let at = 0; at < count; at += 1) {
      await api.database.asAdmin(
        `INSERT INTO app.cases (case_id, owner_state, states, case_type, legal_basis, opened_by, opened_at)
         VALUES ($1, $2, ARRAY[$2], $3, 'l', $1, now())`,
        [newId(systemClock, systemRandom), state, caseType],
      );
    }
  };
  const counted = async (by: SeatedDevice): Promise<readonly string[]> => {
    const { body } = await patiently(async () => by.send({ path: '/cases/statistics' }));
    const counts: readonly Record<string, unknown>[] = body.counts;
    return counts
      .filter(({ caseType }) => String(caseType).startsWith('counted'))
      .map((one) => [one['ownerState'], one['caseType'], one['status'], one['cases']].join(' '));
  };

  it(
    'say what comes to five, of the own State, and of all of them to the secretariat',
    async () => {
      await plant('CR', 'counted', 6);
      await plant('CR', 'counted-few', 4);
      await plant('PA', 'counted', 5);
      const here = await SeatedDevice.at(api, seatOf('cr-rosa'));
      expect(await counted(here)).toEqual(['CR counted open 6']);
      expect(await counted(await SeatedDevice.at(api, seatOf('cr-ines')))).toEqual([
        'CR counted open 6',
      ]);
      expect(await counted(await SeatedDevice.at(api, seatOf('xr-alma')))).toEqual([
        'CR counted open 6',
        'PA counted open 5',
      ]);
      await plant('CR', 'counted-few', 1);
      expect(await counted(here)).toEqual(['CR counted open 6', 'CR counted-few open 5']);
      for (const seat of [registrarSeat('CR'), seatOf('cr-daniel'), seatOf('xr-tania')]) {
        const device = await SeatedDevice.at(api, seat);
        const { body } = await patiently(async () => device.send({ path: '/cases/statistics' }));
        expect(body.code).toBe('access.denied');
      }
      const viewed = await api.database.asAdmin(
        `SELECT actor_state AS state, count(*)::int AS times FROM audit.events
          WHERE type = 'audit.statistics-viewed' GROUP BY 1 ORDER BY 1`,
      );
      expect(viewed).toEqual([
        { state: 'CR', times: 3 },
        { state: 'XR', times: 1 },
      ]);
    },
    PATIENCE_MS,
  );
});

describe('the database alone', () => {
  const calls = () =>
    [
      ['SELECT guard.update_case($1, $2, $2) AS done', [story.caseId, 'x']],
      [
        `SELECT is_done AS done FROM guard.put_case_member($1, $2, 'member')`,
        [story.caseId, personOf('cr-lucia')],
      ],
      [
        'SELECT is_done AS done FROM guard.drop_case_member($1, $2)',
        [story.caseId, personOf('pa-yara')],
      ],
      [`SELECT refused IS NULL AS done FROM guard.drop_case_state($1, 'MX')`, [story.caseId]],
      ['SELECT is_done AS done FROM guard.report_case($1)', [story.caseId]],
    ] as const;
  const doneBy = async (hand: ThreadHand) => {
    const found = [];
    for (const [text, values] of calls()) {
      const rows = await sql.as(hand, text, values);
      found.push(Array.isArray(rows) ? rows[0]?.done === true : rows);
    }
    return found;
  };

  it(
    'changes nothing for whoever stands elsewhere, whatever a service forgot to ask',
    async () => {
      await addMember(rosa, 'pa-yara');
      await api.database.asAdmin(`UPDATE app.cases SET states = '{CR,MX,PA}' WHERE case_id = $1`, [
        story.caseId,
      ]);
      expect(await doneBy(rosa)).toEqual([true, true, true, true, false]);
      expect(await doneBy(esteban)).toEqual([false, false, false, false, false]);
      await addMember(rosa, 'cr-esteban');
      expect(await doneBy(esteban)).toEqual([true, false, false, false, true]);
      const omar = await story.joinedBy('pa-omar');
      expect(await doneBy(omar)).toEqual([true, false, false, false, false]);
      await asked(rosa, 'POST', '/closing');
      expect(await doneBy(rosa)).toEqual([false, false, true, true, false]);
      const steward = 'SELECT guard.is_case_steward($1), guard.has_other_steward($1, $2)';
      expect(await sql.as(rosa, steward, [story.caseId, []])).toBe('42501');
      expect(await sql.as(rosa, 'DELETE FROM app.case_members', [])).toBe('42501');
      expect(await sql.as(rosa, 'SELECT FROM guard.case_statistics()', [])).toEqual(
        expect.any(Array),
      );
    },
    PATIENCE_MS,
  );
});
