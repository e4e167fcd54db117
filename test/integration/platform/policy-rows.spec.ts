import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decide,
  POLICY_TABLE,
  ROLES,
  type Action,
  type Approval,
  type PolicyObject,
  type Role,
  type StateCode,
  type Subject,
} from '@enlace/contracts';
import { newRandomId, parseId, systemRandom } from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  Region,
  type FreshDatabase,
  type PlantedSession,
} from '@enlace/testing';
import { existsSync, globSync, readFileSync } from 'node:fs';
import pg from 'pg';

import { plantStatements } from '../../support/people/region-directory.js';
import { DIRECTORY_ROWS } from '../../support/policy/directory-rows.js';
import { OVERSIGHT_ROWS, OWN_ROWS } from '../../support/policy/own-rows.js';
import {
  plantImpersonalRows,
  plantRowsOf,
  plantSeat,
  plantTarget,
} from '../../support/policy/planted-rows.js';
import {
  RECOVERING_KEY,
  statement,
  STATES,
  wireOf,
  type RowOperation,
  type Target,
} from '../../support/policy/row-operation.js';
import { THREAD_ROWS } from '../../support/policy/thread-rows.js';
import { WITHOUT_ROW } from '../../support/policy/without-rows.js';

const OPERATIONS: readonly RowOperation[] = [
  ...DIRECTORY_ROWS,
  ...OWN_ROWS,
  ...OVERSIGHT_ROWS,
  ...THREAD_ROWS,
];

let fresh: FreshDatabase;
let app: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  const region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of STATES) region.addOffices(state);
  await plantStatements(fresh, region);
  await plantImpersonalRows(fresh);
  for (const state of STATES) await plantRowsOf(fresh, state);
  app = new pg.Client({ connectionString: fresh.url('enl_app') });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await fresh.drop();
});

/** A refusal: by a policy or a function, or by a key that is of another State. */
const REFUSALS = new Set(['42501', '23503']);

/** Whether it had an effect, in a transaction that leaves none. */
async function isDone(
  { name, sql, values, isFunction = false }: RowOperation,
  by: PlantedSession,
  target: Target,
): Promise<boolean> {
  // One way to the database: there are thousands of cells.
  await app.query(`BEGIN; SELECT guard.enter('\\x${Buffer.from(by.sidHash).toString('hex')}')`);
  try {
    const { rows, rowCount } = await app.query<Record<string, unknown>>(sql, [
      ...values(target, by),
    ]);
    return isFunction ? Object.values(rows[0] ?? {})[0] === true : (rowCount ?? 0) > 0;
  } catch (error) {
    // Any other error is a mistake of this test.
    if (!REFUSALS.has(Object(error).code)) throw new Error(name, { cause: error });
    return false;
  } finally {
    await app.query('ROLLBACK');
  }
}

/** Everybody who could be asked for: no row tells of a second person whom the service has not asked. */
function approvalsOf(state: StateCode): readonly Approval[] {
  const other = (change: Partial<Approval>): Approval => ({
    personId: parseId(newRandomId(systemRandom)),
    state,
    roles: ['registrar'],
    ...change,
  });
  return [
    ...ROLES.map((role) => other({ roles: [role] })),
    other({ roles: ['auditor'], auditScope: 'national' }),
    other({ roles: ['prosecutor'], membership: 'steward' }),
  ];
}

