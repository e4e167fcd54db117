import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import { QueryFailedError } from 'typeorm';

import { makeDataSource } from '../../../apps/api/src/platform/database/data-source.js';
import { Database, type Transaction } from '../../../apps/api/src/platform/database/database.js';
import { queryPrepared } from '../../../apps/api/src/platform/database/prepared.js';

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
