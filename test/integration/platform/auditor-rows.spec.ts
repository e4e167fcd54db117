import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newRandomId, parseId, systemRandom, type CaseId, type EventId } from '@enlace/kernel';
import {
  freshDatabase,
  nodeTlogCrypto,
  plantSession,
  testId,
  type FreshDatabase,
} from '@enlace/testing';
import { SECTION_NAMES, verifyEvent } from '@enlace/tlog';
import pg from 'pg';

import { EventReading } from '../../../apps/api/src/audit/reading/event-reading.repository.js';
import type { SessionHash } from '../../../apps/api/src/platform/database/database.js';
import { openLogNode } from '../../support/log/log-node.js';
import { aCaller, anAct } from '../../support/people/recorded-acts.js';

const CASE = parseId<CaseId>(testId('case', 4));
const ALL = 'what who where why attest';

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openLogNode>>;
let reading: EventReading;
/** The actor of the events of Panama. */
let omar: Awaited<ReturnType<typeof aCaller>>;
/** By what they are about. */
let events: Readonly<Record<'own' | 'shared' | 'ofCase' | 'stranger' | 'server', EventId>>;

beforeAll(async () => {
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
  reading = new EventReading(node.auditor);
  omar = await aCaller(fresh, 'PA');
  events = {
    own: await panama(1, ['PA']),
    shared: await panama(2, ['CR', 'PA']),
    ofCase: await panama(3, ['PA'], CASE),
    stranger: await refusal(),
    server: await byTheServer(),
  };
  await node.drain('audit');
});
afterAll(async () => {
  await node.close();
  await fresh.drop();
});

async function panama(seq: number, states: readonly ('CR' | 'PA')[], caseId?: CaseId) {
  const about = { type: 'person', id: 'PA', ownerState: 'PA' } as const;
  const fields = { count: seq };
  const { eventId } = await node.acts.run(
    omar.act(seq, { declared: ['person.listed'] }),
    async (at) =>
      node.audit.record(at, {
        type: 'person.listed',
        outcome: 'success',
        object: about,
        states,
        fields,
        ...(caseId === undefined ? {} : { caseId }),
      }),
  );
  return eventId;
}

/** Somebody without a session, at an address. */
async function refusal(): Promise<EventId> {
  const act = anAct();
  await node.audit.recordDenied(act, {
    type: 'access.denied',
    reasonCode: 'session.ended',
    object: { type: 'person', id: 'PA', ownerState: 'PA' },
    fields: {},
  });
  const [row] = await fresh.asAdmin('SELECT event_id FROM audit.events WHERE correlation_id = $1', [
    act.correlationId,
  ]);
  return parseId<EventId>(String(row?.['event_id']));
}

async function byTheServer(): Promise<EventId> {
  const { eventId } = await node.database.asServer(async (tx) =>
    node.writer.writeOwn(
      tx,
      {
        type: 'witness.recovered',
        outcome: 'success',
        object: { type: 'witness', id: 'w', ownerState: 'PA' },
        states: ['PA'],
        fields: { witnessName: 'w', lastSize: 1 },
      },
      { kind: 'act', correlationId: newRandomId(systemRandom) },
    ),
  );
  return eventId;
}

interface Seat {
  readonly state: string;
  readonly roles?: readonly string[];
  readonly auditScope?: string;
  readonly personId?: string;
}
const auditor = (state: string, auditScope = 'national'): Seat => ({
  state,
  auditScope,
  roles: ['auditor'],
});

async function sessionOf(seat: Seat): Promise<SessionHash> {
  // A planted session has no other way to its brand than any.
  const { sidHash }: { sidHash: SessionHash } = Object(await plantSession(fresh, seat));
  return sidHash;
}

const WHY = { purpose: 'audit', declarationId: testId('declaration', 7) } as const;

async function read(seat: Seat, ids: readonly EventId[] = Object.values(events)) {
  return reading.inSession(
    await sessionOf(seat),
    async (tx, reader) => reading.findEvents(tx, reader, ids),
    WHY,
  );
}