/** What `decide` says when everything that no row can tell is in order: step-up, purpose, second person. */
function isDecided(
  { actions, object: change = {} }: RowOperation,
  by: Seat,
  target: Target,
): boolean {
  const state = by.session.state as StateCode;
  const { standing } = target;
  const object: PolicyObject = {
    type: 'row',
    id: 'object',
    ownerState: target.state,
    states: [target.state],
    personId: parseId<Subject['personId']>(target.personId),
    officeId: parseId<Subject['officeId']>(officeId(target.state, 'registry')),
    state: 'open',
    hold: false,
    ...(standing === 'none' ? {} : { membership: standing }),
    ...change,
  };
  return actions.some((action) => {
    const subject: Subject = {
      personId: parseId(by.session.personId),
      deviceId: parseId(by.session.deviceId),
      officeId: parseId(by.session.officeId),
      state,
      roles: [by.role],
      acr: by.acr,
      ...(by.role === 'auditor' ? { auditScope: 'national' } : {}),
      stepUp: { action, objectId: 'object', bodyHash: '' },
    };
    const declared = { purpose: 'audit', declarationId: 'd' } as const;
    const context = { nowMs: 0, bodyHash: '', risk: [], approvals: approvalsOf(state) };
    const decision = decide(subject, action, object, { ...context, ...declared });
    // What is counted is no row.
    return decision.allow && !decision.obligations.includes('aggregates-only');
  });
}

/** Whoever asks, and how they signed in. */
interface Seat {
  readonly role: Role;
  readonly session: PlantedSession;
  readonly acr: Subject['acr'];
}
const seatOf = async (state: (typeof STATES)[number], role: Role): Promise<Seat> => ({
  role,
  session: await plantSeat(fresh, state, { role }),
  acr: 'passkey',
});

/** A session for a device without certificate, which knows the person by a passkey or by a code alone. */
async function recoveringSeat(role: Role): Promise<Seat> {
  const { session } = await seatOf('CR', role);
  await fresh.asAdmin(
    `UPDATE app.sessions SET acr = 'recovery', recovering_key = $2 WHERE sid_hash = $1`,
    [session.sidHash, RECOVERING_KEY],
  );
  return { role, session, acr: 'recovery' };
}

/** Which of the rows of a target an operation is asked about: one set of each is enough. */
type Asking = (operation: RowOperation) => boolean;

/** The rows of both States, of the same role and of others, and the threads of every standing. */
async function targetsFor(
  seats: readonly Seat[],
  { session }: Seat,
): Promise<readonly (readonly [Target, Asking])[]> {
  const asked: (readonly [Target, Asking])[] = [];
  for (const [at, { session: of }] of seats.entries()) {
    const target = await plantTarget(fresh, of, { standing: 'none' });
    const isSelf = of.personId === session.personId;
    asked.push([target, (one) => (one.of === 'thread' ? at === 0 : one.of !== 'self' || isSelf)]);
  }
  for (const standing of ['steward', 'member', 'invited', 'none'] as const) {
    const target = await plantTarget(fresh, session, { standing, of: session });
    asked.push([target, (one) => one.of === 'thread']);
  }
  return asked;
}

