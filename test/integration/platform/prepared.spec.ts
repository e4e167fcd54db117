import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import { QueryFailedError } from 'typeorm';

import { makeDataSource } from '../../../apps/api/src/platform/database/data-source.js';
import { Database, type Transaction } from '../../../apps/api/src/platform/database/database.js';
import {
  answeredByCommit,
  queryPrepared,
} from '../../../apps/api/src/platform/database/prepared.js';

const quiet = { info: () => undefined, warn: () => undefined };
const PID = 'SELECT pg_backend_pid() AS pid';

let fresh: FreshDatabase;
let single: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  const source = makeDataSource({
    url: fresh.url('enl_app'),
    poolSize: 1,
    applicationName: 'test',
    log: quiet,
    limitStatements: true,
  });
  single = new Database(await source.initialize(), {
    random: systemRandom,
    wait: () => Promise.resolve(),
  });
});
afterAll(async () => {
  await single.close();
  await fresh.drop();
});

type Run = (tx: Transaction, text: string, values?: readonly unknown[]) => Promise<unknown>;

let names = 0;
const plain: Run = async (tx, text, values = []) => tx.query(text, [...values]);
const named: Run = async (tx, text, values = []) =>
  queryPrepared(tx, { name: `test_${(names += 1)}`, text }, values);

/** What an act hears of a statement, what its caller hears, and whether the connection is used again. */
async function fateOf(run: Run, text: string, values: readonly unknown[] = []) {
  let heard: unknown = null;
  let runs = 0;
  let before: unknown;
  const act = single.beforeSignIn(async (tx) => {
    runs += 1;
    [{ pid: before }] = await tx.query(PID);
    await run(tx, text, values).catch((error: unknown) => {
      heard = error;
      throw error;
    });
  });
  const told: unknown = await act.catch((error: unknown) => error);
  const [{ pid: after }] = await single.beforeSignIn((tx) => tx.query(PID));
  const isOfTypeOrm = heard instanceof QueryFailedError;
  const state = String(Object(heard).code);
  return { isOfTypeOrm, state, told: String(Object(told).code), runs, isKept: before === after };
}

describe('a statement under a name', () => {
  it('answers its rows, again and again on one connection, and counts once', async () => {
    const statement = { name: 'test_sum', text: 'SELECT $1::int + 1 AS sum' };
    for (const each of [1, 2]) {
      const rows = await single.beforeSignIn((tx) => queryPrepared(tx, statement, [each]));
      expect(rows).toEqual([{ sum: each + 1 }]);
    }
    const held = await single.beforeSignIn((tx) =>
      tx.query(`SELECT name FROM pg_prepared_statements WHERE name = 'test_sum'`),
    );
    expect(held).toHaveLength(1);
  });

  it.each([
    ['divides by zero', 'SELECT 1 / $1::int', [0], '22012', '22012'],
    ['may not be run', 'SELECT guard.me(), $1::int', [0], '42501', 'access.denied'],
    ['is none', 'SELEKT $1', [0], '42601', '42601'],
  ] as const)(
    'that %s fails as one without: for its act, its caller and its connection',
    async (...[, text, values, state, told]) => {
      const [bare, prepared] = [
        await fateOf(plain, text, values),
        await fateOf(named, text, values),
      ];
      expect(prepared).toEqual(bare);
      expect(prepared).toMatchObject({ isOfTypeOrm: true, state, told, runs: 1 });
    },
  );

  it('whose error was swallowed leaves nothing written, and its act is told', async () => {
    for (const run of [plain, named]) {
      const act = single.beforeSignIn(async (tx) => {
        await run(tx, 'SELECT 1 / $1::int', [0]).catch(() => undefined);
      });
      await expect(act).rejects.toThrow('swallowed');
    }
  });

  it('over a connection that was cut makes the service unavailable, and the next one works', async () => {
    for (const run of [plain, named]) {
      const cut = single.beforeSignIn(async (tx) => {
        const [{ pid }] = await tx.query(PID);
        await fresh.asAdmin('SELECT pg_terminate_backend($1)', [pid]);
        await run(tx, 'SELECT $1::int', [1]);
      });
      await expect(cut).rejects.toMatchObject({ code: 'service.unavailable' });
      const rows = await single.beforeSignIn((tx) => run(tx, 'SELECT $1::int AS one', [1]));
      expect(rows).toEqual([{ one: 1 }]);
    }
  });
});

