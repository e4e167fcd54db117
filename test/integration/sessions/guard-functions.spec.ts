import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, newRandomId, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import {
  freshDatabase,
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

const rowsOf = async (sql: string, values: readonly unknown[] = []) =>
  (await app.query<Record<string, unknown>>(sql, [...values])).rows;

const codeOf = async (sql: string, values: readonly unknown[] = []) =>
  rowsOf(sql, values).then(
    () => 'done',
    (error: unknown) => String(Object(error).code),
  );

/** Runs statements in one transaction in the name of a session. */
async function inSession<T>(session: PlantedSession, work: () => Promise<T>): Promise<T> {
  await app.query('BEGIN');
  try {
    await app.query('SELECT guard.enter($1)', [Buffer.from(session.sidHash)]);
    return await work();
  } finally {
    await app.query('COMMIT');
  }
}

const minutesAhead = (minutes: number) => formatInstant(systemClock.nowMs() + minutes * 60_000);
const hex = (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}`;

function aRow(change: Record<string, unknown> = {}) {
  return {
    sid_hash: hex(systemRandom.bytes(32)),
    session_id: newRandomId(systemRandom),
    person_id: newRandomId(systemRandom),
    device_id: newRandomId(systemRandom),
    state: 'CR',
    office_id: newRandomId(systemRandom),
    roles: ['prosecutor'],
    acr: 'software-key',
    via: 'cli',
    opened_at: minutesAhead(0),
    idle_until: minutesAhead(15),
    ends_at: minutesAhead(720),
    key_thumbprint: toBase64Url(systemRandom.bytes(32)),
    nonce_key: hex(systemRandom.bytes(32)),
    ...change,
  };
}

const OPEN_SQL = `
SELECT * FROM guard.open_session(jsonb_populate_record(NULL::app.sessions, $1::jsonb), $2, 4)`;
const epoch = async () => (await rowsOf('SELECT guard.revocation_epoch() AS epoch'))[0]?.['epoch'];

async function revoke(
  other: pg.Client,
  by: PlantedSession,
  { person_id }: ReturnType<typeof aRow>,
): Promise<void> {
  await other.query('BEGIN');
  await other.query('SELECT guard.enter($1)', [Buffer.from(by.sidHash)]);
  await other.query('SELECT * FROM guard.revoke_sessions($1, NULL, now())', [person_id]);
  await other.query('COMMIT');
}

/** An act of several States that is due. */
async function suspend(other: pg.Client): Promise<void> {
  const nonce = toBase64Url(systemRandom.bytes(16));
  await fresh.asAdmin(
    `INSERT INTO app.breakglass (nonce, action, target, wire, effective_after, expires_at, invoked_at)
     VALUES ($1, 'suspend-state', 'CR', '{}', now() - interval '1 s', now() + interval '30 min', now())`,
    [nonce],
  );
  await other.query('SELECT guard.settle_breakglass($1, now())', [nonce]);
}

/** Resolves when somebody waits for a row that `app` has. */
async function untilOneWaits(): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await fresh.asAdmin(sql)).length === 0);
}

describe('the tables of sign-in', () => {
  it.each(['sessions', 'challenges', 'socket_tickets', 'step_ups', 'revocation_epoch'])(
    'app.%s is closed to the application, with a session too',
    async (table) => {
      const session = await plantSession(fresh);
      expect(await codeOf(`SELECT * FROM app.${table}`)).toBe('42501');
      await inSession(session, async () => {
        await app.query('SAVEPOINT before');
        expect(await codeOf(`DELETE FROM app.${table}`)).toBe('42501');
        await app.query('ROLLBACK TO before');
      });
    },
  );

  it('takes a declaration in the name of the own session only, and shows none', async () => {
    const [mine, other] = [await plantSession(fresh), await plantSession(fresh)];
    const sessionId = async ({ sidHash }: PlantedSession) =>
      (await rowsOf('SELECT session_id FROM guard.find_session($1)', [Buffer.from(sidHash)]))[0]?.[
        'session_id'
      ];
    const declare = async (by: PlantedSession) =>
      codeOf(
        `INSERT INTO app.declarations (declaration_id, session_id, person_id, state, purpose, declared_at)
         VALUES ($1, $2, $3, $4, 'audit', now())`,
        [newRandomId(systemRandom), await sessionId(by), by.personId, by.state],
      );
    expect(await inSession(mine, () => declare(mine))).toBe('done');
    expect(await inSession(mine, () => declare(other))).toBe('42501');
    expect(await codeOf('SELECT * FROM app.declarations')).toBe('42501');
  });
});

describe('a session is opened', () => {
  it('and one of the same device ended; the fifth of a person ends the one idle longest', async () => {
    const person_id = newRandomId(systemRandom);
    const first = aRow({ person_id });
    const again = aRow({ person_id, device_id: first.device_id });
    const open = async (row: ReturnType<typeof aRow>) =>
      rowsOf(OPEN_SQL, [JSON.stringify(row), await epoch()]);
    expect(await open(first)).toEqual([]);
    expect(await open(again)).toEqual([
      { ended_session: first.session_id, ended_device: first.device_id },
    ]);
    const others = [16, 17, 18].map((minutes) =>
      aRow({ person_id, idle_until: minutesAhead(minutes) }),
    );
    for (const row of others) expect(await open(row)).toEqual([]);
    const fifth = await open(aRow({ person_id, idle_until: minutesAhead(19) }));
    expect(fifth.map(({ ended_session: id }) => id)).toEqual([again.session_id]);
  });

  it('only when nothing was revoked since the directory was read', async () => {
    const seen = await epoch();
    const registrar = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
    await inSession(registrar, () =>
      rowsOf('SELECT * FROM guard.revoke_sessions($1, NULL, now())', [newRandomId(systemRandom)]),
    );
    expect(await codeOf(OPEN_SQL, [JSON.stringify(aRow()), seen])).toBe('40001');
    expect(await codeOf(OPEN_SQL, [JSON.stringify(aRow()), await epoch()])).toBe('done');
  });

  it.each([
    ['revocation', () => plantSession(fresh, { state: 'CR', roles: ['registrar'] }), revoke],
    ['suspension of its State', () => plantSession(fresh), suspend],
  ])('and a %s that waited for it ends it', async (_, enter, end) => {
    const by = await enter();
    const other = new pg.Client({ connectionString: fresh.url('enl_app') });
    await other.connect();
    const row = aRow();
    await app.query('BEGIN');
    await app.query(OPEN_SQL, [JSON.stringify(row), await epoch()]);
    const ending = end(other, by, row);
    await untilOneWaits();
    await app.query('COMMIT');
    await ending;
    await other.end();
    const found = await fresh.asAdmin(
      'SELECT ended_cause AS cause FROM app.sessions WHERE session_id = $1',
      [row.session_id],
    );
    expect(found).toEqual([{ cause: 'revoked' }]);
    await fresh.asAdmin('DELETE FROM app.suspended_states');
  });
});

describe('sessions are revoked', () => {
  it('within the State of whoever revokes, and never without a session', async () => {
    const registrar = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
    const stranger = await plantSession(fresh, { state: 'PA' });
    const sql = 'SELECT * FROM guard.revoke_sessions($1, NULL, now())';
    expect(await codeOf(sql, [stranger.personId])).toBe('42501');
    expect(await inSession(registrar, () => rowsOf(sql, [stranger.personId]))).toEqual([]);
    const found = await rowsOf('SELECT * FROM guard.find_session($1)', [
      Buffer.from(stranger.sidHash),
    ]);
    expect(found).toHaveLength(1);
  });

  it('at once: the hash enters no further transaction, finds nothing and is reported dead', async () => {
    const session = await plantSession(fresh, { state: 'CR' });
    const hash = Buffer.from(session.sidHash);
    await inSession(session, () => rowsOf('SELECT guard.end_my_sessions(NULL, now())'));
    expect(await codeOf('SELECT guard.enter($1)', [hash])).toBe('42501');
    expect(await rowsOf('SELECT * FROM guard.find_session($1)', [hash])).toEqual([]);
    const dead = await rowsOf('SELECT sid_hash FROM guard.dead_sessions($1::bytea[])', [[hash]]);
    expect(dead).toEqual([{ sid_hash: hash }]);
  });
});

describe('a link between two devices', () => {
  const OFFER = `SELECT guard.offer_device_link($1, 'offer', now(), now() + interval '10 minutes') AS done`;
  const SAY = 'SELECT guard.say_device_link($1, $2, $3, now()) AS done';
  const MINE = 'SELECT * FROM guard.my_device_link($1, now())';
  const HEARD = 'SELECT acceptance, reveal, box FROM guard.offered_device_link($1, now())';
  const TELL = `SELECT guard.tell_device_link($1, 'number', now())`;

  const offered = async () => {
    const linkId = newRandomId(systemRandom);
    expect(await rowsOf(OFFER, [linkId])).toEqual([{ done: true }]);
    return linkId;
  };
  const say = async (session: PlantedSession, linkId: string, part: string) =>
    (await inSession(session, () => rowsOf(SAY, [linkId, part, `${part} of it`])))[0]?.['done'];

  it('is of the session that took it up first: no other one, of the same person too, says a thing', async () => {
    const rosa = await plantSession(fresh, { state: 'CR' });
    const omar = await plantSession(fresh, { state: 'CR' });
    const linkId = await offered();
    expect(await inSession(omar, () => rowsOf(MINE, [linkId]))).toHaveLength(1);
    expect(await say(rosa, linkId, 'acceptance')).toBe(true);
    await rowsOf(TELL, [linkId]);
    const sibling = await plantSession(fresh, { state: 'CR' });
    await fresh.asAdmin('UPDATE app.sessions SET person_id = $1 WHERE sid_hash = $2', [
      rosa.personId,
      Buffer.from(sibling.sidHash),
    ]);
    for (const other of [omar, sibling]) {
      expect(await inSession(other, () => rowsOf(MINE, [linkId]))).toEqual([]);
      for (const part of ['acceptance', 'reveal', 'box']) {
        expect({ part, done: await say(other, linkId, part) }).toEqual({ part, done: false });
      }
    }
    expect(await rowsOf(HEARD, [linkId])).toEqual([
      { acceptance: 'acceptance of it', reveal: null, box: null },
    ]);
    expect(await inSession(rosa, () => rowsOf(MINE, [linkId]))).toEqual([
      { offer: 'offer', told: 'number' },
    ]);
  });

  it('takes each part once, in its order, and its number only after the commitment', async () => {
    const rosa = await plantSession(fresh, { state: 'CR' });
    const linkId = await offered();
    expect(await rowsOf(OFFER, [linkId])).toEqual([{ done: false }]);
    for (const early of ['reveal', 'box', 'offer', 'told']) {
      expect({ early, done: await say(rosa, linkId, early) }).toEqual({ early, done: false });
    }
    await rowsOf(TELL, [linkId]);
    expect(await say(rosa, linkId, 'acceptance')).toBe(true);
    expect(await say(rosa, linkId, 'reveal')).toBe(false);
    await rowsOf(TELL, [linkId]);
    for (const part of ['reveal', 'box']) {
      expect([await say(rosa, linkId, part), await say(rosa, linkId, part)]).toEqual([true, false]);
    }
  });

  it('is of nobody without a session, and its table is closed to all', async () => {
    const linkId = await offered();
    expect(await codeOf(MINE, [linkId])).toBe('42501');
    expect(await codeOf(SAY, [linkId, 'acceptance', 'x'])).toBe('42501');
    const rosa = await plantSession(fresh, { state: 'CR' });
    for (const sql of [
      'SELECT * FROM app.device_links',
      `UPDATE app.device_links SET offer = 'x'`,
      'DELETE FROM app.device_links',
    ]) {
      expect(await inSession(rosa, () => codeOf(sql))).toBe('42501');
    }
  });

  it('is over after its time: nobody hears, sees or says anything', async () => {
    const rosa = await plantSession(fresh, { state: 'CR' });
    const linkId = await offered();
    await fresh.asAdmin('UPDATE app.device_links SET expires_at = now() WHERE link_id = $1', [
      linkId,
    ]);
    expect(await rowsOf(HEARD, [linkId])).toEqual([]);
    expect(await inSession(rosa, () => rowsOf(MINE, [linkId]))).toEqual([]);
    expect(await say(rosa, linkId, 'acceptance')).toBe(false);
  });
});