describe('the rows alone, with the check of the service left out', () => {
  it('do in every cell of role and action what the policy allows, and refuse what it refuses', async () => {
    const wrong: string[] = [];
    const done = new Set<string>();
    const refused = new Set<string>();
    for (const role of ROLES) {
      const actors = await Promise.all(STATES.map((state) => seatOf(state, role)));
      const others = await Promise.all(STATES.map((state) => seatOf(state, 'prosecutor')));
      for (const actor of actors) {
        for (const [target, isAsked] of await targetsFor([...actors, ...others], actor)) {
          for (const operation of OPERATIONS.filter(isAsked)) {
            const effect = await isDone(operation, actor.session, target);
            const may = isDecided(operation, actor, target);
            (effect ? done : refused).add(operation.name);
            const { state, standing } = target;
            const cell = [role, actor.session.state, operation.name, state, standing, effect];
            if (effect !== may) wrong.push(cell.join(' '));
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    const names = OPERATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !done.has(name))).toEqual([]);
    // What every role may do to the own rows, and to nobody's else, names nobody.
    const always = OPERATIONS.filter(({ name }) => !refused.has(name));
    expect(always.map(({ name }) => name).toSorted()).toEqual([
      'freeze oneself',
      'read people',
      'read the directory',
      'say what a client saw',
      'show a second factor',
    ]);
  }, 600_000);

  it('do for whoever recovers what is part of a recovery, whatever role they have', async () => {
    const done = new Set<string>();
    const wrong: string[] = [];
    for (const role of ROLES) {
      const actor = await recoveringSeat(role);
      for (const [target, isAsked] of await targetsFor([actor], actor)) {
        for (const operation of OPERATIONS.filter(isAsked)) {
          const effect = await isDone(operation, actor.session, target);
          if (effect) done.add(operation.name);
          // Of a certificate the rows know for which device it is, and the policy does not.
          if (operation.name === 'certify a device') continue;
          const may = isDecided(operation, actor, target);
          if (effect !== may) wrong.push([role, operation.name, target.standing, effect].join(' '));
        }
      }
    }
    expect(wrong).toEqual([]);
    expect([...done].toSorted()).toEqual([
      'certify the device that asks',
      'end a session',
      'list sessions',
      'read a vault',
      'read people',
      'read the directory',
    ]);
  }, 600_000);

  it.each([
    ['of nobody', { type: 'device-cert', state: 'CR' }],
    ['of no State', { type: 'device-cert' }],
    ['of nothing', {}],
  ])('put no statement into the log that is %s', async (_, body) => {
    const { session } = await seatOf('CR', 'prosecutor');
    const target = await plantTarget(fresh, session, { standing: 'none' });
    const { sql, values } = statement('device-cert');
    const bare: RowOperation = {
      name: 'append a statement',
      actions: ['device.enrol'],
      sql,
      values: (...of) => [...values(...of).slice(0, 2), wireOf(body)],
    };
    expect(await isDone(bare, session, target)).toBe(false);
  });

  it('know of an office whose contacts are of its own people', async () => {
    const session = await plantSeat(fresh, 'CR', { role: 'prosecutor', office: 'audit' });
    const target = await plantTarget(fresh, session, { standing: 'none' });
    for (const name of ['propose a contact', 'confirm a contact']) {
      const operation = OPERATIONS.find((one) => one.name === name);
      const effect = operation && (await isDone(operation, session, target));
      expect([name, effect]).toEqual([name, false]);
    }
  });

  it('show the application no event, whoever asks', async () => {
    const { session } = await seatOf('CR', 'auditor');
    const target = await plantTarget(fresh, session, { standing: 'none' });
    const sql = 'SELECT true FROM audit.sections';
    const reading: RowOperation = { name: 'read', actions: ['audit.view'], sql, values: () => [] };
    expect(await isDone(reading, session, target)).toBe(false);
  });
});

describe('every action of the policy', () => {
  it('is asked of the rows here, or it is said why not and where instead', () => {
    const asked = new Set<string>(OPERATIONS.flatMap(({ actions }) => actions));
    const elsewhere = WITHOUT_ROW.flatMap(({ actions }) => actions);
    expect(elsewhere.filter((action) => asked.has(action))).toEqual([]);
    expect([...asked, ...elsewhere].toSorted()).toEqual(Object.keys(POLICY_TABLE).toSorted());
    const root = new URL('../../../', import.meta.url);
    const tests = WITHOUT_ROW.flatMap(({ where }) => where ?? []);
    expect(tests.filter((where) => !existsSync(new URL(where, root)))).toEqual([]);
  });

  it('that nothing is built for is no action of a route', () => {
    const unbuilt = new Set<Action>(
      WITHOUT_ROW.filter(({ where }) => where === null).flatMap(({ actions }) => actions),
    );
    const cwd = new URL('../../../apps/api/src/', import.meta.url);
    const routes = globSync('**/*.controller.ts', { cwd: cwd.pathname }).flatMap((path) =>
      [...readFileSync(new URL(path, cwd), 'utf8').matchAll(/@Access\('([^']+)'/gu)].map(
        ([, action = '']) => action,
      ),
    );
    expect(routes.length).toBeGreaterThan(80);
    expect(routes.filter((action) => [...unbuilt].some((one) => one === action))).toEqual([]);
  });
});