describe('an answer that the commit reads', () => {
  const insert = { name: 'test_note', text: 'INSERT INTO public.marks VALUES ($1)' };
  const fail = { name: 'test_fail', text: 'SELECT 1 / $1::int' };
  const marks = async () =>
    (await fresh.asAdmin('SELECT mark FROM public.marks ORDER BY mark')).map(({ mark }) => mark);
  beforeAll(async () => {
    await fresh.asAdmin('GRANT USAGE ON SCHEMA public TO enl_app');
    await fresh.asAdmin('CREATE TABLE public.marks (mark int PRIMARY KEY)');
    await fresh.asAdmin('GRANT INSERT ON public.marks TO enl_app');
  });
  beforeEach(async () => fresh.asAdmin('TRUNCATE public.marks'));

  it('is waited for, and what was sent behind it stands behind it', async () => {
    const last = await single.beforeSignIn(async (tx) => {
      answeredByCommit(tx, queryPrepared(tx, insert, [1]));
      answeredByCommit(tx, queryPrepared(tx, insert, [2]));
      return queryPrepared(
        tx,
        { name: 'test_xact', text: 'SELECT pg_current_xact_id_if_assigned() AS id' },
        [],
      );
    });
    expect(last).toEqual([{ id: expect.any(String) }]);
    expect(await marks()).toEqual([1, 2]);
  });

  it('decides before all that failed of it', async () => {
    const act = single.beforeSignIn(async (tx) => {
      answeredByCommit(tx, queryPrepared(tx, insert, [1]));
      answeredByCommit(tx, queryPrepared(tx, fail, [0]));
      await queryPrepared(tx, insert, [2]);
    });
    await expect(act).rejects.toMatchObject({ code: '22012' });
    expect(await marks()).toEqual([]);
  });

  it('decides over an act that resolves', async () => {
    const act = single.beforeSignIn(async (tx) => {
      answeredByCommit(tx, queryPrepared(tx, insert, [1]));
      answeredByCommit(tx, queryPrepared(tx, fail, [0]));
    });
    await expect(act).rejects.toMatchObject({ code: '22012' });
    expect(await marks()).toEqual([]);
  });

  it('of a statement that never left keeps the rest from happening', async () => {
    const act = single.beforeSignIn(async (tx) => {
      answeredByCommit(tx, queryPrepared(tx, insert, [1]));
      answeredByCommit(tx, Promise.reject(new TypeError('not encoded')));
    });
    await expect(act).rejects.toThrow('not encoded');
    expect(await marks()).toEqual([]);
    // It was undone, and the connection goes on.
    expect(await single.ask({ name: 'test_one', text: 'SELECT 1 AS one' }, [])).toEqual([
      { one: 1 },
    ]);
  });

  it('says more than an act that refused after it', async () => {
    const act = single.beforeSignIn(async (tx) => {
      answeredByCommit(tx, queryPrepared(tx, fail, [0]));
      await queryPrepared(tx, insert, [2]).catch(() => undefined);
      throw new TypeError('a refusal');
    });
    await expect(act).rejects.toMatchObject({ code: '22012' });
    expect(await marks()).toEqual([]);
  });
});

describe('one statement that is asked alone', () => {
  it('is a transaction of its own, fails like one in another, and is repeated after a lost race', async () => {
    const fail = { name: 'test_alone', text: 'SELECT 1 / $1::int AS share' };
    expect(await single.ask(fail, [1])).toEqual([{ share: 1 }]);
    await expect(single.ask(fail, [0])).rejects.toMatchObject({ code: '22012' });
    const race = {
      name: 'test_race',
      text: `SELECT public.lose_once($1)`,
    };
    await fresh.asAdmin('GRANT USAGE ON SCHEMA public TO enl_app');
    await fresh.asAdmin('CREATE SEQUENCE public.races');
    await fresh.asAdmin('GRANT USAGE ON SEQUENCE public.races TO enl_app');
    await fresh.asAdmin(`CREATE FUNCTION public.lose_once(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('public.races') = 1 THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF; RETURN $1; END $$`);
    expect(await single.ask(race, ['won'])).toEqual([{ lose_once: 'won' }]);
  });
});
