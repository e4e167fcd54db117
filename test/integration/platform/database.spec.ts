import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, systemRandom } from '@enlace/kernel';
import { freshDatabase, plantSession, type FreshDatabase } from '@enlace/testing';
import type pg from 'pg';

import {
  connect,
  makeDataSource,
  poolOf,
} from '../../../apps/api/src/platform/database/data-source.js';
import {
  Database,
  TRANSACTION_RETRIES,
  type SessionHash,
} from '../../../apps/api/src/platform/database/database.js';
import { openDatabase } from '../../../apps/api/src/platform/database/open-database.js';
import { makeTenantTable } from './tenant-table.js';

const quiet = { info: () => undefined, warn: () => undefined };
const NOTES = 'SELECT state FROM app.state_notes';
const INSERT_NOTE = 'INSERT INTO app.state_notes VALUES (gen_random_uuid(), $1, $2)';
const SID_OF_THE_CONNECTION = `SELECT current_setting('app.sid', true) AS sid, pg_backend_pid() AS pid`;

let fresh: FreshDatabase;
let database: Database;
const opened: Database[] = [];

/** A database on a pool of the given size, closed when the file ends. */
async function onPoolOf(
  poolSize: number,
  options: { waits?: number[]; connectTimeoutMS?: number } = {},
): Promise<Database> {
  const { waits, ...changes } = options;
  const source = makeDataSource({
    url: fresh.url('enl_app'),
    poolSize,
    applicationName: 'test',
    log: quiet,
    limitStatements: true,
  });
  const made = new Database(await source.setOptions(changes).initialize(), {
    random: systemRandom,
    ...(waits && { wait: async (ms: number) => waits.push(ms) }),
  });
  opened.push(made);
  return made;
}

beforeAll(async () => {
  fresh = await freshDatabase();
  const { database: checked } = await openDatabase(
    {
      dataDir: '',
      databaseUrl: fresh.url('enl_app'),
      sequencerUrl: fresh.url('enl_sequencer'),
      auditorUrl: fresh.url('enl_auditor'),
      deliveryUrl: fresh.url('enl_delivery'),
      migrate: false,
      allowUnsyncedDatabase: true,
    },
    { log: quiet },
  );
  database = checked;
  opened.push(checked);
  await makeTenantTable(fresh);
});

afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await fresh.drop();
});

async function sessionOf(state: string) {
  const session = await plantSession(fresh, { state });
  return { ...session, sidHash: session.sidHash as Uint8Array as SessionHash };
}

