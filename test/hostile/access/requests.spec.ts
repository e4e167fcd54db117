import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  findRequestMove,
  isMoveOf,
  POLICY_TABLE,
  REQUEST_STATUSES,
  ROLES,
  type Role,
} from '@enlace/contracts';
import { newRandomId, systemRandom } from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  plantSession,
  type FreshDatabase,
  type PlantedSession,
} from '@enlace/testing';
import pg from 'pg';

let fresh: FreshDatabase;
let app: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  app = new pg.Client({ connectionString: fresh.url('enl_app') });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await fresh.drop();
});

const OFFICE = officeId('CR', 'specialised');
const MOVE_SQL = `SELECT guard.move_request($1, $2, $3, $4, $5, $6, now()) AS done`;
const HASH = Buffer.alloc(32, 7);

/** A row of Costa Rica about Panama, planted past the guard. */
async function plant(status: string, isDisclosed = true): Promise<string> {
  const id = newRandomId(systemRandom);
  await fresh.asAdmin(
    `INSERT INTO app.requests (request_id, requesting_state, requesting_office, requested_state, status, status_at,
                               is_disclosed)
     VALUES ($1, 'CR', $2, 'PA', $3, now(), $4)`,
    [id, OFFICE, status, isDisclosed],
  );
  return id;
}

/** One statement of `enl_app` under a session, in a transaction that leaves nothing behind. */
async function asked(
  session: PlantedSession | null,
  sql: string,
  values: readonly unknown[],
): Promise<string> {
  await app.query('BEGIN');
  try {
    if (session !== null) {
      const sid = Buffer.from(session.sidHash).toString('hex');
      await app.query(`SELECT set_config('app.sid', $1, true)`, [sid]);
    }
    const { rows, rowCount } = await app.query(sql, [...values]);
    return 'done' in Object(rows[0]) ? String(rows[0].done) : `${rowCount} rows`;
  } catch (error) {
    return String(Object(error).code);
  } finally {
    await app.query('ROLLBACK');
  }
}

const seat = (state: string, role: Role, office: string = OFFICE) =>
  plantSession(fresh, { state, roles: [role], officeId: office });

/** Whether the policy table lets the role take the action at all. */
function isOf(action: keyof typeof POLICY_TABLE, role: Role): boolean {
  const cell = POLICY_TABLE[action].split(';')[ROLES.indexOf(role)] ?? '-';
  return cell.trim() !== '-';
}

const MEMBERS: readonly Role[] = [
  'prosecutor',
  'liaison',
  'cooperation-officer',
  'central-authority',
];

const EVERY_STEP = REQUEST_STATUSES.flatMap((from) =>
  REQUEST_STATUSES.flatMap((to) => [false, true].map((reported) => ({ from, to, reported }))),
);

/** What the policy and the machine say of a step, as the function of the guard answers it. */
function expectedOf(
  { from, to, reported }: (typeof EVERY_STEP)[number],
  state: 'CR' | 'PA',
  role: Role,
): string {
  const move = findRequestMove(from, to);
  const side = state === 'CR' ? 'requesting' : 'requested';
  if (move !== null && isMoveOf(move, side, reported) && isOf(move.action, role)) return 'true';
  // Whoever may not know of the row is told nothing but that.
  return role === 'registrar' ? 'false' : '42501';
}

