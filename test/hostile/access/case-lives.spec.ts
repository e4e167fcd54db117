import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  newId,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type CaseId,
  type ThreadId,
} from '@enlace/kernel';
import { forTestsOnlySeed, personaOf, testId } from '@enlace/testing';
import { signApproval } from '@enlace/trust';

import { RetentionRounds } from '../../../apps/api/src/audit/erasure/retention-rounds.js';
import { TermRounds } from '../../../apps/api/src/threads/keeping/term-rounds.js';
import { RecordStage } from '../../support/audit/record-stage.js';
import { cliDeviceOf } from '../../support/people/region-directory.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { elevation } from '../../support/sessions/step-ups.js';
import { recordedWhats } from '../../support/audit/recorded-whats.js';
import type { BareSql } from '../../support/threads/bare-sql.js';
import {
  approve,
  AUDITORS,
  makeLife,
  makeRedaction,
  startLivesServer,
} from '../../support/threads/lives.js';
import { ThreadHand } from '../../support/threads/thread-hand.js';
import { ThreadStory } from '../../support/threads/thread-story.js';

type HoldAction = 'hold' | 'release';
const PATIENCE_MS = 180_000;

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
let rosa: ThreadHand;
let omar: ThreadHand;
beforeAll(async () => {
  ({ api, sql } = await startLivesServer());
});
afterAll(async () => {
  await sql.close();
  await api.close();
});
/** A case of which Rosa is a steward, and Omar a member by his thread with her. */
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
  omar = await story.joinedBy('pa-omar');
  await rosa.read();
}, PATIENCE_MS);

const codeOf = ({ status, body }: { readonly status: number; readonly body: unknown }) => {
  if (status === 200) return 'done';
  const { code, facts } = Object(body);
  const why = facts?.rule ?? facts?.ruleId;
  return why === undefined ? String(code) : `${String(code)} ${String(why)}`;
};
const makeSteward = async (hand: ThreadHand) =>
  api.database.asAdmin(
    `INSERT INTO app.case_members VALUES ($1, $2, 'steward')
     ON CONFLICT (case_id, person_id) DO UPDATE SET role = 'steward'`,
    [story.caseId, hand.personId],
  );
/** A node that is behind may say so; nothing has happened then. */
const patiently = async (attempt: () => Promise<string>): Promise<string> => {
  for (;;) {
    const code = await attempt();
    if (!code.startsWith('service.unavailable')) return code;
    await pause(500);
  }
};
const turn = async (hand: ThreadHand, way: 'closing' | 'reopening') =>
  patiently(async () =>
    codeOf(await hand.device.send({ method: 'POST', path: `/cases/${story.caseId}/${way}` })),
  );

/** The approval of a person for this case; `said` is what it says otherwise. */
const approval = (slug: string, action: HoldAction, said: object = {}) => {
  const act = { caseId: parseId<CaseId>(story.caseId), action, basis: 'order', until: null };
  const nonce = toBase64Url(systemRandom.bytes(16));
  return signApproval({ ...act, ...said }, nonce, forTestsOnlySeed(cliDeviceOf(personaOf(slug))));
};
const holdOf = (action: HoldAction, approvals: readonly string[]) => ({
  method: action === 'hold' ? ('POST' as const) : ('DELETE' as const),
  path: `/cases/${story.caseId}/hold`,
  body: { basis: 'order', approvals },
});
const setHold = async (hand: ThreadHand, action: HoldAction, approvals: readonly string[] = []) => {
  const call = holdOf(action, approvals);
  const about = {
    action: action === 'hold' ? 'case.place-hold' : 'case.lift-hold',
    objectId: story.caseId,
  } as const;
  return patiently(async () => {
    const sessionId = hand.device.opened?.sessionId;
    const headers = await elevation(api, about, { sessionId, text: JSON.stringify(call.body) });
    return codeOf(await hand.device.send({ ...call, headers }));
  });
};
const eventsOf = async (type: string) => recordedWhats(api.database, type, story.caseId);
const heldStates = async () => {
  const text = 'SELECT state FROM audit.holds WHERE case_id = $1 AND lifted_at IS NULL ORDER BY 1';
  return (await api.database.asAdmin(text, [story.caseId])).map(({ state }) => state);
};
/** A thread of Omar's own in the case. */
const openAnother = async () => {
  const { shared, caseId } = story;
  const threadId = newId<ThreadId>(systemClock, systemRandom);
  const state = { ...shared.state, threadId, epoch: 0, invitations: [] };
  const hand = await ThreadHand.of(api, 'pa-omar', { ...shared, threadId, state });
  return codeOf(await hand.open(caseId, { originator: 'PA' }));
};