describe('a transaction of a session', () => {
  it('knows who acts and sees the rows of the own State only', async () => {
    const mexican = await sessionOf('MX');
    const seen = await database.inSession(mexican.sidHash, async (tx, session) => ({
      session,
      rows: await tx.query(NOTES),
    }));
    expect(seen.session).toMatchObject({
      personId: mexican.personId,
      deviceId: mexican.deviceId,
      officeId: mexican.officeId,
      state: 'MX',
      roles: ['prosecutor'],
      acr: 'passkey',
    });
    expect(seen.rows).toEqual([{ state: 'MX' }]);
  });

  it('cannot write a row of another State', async () => {
    const mexican = await sessionOf('MX');
    const write = database.inSession(mexican.sidHash, (tx) => tx.query(INSERT_NOTE, ['GT', 'x']));
    await expect(write).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('resolves every function of the guard to its own session', async () => {
    const mexican = await sessionOf('MX');
    const [row] = await database.inSession(mexican.sidHash, (tx) =>
      tx.query(`SELECT guard.my_person() AS person, guard.my_device() AS device, guard.my_state() AS state,
                       guard.my_office() AS office, guard.my_roles() AS roles`),
    );
    expect(row).toEqual({
      person: mexican.personId,
      device: mexican.deviceId,
      state: 'MX',
      office: mexican.officeId,
      roles: ['prosecutor'],
    });
  });

  it('has no effect when the act refuses, and its connection is used again', async () => {
    const single = await onPoolOf(1);
    const { sidHash } = await sessionOf('MX');
    const pid = await single.beforeSignIn(
      async (tx) => (await tx.query(SID_OF_THE_CONNECTION))[0].pid,
    );
    const refusal = new Error('no');
    const act = single.inSession(sidHash, async (tx) => {
      await tx.query(INSERT_NOTE, ['MX', 'never written']);
      throw refusal;
    });
    await expect(act).rejects.toBe(refusal);
    const [after] = await single.beforeSignIn((tx) => tx.query(SID_OF_THE_CONNECTION));
    expect(after.pid).toBe(pid);
    expect(await fresh.asAdmin(`SELECT FROM app.state_notes WHERE body = 'never written'`)).toEqual(
      [],
    );
  });

  it('is told when it swallowed an error of the database, and nothing is written', async () => {
    const { sidHash } = await sessionOf('MX');
    const act = database.inSession(sidHash, async (tx) => {
      await tx.query(INSERT_NOTE, ['MX', 'swallowed']);
      await tx.query(INSERT_NOTE, ['GT', 'x']).catch(() => undefined);
    });
    await expect(act).rejects.toThrow('swallowed');
    expect(await fresh.asAdmin(`SELECT FROM app.state_notes WHERE body = 'swallowed'`)).toEqual([]);
  });
});

describe('without a valid session the same statement is refused, never answered with no rows', () => {
  const ended = { code: 'session.ended' };

  it('when there is no context', async () => {
    const read = database.beforeSignIn((tx) => tx.query(NOTES));
    await expect(read).rejects.toMatchObject({ code: 'access.denied' });
  });

  it.each([
    ['revoked', 'revoked_at = now()'],
    ['idle too long', `idle_until = now() - interval '1 second'`],
    ['over', `ends_at = now() - interval '1 second'`],
  ])('when the session is %s', async (_, change) => {
    const { sidHash } = await sessionOf('MX');
    const sql = `UPDATE app.sessions SET ${change} WHERE sid_hash = $1`;
    await fresh.asAdmin(sql, [sidHash]);
    await expect(database.inSession(sidHash, (tx) => tx.query(NOTES))).rejects.toMatchObject(ended);
  });

  it('when the session is revoked in the middle of the transaction', async () => {
    const { sidHash } = await sessionOf('MX');
    const act = database.inSession(sidHash, async (tx) => {
      expect(await tx.query(NOTES)).not.toEqual([]);
      await fresh.asAdmin('UPDATE app.sessions SET revoked_at = now() WHERE sid_hash = $1', [
        sidHash,
      ]);
      await tx.query(NOTES);
    });
    await expect(act).rejects.toMatchObject(ended);
  });

  it.each([
    ['unknown', new Uint8Array(32)],
    ['too short', new Uint8Array(31)],
    ['empty', new Uint8Array(0)],
  ])('when the hash is %s', async (_, hash) => {
    const act = database.inSession(hash as Uint8Array as SessionHash, (tx) => tx.query(NOTES));
    await expect(act).rejects.toMatchObject({
      kind: expect.stringMatching(/unauthenticated|forbidden/),
    });
  });

  it('when the transaction tries to become another session', async () => {
    const [mexican, guatemalan] = [await sessionOf('MX'), await sessionOf('GT')];
    const act = database.inSession(mexican.sidHash, (tx) =>
      tx.query('SELECT * FROM guard.enter($1)', [Buffer.from(guatemalan.sidHash)]),
    );
    await expect(act).rejects.toMatchObject({ code: 'access.denied' });
  });

  it.each(['SELECT * FROM app.sessions', 'SELECT guard.me()', 'TRUNCATE app.node_heartbeats'])(
    'and no session at all makes %s possible',
    async (sql) => {
      const { sidHash } = await sessionOf('MX');
      const act = database.inSession(sidHash, (tx) => tx.query(sql));
      await expect(act).rejects.toMatchObject({ code: 'access.denied' });
    },
  );
});

describe('the context', () => {
  it('stays with its transaction when 200 run at once on 4 connections', async () => {
    // The last of 200 waits for its turn as long as it takes: this is about contexts, not about the limit.
    const small = await onPoolOf(4, { connectTimeoutMS: 25_000 });
    const sessions = await Promise.all(['MX', 'GT', 'HN', 'PA'].map(sessionOf));
    const runs = Array.from({ length: 200 }, async (_, index) => {
      const session = sessions[index % sessions.length];
      if (session === undefined) throw new Error('no session');
      const rows = await small.inSession(session.sidHash, async (tx) => {
        const before = await tx.query('SELECT guard.my_person() AS person');
        await tx.query('SELECT pg_sleep(random() / 200)');
        return [...before, ...(await tx.query('SELECT guard.my_person() AS person'))];
      });
      expect(rows).toEqual([{ person: session.personId }, { person: session.personId }]);
    });
    await Promise.all(runs);
    expect(runs).toHaveLength(200);
  });

  it.each(['commit', 'rollback'])('is gone from the connection after a %s', async (end) => {
    const single = await onPoolOf(1);
    const { sidHash } = await sessionOf('MX');
    const during: unknown[] = [];
    await single
      .inSession(sidHash, async (tx) => {
        during.push(...(await tx.query(SID_OF_THE_CONNECTION)));
        if (end === 'rollback') throw new Error('refused');
      })
      .catch(() => undefined);
    const [after] = await single.beforeSignIn((tx) => tx.query(SID_OF_THE_CONNECTION));
    const sid = Buffer.from(sidHash).toString('hex');
    expect(during).toEqual([{ sid, pid: after.pid }]);
    expect(after.sid).toBe('');
    await expect(single.beforeSignIn((tx) => tx.query(NOTES))).rejects.toMatchObject({
      code: 'access.denied',
    });
  });
});

describe('a failing database', () => {
  it('costs the connection that saw the error', async () => {
    const single = await onPoolOf(1);
    const pids: unknown[] = [];
    const failing = single.beforeSignIn(async (tx) => {
      pids.push((await tx.query(SID_OF_THE_CONNECTION))[0].pid);
      await tx.query('SELECT 1/0');
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    const [after] = await single.beforeSignIn((tx) => tx.query(SID_OF_THE_CONNECTION));
    expect(after.pid).not.toBe(pids[0]);
  });

  it('is unavailable after two seconds without a free connection, and never hangs', async () => {
    const single = await onPoolOf(1);
    const startedMs = systemClock.nowMs();
    const nested = single.beforeSignIn(() => single.beforeSignIn((tx) => tx.query('SELECT 1')));
    await expect(nested).rejects.toMatchObject({ code: 'service.unavailable' });
    expect(systemClock.nowMs() - startedMs).toBeLessThan(4_000);
    expect(await single.beforeSignIn((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  it('ends what takes too long, by limits that PostgreSQL itself holds', async () => {
    const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const held = await database.beforeSignIn((tx) =>
      tx.query('SELECT current_setting(name) AS held FROM unnest($1::text[]) AS name', [limits]),
    );
    expect(held).toEqual([{ held: '5s' }, { held: '2s' }, { held: '10s' }]);
  });

  it('is unavailable when a row stays locked by another act for two seconds', async () => {
    const pair = await onPoolOf(2);
    await database.probeWrite();
    const lock = 'SELECT FROM app.node_heartbeats FOR UPDATE';
    const waiting = pair.beforeSignIn(async (tx) => {
      await tx.query(lock);
      await pair.beforeSignIn((other) => other.query(lock));
    });
    await expect(waiting).rejects.toMatchObject({ code: 'service.unavailable' });
  });

  it('is unavailable when it cuts the connection, and the next transaction works', async () => {
    const single = await onPoolOf(1);
    const cut = single.beforeSignIn(async (tx) => {
      const [{ pid }] = await tx.query(SID_OF_THE_CONNECTION);
      await fresh.asAdmin('SELECT pg_terminate_backend($1)', [pid]);
      await tx.query('SELECT 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'service.unavailable' });
    expect(await single.beforeSignIn((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  it('lives on when a connection is lost between the pool and the act', async () => {
    const source = await connect(fresh.url('enl_app'), 'app', quiet);
    const made = new Database(source, { random: systemRandom });
    opened.push(made);
    const lose = (client: pg.PoolClient) =>
      queueMicrotask(() => client.emit('error', new Error('cut')));
    poolOf(source).once('acquire', lose);
    expect(await made.beforeSignIn((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  it('repeats a lost race five times with a wait of 10 to 200 ms, then is unavailable', async () => {
    const waits: number[] = [];
    const patient = await onPoolOf(1, { waits });
    let runs = 0;
    const act = patient.beforeSignIn(async (tx) => {
      runs += 1;
      await tx.query(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$`);
    });
    await expect(act).rejects.toMatchObject({ code: 'service.unavailable' });
    expect(runs).toBe(TRANSACTION_RETRIES.count + 1);
    expect(waits).toHaveLength(TRANSACTION_RETRIES.count);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(TRANSACTION_RETRIES.shortestMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(TRANSACTION_RETRIES.longestMs);
  });

  it('lets both sides of a deadlock finish', async () => {
    const pair = await onPoolOf(2);
    const { sidHash } = await sessionOf('MX');
    await database.inSession(sidHash, async (tx) => {
      await tx.query(INSERT_NOTE, ['MX', 'left']);
      await tx.query(INSERT_NOTE, ['MX', 'right']);
    });
    const touch = (first: string, second: string) =>
      pair.inSession(sidHash, async (tx) => {
        await tx.query('UPDATE app.state_notes SET body = body WHERE body = $1', [first]);
        await tx.query('SELECT pg_sleep(0.1)');
        await tx.query('UPDATE app.state_notes SET body = body WHERE body = $1', [second]);
        return first;
      });
    const done = await Promise.all([touch('left', 'right'), touch('right', 'left')]);
    expect(done).toEqual(['left', 'right']);
  });

  it('says which constraint a write broke, to the server only', async () => {
    const { sidHash } = await sessionOf('MX');
    const twice = database.inSession(sidHash, async (tx) => {
      const [{ id }] = await tx.query('SELECT id FROM app.state_notes LIMIT 1');
      await tx.query(`INSERT INTO app.state_notes VALUES ($1, 'MX', 'x')`, [id]);
    });
    await expect(twice).rejects.toMatchObject({
      code: 'write.conflict',
      constraint: 'state_notes_pkey',
      facts: {},
    });
  });
});

describe('the readiness probe', () => {
  it('writes one row for a node, however often it asks, and removes nodes that are gone', async () => {
    await fresh.asAdmin(
      `INSERT INTO app.node_heartbeats VALUES (gen_random_uuid(), now() - interval '2 days')`,
    );
    await database.probeWrite();
    await database.probeWrite();
    const rows = await fresh.asAdmin(
      `SELECT now() - beat_at < interval '10 seconds' AS recent FROM app.node_heartbeats`,
    );
    expect(rows).toEqual([{ recent: true }]);
  });

  it('fails when the node may read but not write', async () => {
    await fresh.asAdmin('REVOKE INSERT ON app.node_heartbeats FROM enl_app');
    await expect(database.probeWrite()).rejects.toMatchObject({ code: 'access.denied' });
    await fresh.asAdmin('GRANT INSERT ON app.node_heartbeats TO enl_app');
    await database.probeWrite();
  });
});