/** Event by event, the sections whose rows the database gives to a seat: no code of the server stands between. */
async function rowsFor(seat: Seat): Promise<Readonly<Record<string, string>>> {
  const rows: readonly { id: string; sections: readonly number[] }[] = await node.auditor.inSession(
    await sessionOf(seat),
    async (tx) =>
      tx.query(`SELECT event_id AS id, array_agg(section::int ORDER BY section) AS sections
                  FROM audit.sections GROUP BY event_id`),
  );
  return named(rows.map(({ id, sections }) => [id, sections.map((at) => SECTION_NAMES[at - 1])]));
}

/** The same by the check of the service alone: it reads tables without policies. */
async function servedTo(seat: Seat): Promise<Readonly<Record<string, string>>> {
  const tables = ['audit.events', 'audit.sections', 'audit.disclosed_sections'];
  for (const table of tables) {
    await fresh.asAdmin(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
  }
  const found = await read(seat);
  for (const table of tables) {
    await fresh.asAdmin(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  }
  return named(
    found.map(({ eventId, sections }) => [
      eventId,
      SECTION_NAMES.filter((section) => sections[section]),
    ]),
  );
}

function named(found: readonly (readonly [string, readonly unknown[]])[]) {
  return Object.fromEntries(
    found.flatMap(([id, sections]) => {
      const name = Object.entries(events).find(([, event]) => event === id)?.[0];
      return name === undefined ? [] : [[name, sections.join(' ')]];
    }),
  );
}

async function grant(holderId: string, change = 'now(), NULL', expires = '1 day'): Promise<void> {
  const people = [newRandomId(systemRandom), newRandomId(systemRandom)];
  await fresh.asAdmin(
    `INSERT INTO audit.scopes (scope_id, case_id, state, holder_id, holder_state, asked_by, asked_at, granted_by,
                               expires_at, granted_at, revoked_at)
     VALUES ($1, $2, 'PA', $3, 'GT', $4, now() - interval '2 days', CASE WHEN $6 THEN $5::uuid END,
             now() + interval '${expires}', ${change})`,
    [newRandomId(systemRandom), CASE, holderId, ...people, !change.startsWith('NULL')],
  );
}

const disclose = async (eventId: EventId, section: number, toState = 'CR') =>
  fresh.asAdmin('INSERT INTO audit.disclosed_sections VALUES ($1, $2, $3)', [
    eventId,
    toState,
    section,
  ]);

describe.each([
  ['the rows of the database, with the check of the service left out', rowsFor],
  ['the check of the service, with the policies of the database left out', servedTo],
])('%s', (_, seen) => {
  it('show their own State whole to a national auditor, and of a stranger what and why', async () => {
    expect(await seen(auditor('PA'))).toEqual({
      own: ALL,
      shared: ALL,
      ofCase: ALL,
      stranger: 'what who why',
      server: 'what who why',
    });
  });

  it('show to another State what and why where it takes part, and nothing else', async () => {
    expect(await seen(auditor('CR'))).toEqual({ shared: 'what why' });
    expect(await seen(auditor('GT'))).toEqual({});
  });

  it('show everything but places to the region, and nothing to who looks after machines', async () => {
    const all = Object.keys(events).map((name) => [name, 'what who why attest']);
    expect(await seen(auditor('XR', 'regional'))).toEqual(Object.fromEntries(all));
    expect(await seen(auditor('XR', 'technical'))).toEqual({});
  });

  it('show their own acts to everybody, whole, and nobody else’s', async () => {
    const { personId } = omar.session;
    const own = { own: ALL, shared: ALL, ofCase: ALL };
    expect(await seen({ state: 'PA', roles: ['prosecutor'], personId })).toEqual(own);
    expect(await seen({ state: 'PA', roles: ['prosecutor'] })).toEqual({});
    expect(await seen({ state: 'CR', roles: ['registrar'] })).toEqual({});
  });

  it('show a granted case as a national auditor sees it, while two have said so', async () => {
    const holder = (name: string) => ({ ...auditor('GT'), personId: testId(name, 4) });
    await fresh.asAdmin('DELETE FROM audit.scopes');
    await grant(testId('granted', 4));
    await grant(testId('asked', 4), 'NULL, NULL');
    await grant(testId('revoked', 4), 'now(), now()');
    await grant(testId('over', 4), 'now(), NULL', '-1 second');
    expect(await seen(holder('granted'))).toEqual({ ofCase: 'what why' });
    for (const name of ['asked', 'revoked', 'over']) expect(await seen(holder(name))).toEqual({});
    const noAuditor = { ...holder('granted'), roles: ['prosecutor'] };
    expect(await seen(noAuditor)).toEqual({});
  });

  it('show an opened section to the auditors of the State that it was opened to, and to nobody else', async () => {
    await disclose(events.shared, 2);
    expect(await seen(auditor('CR'))).toEqual({ shared: 'what who why' });
    const { ofCase, ...others } = await seen(auditor('XR', 'regional'));
    expect([ofCase, others['shared']]).toEqual(Array(2).fill('what who why attest'));
    for (const seat of [auditor('GT'), auditor('CR', 'technical'), { state: 'CR' }]) {
      expect(await seen(seat)).toEqual({});
    }
    await fresh.asAdmin('DELETE FROM audit.disclosed_sections');
    // What is opened to another State opens nothing to a third one that takes part.
    await disclose(events.shared, 2, 'GT');
    expect(await seen(auditor('CR'))).toEqual({ shared: 'what why' });
    await fresh.asAdmin('DELETE FROM audit.disclosed_sections');
  });

  it('believe no scope of who is no auditor', async () => {
    const pretends = { state: 'PA', roles: ['prosecutor'], auditScope: 'national' };
    expect(await seen(pretends)).toEqual({});
  });
});

describe('the record that is read', () => {
  it('is one’s own acts and nothing else without a purpose', async () => {
    const idsFor = async (seat: Seat) =>
      reading.inSession(
        await sessionOf(seat),
        async (tx, reader) => (await reading.findEvents(tx, reader, Object.values(events))).length,
      );
    expect(await idsFor(auditor('PA'))).toBe(0);
    const { personId } = omar.session;
    expect(await idsFor({ state: 'PA', roles: ['prosecutor'], personId })).toBe(3);
  });

  it('proves itself: leaf, digests and shown sections agree, with their place', async () => {
    for (const event of await read(auditor('CR'))) {
      const { leaf, digests, sections } = event;
      expect(() => verifyEvent(nodeTlogCrypto, { leaf, digests, sections })).not.toThrow();
      expect(event.place).toMatchObject({ origin: expect.stringContaining('audit.') });
    }
  });

  it('tells what is erased from what is withheld', async () => {
    const id = await panama(4, ['CR', 'PA']);
    await fresh.asAdmin('DELETE FROM audit.sections WHERE event_id = $1 AND section IN (3, 4)', [
      id,
    ]);
    const absentFor = async (seat: Seat) => {
      const [event] = await read(seat, [id]);
      // It waits for its place: nothing was integrated since.
      expect(event?.place).toBeNull();
      return event?.absent;
    };
    const [where, why] = ['erased', 'erased'];
    expect(await absentFor(auditor('PA'))).toEqual({ where, why });
    const withheld = 'withheld';
    expect(await absentFor(auditor('CR'))).toEqual({
      who: withheld,
      where: withheld,
      why,
      attest: withheld,
    });
    const { personId } = omar.session;
    expect(await absentFor({ state: 'PA', personId })).toEqual({ where, why });
  });
});

describe('SQL in the role of the server', () => {
  it('opens no section in the name of who sees none', async () => {
    const server = new pg.Client({ connectionString: fresh.url('enl_app') });
    await server.connect();
    const [log] = await fresh.asAdmin(`SELECT origin FROM audit.logs WHERE stream = 'audit'`);
    const ask = async (seat: Seat) => {
      const sid = Buffer.from(await sessionOf(seat)).toString('hex');
      await server.query(`SELECT set_config('app.sid', $1, false)`, [sid]);
      const asked = `jsonb_build_object('toState', 'CR', 'rule', 'r', 'sections', '[2]'::jsonb, 'ranges', '{[0,9]}',
                       'origin', '${String(log?.['origin'])}')`;
      return server.query(`SELECT guard.ask_disclosure(gen_random_uuid(), ${asked}, now())`).then(
        () => 'asked',
        (error: unknown) => Object(error).code,
      );
    };
    const answers = [await ask(auditor('XR', 'regional')), await ask(auditor('XR', 'technical'))];
    await server.end();
    expect(answers).toEqual(['asked', '42501']);
  });
});

describe('SQL in the role of the auditors', () => {
  let auditors: pg.Client;
  beforeAll(async () => {
    auditors = new pg.Client({ connectionString: fresh.url('enl_auditor') });
    await auditors.connect();
  });
  afterAll(async () => auditors.end());

  async function run(sql: string, seat: Seat | null): Promise<string | readonly unknown[]> {
    await auditors.query('BEGIN');
    try {
      if (seat !== null) {
        const hash = Buffer.from(await sessionOf(seat)).toString('hex');
        await auditors.query(`SELECT set_config('app.sid', $1, true)`, [hash]);
      }
      return (await auditors.query(sql)).rows;
    } catch (error) {
      return String(Object(error).code);
    } finally {
      await auditors.query('ROLLBACK');
    }
  }

  it('reads nothing of a person without a session', async () => {
    expect(await run('SELECT event_id FROM audit.events', null)).toBe('42501');
    expect(await run('SELECT body FROM audit.sections', null)).toBe('42501');
  });

  it('never says who acted but in the section that does', async () => {
    expect(await run('SELECT actor_id FROM audit.events', auditor('PA'))).toBe('42501');
    expect(await run('SELECT * FROM audit.events', auditor('PA'))).toBe('42501');
    const people =
      'SELECT DISTINCT section, person_id, ip FROM audit.sections WHERE person_id IS NOT NULL';
    expect(await run(people, auditor('CR'))).toEqual([]);
    const { personId } = omar.session;
    expect(await run(people, auditor('XR', 'regional'))).toEqual([
      { section: 2, person_id: personId, ip: null },
      { section: 5, person_id: personId, ip: null },
    ]);
  });

  it('says where, and still not who, of an event whose place alone was opened', async () => {
    await disclose(events.shared, 3);
    const rows = 'SELECT section FROM audit.sections WHERE person_id IS NOT NULL';
    expect(await run(rows, auditor('CR'))).toEqual([]);
    const [event] = await read(auditor('CR'), [events.shared]);
    expect(Object.keys(event?.sections ?? {})).toEqual(['what', 'where', 'why']);
    await fresh.asAdmin('DELETE FROM audit.disclosed_sections');
  });

  it('changes nothing, and reads nothing but the record', async () => {
    const done: string[] = [];
    for (const sql of [
      `UPDATE audit.sections SET ip = ''`,
      'DELETE FROM audit.sections',
      'DELETE FROM audit.outbox',
      'TRUNCATE audit.sections',
      'SELECT * FROM audit.outbox',
      'SELECT * FROM audit.alias_keys',
      'SELECT * FROM audit.device_seqs',
      'SELECT * FROM audit.scopes',
      'SELECT * FROM app.persons',
      'SELECT * FROM app.sessions',
      'SELECT guard.my_roles()',
      'SELECT guard.me()',
    ]) {
      if ((await run(sql, auditor('XR', 'regional'))) !== '42501') done.push(sql);
    }
    expect(done).toEqual([]);
  });
});