describe('a closed case', () => {
  it(
    'has no further threads and States until it is open again, and those that it has go on',
    async () => {
      expect(await turn(rosa, 'reopening')).toBe('access.denied S-002');
      expect(await turn(rosa, 'closing')).toBe('done');
      expect(await turn(rosa, 'closing')).toBe('access.denied S-001');
      const shown = await rosa.device.send({ path: `/cases/${story.caseId}` });
      expect(shown.body).toMatchObject({ status: 'closed', isHeld: false });
      expect(await openAnother()).toBe('access.denied S-001');
      const add = { path: `/cases/${story.caseId}/states`, body: { newState: 'GT' } };
      expect(codeOf(await rosa.device.send({ method: 'POST', ...add }))).toBe(
        'access.denied S-001',
      );
      expect((await rosa.send([rosa.sealed('sigue')])).status).toBe(200);
      expect(await turn(rosa, 'reopening')).toBe('done');
      expect(await openAnother()).toBe('done');
      expect(await eventsOf('case.closed')).toHaveLength(1);
      expect(await eventsOf('case.reopened')).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'is closed by its stewards alone, and by nobody who does not know of it',
    async () => {
      const stranger = await story.hand('cr-esteban');
      for (const way of ['closing', 'reopening'] as const) {
        expect(await turn(stranger, way)).toMatch(/^case\.not-found/u);
      }
      expect(await turn(omar, 'closing')).toMatch(/^access\.denied/u);
      await turn(rosa, 'closing');
      expect(await turn(omar, 'reopening')).toMatch(/^access\.denied/u);
    },
    PATIENCE_MS,
  );
});

describe('a hold of a case', () => {
  it(
    'of two stewards of two States keeps everything of it, until both lift it',
    async () => {
      await makeSteward(omar);
      await rosa.send([rosa.sealed('se queda')]);
      const { body } = await rosa.page();
      const redaction = makeRedaction(rosa, [body.head.seq]);
      const plain = holdOf('hold', [approval('pa-omar', 'hold')]);
      expect(codeOf(await rosa.device.send(plain))).toMatch(/^step-up/u);
      expect(await setHold(rosa, 'hold', [approval('pa-omar', 'hold')])).toBe('done');
      expect(await setHold(rosa, 'hold', [approval('pa-omar', 'hold')])).toBe('case.held');
      expect(codeOf(await rosa.send([redaction]))).toMatch(/^thread\.held/u);
      expect(await heldStates()).toEqual(['CR', 'PA']);
      // The record of a State that comes later is kept as well.
      const add = { method: 'POST', path: `/cases/${story.caseId}/states` } as const;
      const asked = { newState: 'GT' };
      const about = { action: 'case.add-state', objectId: story.caseId } as const;
      const sessionId = rosa.device.opened?.sessionId;
      const headers = await elevation(api, about, { sessionId, text: JSON.stringify(asked) });
      expect((await rosa.device.send({ ...add, body: asked, headers })).status).toBe(201);
      expect(await heldStates()).toEqual(['CR', 'GT', 'PA']);
      expect(await setHold(omar, 'release', [approval('cr-rosa', 'release')])).toBe('done');
      expect(await heldStates()).toEqual([]);
      expect(await setHold(rosa, 'release', [approval('pa-omar', 'release')])).toBe(
        'case.not-held',
      );
      expect(codeOf(await rosa.send([makeRedaction(rosa, [body.head.seq])]))).toBe('done');
      expect(await eventsOf('case.hold-placed')).toMatchObject([{ approvals: [omar.personId] }]);
      expect(await eventsOf('case.hold-lifted')).toMatchObject([{ approvals: [rosa.personId] }]);
    },
    PATIENCE_MS,
  );

  it(
    'takes a national auditor of the State that began it, who approves or acts',
    async () => {
      expect(await setHold(rosa, 'hold', [approval('pa-nelva', 'hold')])).toMatch(/^approval/u);
      expect(await setHold(rosa, 'hold', [approval('cr-ines', 'hold')])).toBe('done');
      const ines = await story.hand('cr-ines');
      expect(await setHold(ines, 'release')).toMatch(/^approval/u);
      expect(await setHold(ines, 'release', [approval('pa-omar', 'release')])).toMatch(
        /^approval/u,
      );
      expect(await setHold(ines, 'release', [approval('cr-rosa', 'release')])).toBe('done');
      // Of another State, and of whoever is in nothing: as if there were no such case.
      const others = [await story.hand('pa-nelva'), await story.hand('cr-esteban')];
      for (const hand of others) {
        expect(await setHold(hand, 'hold', [approval('cr-rosa', 'hold')])).toMatch(
          /^case\.not-found/u,
        );
      }
    },
    PATIENCE_MS,
  );

  it(
    'counts an approval of exactly this act, by somebody else, once',
    async () => {
      await makeSteward(omar);
      const attempt = async (...approvals: readonly string[]) => setHold(rosa, 'hold', approvals);
      expect(await attempt()).toMatch(/^approval\.required/u);
      expect(await attempt(approval('cr-rosa', 'hold'))).toMatch(/^approval\.required/u);
      expect(await attempt(approval('cr-esteban', 'hold'))).toMatch(/^approval\.required/u);
      const other = newId(systemClock, systemRandom);
      const wrong = [
        approval('pa-omar', 'release'),
        approval('pa-omar', 'hold', { basis: 'another' }),
        approval('pa-omar', 'hold', { caseId: other }),
        approval('pa-omar', 'hold', { threadId: story.shared.threadId }),
        approval('pa-omar', 'hold', { until: '2030-01-01T00:00:00.000Z' }),
        'nothing of the kind',
      ];
      for (const wire of wrong) expect(await attempt(wire)).toBe('statement.refused approval');
      const once = approval('pa-omar', 'hold');
      expect(await attempt(once, `${once} `)).toMatch(/^statement\.refused/u);
      expect(await attempt(once)).toBe('done');
      expect(await setHold(rosa, 'release', [approval('pa-omar', 'release')])).toBe('done');
      expect(await attempt(once)).toBe('statement.refused approval-used');
    },
    PATIENCE_MS,
  );
});

describe('what is refused of the life of a case', () => {
  it(
    'leaves an event each: to whoever does not know of it, and to whoever may not',
    async () => {
      const esteban = await story.hand('cr-esteban');
      const denied = async (): Promise<readonly string[]> => {
        const rows = await api.database.asAdmin(
          `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
            WHERE e.type = 'access.denied' AND s.section = 1 ORDER BY event_id`,
        );
        return rows.map(({ what }) => String(JSON.parse(String(what)).target));
      };
      const before = (await denied()).length;
      await setHold(esteban, 'hold', [approval('cr-rosa', 'hold')]);
      await setHold(esteban, 'release');
      await turn(esteban, 'closing');
      await turn(esteban, 'reopening');
      // Five refusals of somebody in a minute are told one by one.
      api.clock.ms += 60_000;
      await setHold(omar, 'hold', [approval('cr-rosa', 'hold')]);
      await setHold(rosa, 'hold');
      await setHold(rosa, 'release', [approval('cr-ines', 'release')]);
      await setHold(rosa, 'hold', ['nothing of the kind']);
      const hold = (method: string) => `${method} /cases/:id/hold`;
      const expected = [
        hold('POST'),
        hold('DELETE'),
        'POST /cases/:id/closing',
        'POST /cases/:id/reopening',
        hold('POST'),
        hold('POST'),
        hold('DELETE'),
        hold('POST'),
      ];
      // Events of one millisecond have no order.
      expect((await denied()).slice(before).toSorted()).toEqual(expected.toSorted());
    },
    PATIENCE_MS,
  );
});

describe('the database alone', () => {
  const hold = async (hand: ThreadHand, persons: readonly string[]) => {
    const said = persons.map((personId) => ({ personId, nonce: '00'.repeat(16) }));
    const values = [story.caseId, JSON.stringify(said), new Date(api.clock.ms)];
    return sql.as(hand, 'SELECT guard.hold_case($1, true, $2, $3) AS done', values);
  };
  const done = [{ done: true }];

  it(
    'takes a hold of two persons who may, and of nobody else',
    async () => {
      const [ines, nelva] = AUDITORS.map((slug) => testId(slug, 4)) as [string, string];
      expect(await hold(rosa, [])).toBe('42501');
      expect(await hold(rosa, [rosa.personId])).toBe('42501');
      expect(await hold(rosa, [omar.personId])).toBe('42501');
      expect(await hold(rosa, [nelva])).toBe('42501');
      expect(await hold(rosa, [ines])).toEqual(done);
      expect(await hold(omar, [rosa.personId])).toBe('42501');
      const auditor = await story.hand('cr-ines');
      expect(await hold(auditor, [rosa.personId])).toEqual(done);
      expect(await hold(auditor, [omar.personId])).toBe('42501');
      // Whoever recovers audits nothing, and finds no case.
      const signedInBy = async (acr: string, recoveringKey: string | null) =>
        api.database.asAdmin(
          'UPDATE app.sessions SET acr = $2, recovering_key = $3 WHERE session_id = $1',
          [auditor.device.opened?.sessionId, acr, recoveringKey],
        );
      await signedInBy('recovery', 'k'.repeat(43));
      expect(await hold(auditor, [rosa.personId])).toBe('42501');
      const find = 'SELECT role FROM guard.case_to_hold($1, $2)';
      expect(await sql.as(auditor, find, [story.caseId, []])).toEqual([]);
      await signedInBy('software-key', null);
      const esteban = await story.hand('cr-esteban');
      expect(await hold(esteban, [rosa.personId])).toBe('42501');
      await makeSteward(esteban);
      // Of the same State, where the case has another one.
      expect(await hold(rosa, [esteban.personId])).toBe('42501');
      await makeSteward(omar);
      expect(await hold(rosa, [omar.personId])).toEqual(done);
    },
    PATIENCE_MS,
  );

  it(
    'turns a case for its stewards alone, begins nothing in a closed one, and shows it to nobody else',
    async () => {
      const status = async (hand: ThreadHand, to: string) =>
        sql.as(hand, 'SELECT guard.set_case_status($1, $2) AS done', [story.caseId, to]);
      const esteban = await story.hand('cr-esteban');
      expect(await status(omar, 'closed')).toEqual([{ done: false }]);
      expect(await status(esteban, 'closed')).toEqual([{ done: false }]);
      expect(await status(rosa, 'open')).toEqual([{ done: false }]);
      expect(await status(rosa, 'closed')).toEqual([{ done: true }]);
      expect(await status(rosa, 'gone')).toBe('23514');
      const find = 'SELECT role, stewards FROM guard.case_to_hold($1, $2)';
      const found = async (hand: ThreadHand) => sql.as(hand, find, [story.caseId, []]);
      expect(await found(esteban)).toEqual([]);
      expect(await found(await story.hand('pa-nelva'))).toEqual([]);
      expect(await found(rosa)).toEqual([{ role: 'steward', stewards: [rosa.personId] }]);
      expect(await found(omar)).toMatchObject([{ role: 'member' }]);
      expect(await found(await story.hand('cr-ines'))).toMatchObject([{ role: null }]);
      expect(await sql.as(rosa, 'SELECT FROM app.case_approvals', [])).toBe('42501');
      const audits = 'SELECT guard.audits_case($1, $2)';
      expect(await sql.as(rosa, audits, [story.caseId, rosa.personId])).toBe('42501');
      const add = `SELECT guard.add_case_state($1, 'GT') AS done`;
      const open = `SELECT guard.open_thread($2, $1, '{CR}', 'x', ''::bytea, 1, '{}', '[]', ''::bytea, ''::bytea, $2,
      ''::bytea, ''::bytea, ''::bytea)`;
      const values = [story.caseId, newId(systemClock, systemRandom)];
      expect(await sql.as(rosa, add, [story.caseId])).toEqual([{ done: true }]);
      expect(await sql.as(rosa, open, values)).not.toBe('42501');
      await turn(rosa, 'closing');
      expect(await sql.as(rosa, add, [story.caseId])).toEqual([{ done: false }]);
      expect(await sql.as(rosa, open, values)).toBe('42501');
    },
    PATIENCE_MS,
  );
});

/** Time passes for good here, and nobody is signed in any more: what follows would have to begin anew. */
describe('a held case, when years have passed', () => {
  const entriesLeft = async ({ threadId }: Pick<ThreadHand, 'threadId'>) => {
    const [row] = await api.database.asAdmin(
      'SELECT count(*)::int AS left FROM app.entries WHERE thread_id = $1 AND erased_by IS NULL',
      [threadId],
    );
    return row?.['left'];
  };
  /** Which sections are left of events of a case from before then, all of them together. */
  const sectionsOf = async (caseId: string, thenMs: number) => {
    const rows = await api.database.asAdmin(
      `SELECT DISTINCT s.section FROM audit.events e JOIN audit.sections s USING (event_id)
        WHERE e.case_id = $1 AND e.occurred_at <= $2 ORDER BY 1`,
      [caseId, new Date(thenMs)],
    );
    return rows.map(({ section }) => section);
  };

  it(
    'has lost nothing, neither in its threads nor in the record, where another one has',
    async () => {
      const other = await ThreadStory.begin(api, {}, 'cr-esteban');
      await other.rosa.send([other.rosa.sealed('se va')]);
      await rosa.send([rosa.sealed('se queda')]);
      const before = await entriesLeft(rosa);
      expect(await setHold(rosa, 'hold', [approval('cr-ines', 'hold')])).toBe('done');
      const shred = { action: 'shred' } as const;
      const entry = makeLife(rosa, shred, [approve(omar, shred)]);
      expect(codeOf(await rosa.sendElevated([entry], 'thread.shred'))).toMatch(/^thread\.held/u);
      const redaction = makeRedaction(rosa, [Number((await rosa.page()).body.head.seq)]);
      expect(codeOf(await rosa.send([redaction]))).toMatch(/^thread\.held/u);
      await new RecordStage(api).integrate();

      const then = api.clock.ms;
      api.clock.ms += 4 * 366 * 86_400_000;
      const { app } = api.server;
      const terms = app.get(TermRounds, { strict: false });
      while ((await terms.round()) > 0);
      await app.get(RetentionRounds, { strict: false }).round();
      expect(await entriesLeft(rosa)).toBe(before);
      expect(await sectionsOf(story.caseId, then)).toEqual([1, 2, 3, 4, 5]);
      expect(await entriesLeft(other.rosa)).toBe(1);
      expect(await sectionsOf(other.caseId, then)).toEqual([1, 2, 4, 5]);
    },
    PATIENCE_MS,
  );
});