describe('bare SQL about requests', () => {
  it.each(['CR', 'PA'] as const)(
    'takes for %s the steps that the policy and the machine let it take, and no other',
    async (state) => {
      const wrong: string[] = [];
      const ids = new Map<string, string>();
      for (const status of REQUEST_STATUSES) ids.set(status, await plant(status));
      for (const role of [...MEMBERS, 'auditor', 'registrar'] as const) {
        const session = await seat(state, role);
        for (const { from, to, reported } of EVERY_STEP) {
          const hash = to === 'shared' || to === 'frozen' ? HASH : null;
          const values = [ids.get(from), from, to, reported, null, hash];
          const told = await asked(session, MOVE_SQL, values);
          const expected = expectedOf({ from, to, reported }, state, role);
          if (told !== expected) wrong.push(`${role} ${from}->${to} ${reported}: ${told}`);
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it('moves, reminds and reads nothing for a State that takes no part, or before anything was shared', async () => {
    const [known, hidden] = [await plant('draft'), await plant('draft', false)];
    for (const role of MEMBERS) {
      const others = await seat('GT', role);
      const requested = await seat('PA', role);
      for (const [session, id] of [
        [others, known],
        [others, hidden],
        [requested, hidden],
      ] as const) {
        expect(await asked(session, MOVE_SQL, [id, 'draft', 'withdrawn', false, null, null])).toBe(
          'false',
        );
        expect(
          await asked(session, 'SELECT guard.remind_request($1, now()::date) AS done', [id]),
        ).toBe('false');
        expect(await asked(session, 'SELECT FROM app.requests WHERE request_id = $1', [id])).toBe(
          '0 rows',
        );
      }
    }
  });

  it('shows prosecutors and liaisons the requests of their office, others of their State all of them', async () => {
    const id = await plant('draft', false);
    const sql = 'SELECT FROM app.requests WHERE request_id = $1';
    const other = officeId('CR', 'liaison');
    const seen: Record<string, string> = {};
    for (const role of ROLES) seen[role] = await asked(await seat('CR', role, other), sql, [id]);
    expect(seen).toMatchObject({
      prosecutor: '0 rows',
      liaison: '0 rows',
      'cooperation-officer': '1 rows',
      'central-authority': '1 rows',
      auditor: '1 rows',
      registrar: '0 rows',
      secretariat: '0 rows',
      'platform-operator': '0 rows',
    });
    expect(await asked(await seat('CR', 'prosecutor'), sql, [id])).toBe('1 rows');
  });

  it('keeps the day of a reminder from the requested State', async () => {
    const id = await plant('received');
    await fresh.asAdmin('INSERT INTO app.request_reminders VALUES ($1, now())', [id]);
    const sql = 'SELECT FROM app.request_reminders WHERE request_id = $1';
    expect(await asked(await seat('CR', 'cooperation-officer'), sql, [id])).toBe('1 rows');
    for (const role of MEMBERS)
      expect(await asked(await seat('PA', role), sql, [id])).toBe('0 rows');
  });

  it('writes no row past the functions, and takes no step that says too much or too little', async () => {
    const id = await plant('draft');
    const rosa = await seat('CR', 'prosecutor');
    for (const sql of [
      `UPDATE app.requests SET status = 'executed' WHERE request_id = $1`,
      'DELETE FROM app.requests WHERE request_id = $1',
      `INSERT INTO app.request_reminders VALUES ($1, now())`,
      `INSERT INTO app.requests SELECT gen_random_uuid(), 'PA', requesting_office, 'CR', status, status_at
         FROM app.requests WHERE request_id = $1`,
      'SELECT guard.request_moves() FROM app.requests WHERE request_id = $1',
    ]) {
      expect([sql, await asked(rosa, sql, [id])]).toEqual([sql, '42501']);
    }
    expect(await asked(rosa, MOVE_SQL, [id, 'draft', 'shared', false, null, null])).toBe('42501');
    expect(await asked(rosa, MOVE_SQL, [id, 'draft', 'withdrawn', false, null, HASH])).toBe(
      '42501',
    );
    expect(await asked(rosa, MOVE_SQL, [id, 'draft', 'withdrawn', false, 'REF-1', null])).toBe(
      '42501',
    );
    expect(await asked(rosa, MOVE_SQL, [id, 'frozen', 'draft', false, null, null])).toBe('false');
    expect(await asked(null, MOVE_SQL, [id, 'draft', 'withdrawn', false, null, null])).toBe(
      '42501',
    );
  });

  it('begins requests of the own State by who drafts them, and supplements only what is their own', async () => {
    const sql = 'SELECT guard.create_request($1, $2, $3, now()) AS done';
    const [id, another] = [newRandomId(systemRandom), newRandomId(systemRandom)];
    for (const role of ROLES) {
      const mayDraft = ['prosecutor', 'liaison', 'cooperation-officer'].includes(role);
      const told = await asked(await seat('CR', role), sql, [another, 'PA', null]);
      expect([role, told]).toEqual([role, mayDraft ? 'true' : '42501']);
    }
    const theirs = await plant('executed');
    expect(await asked(await seat('GT', 'prosecutor'), sql, [id, 'PA', theirs])).toBe('42501');
    expect(await asked(await seat('PA', 'prosecutor'), sql, [id, 'CR', theirs])).toBe('42501');
    expect(await asked(await seat('CR', 'prosecutor'), sql, [id, 'GT', theirs])).toBe('42501');
    expect(await asked(await seat('CR', 'prosecutor'), sql, [id, 'PA', theirs])).toBe('true');
    expect(await asked(await seat('CR', 'prosecutor'), sql, [id, 'CR', null])).toBe('23514');
    expect(await asked(await seat('CR', 'prosecutor'), sql, [theirs, 'PA', null])).toBe('false');
  });
});
