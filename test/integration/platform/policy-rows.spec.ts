import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decide,
  ROLES,
  type Action,
  type Approval,
  type Role,
  type StateCode,
  type Subject,
} from '@enlace/contracts';
import {
  canonicalJson,
  newRandomId,
  parseId,
  systemRandom,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  plantSession,
  Region,
  testId,
  type FreshDatabase,
  type PlantedSession,
} from '@enlace/testing';
import pg from 'pg';

import { plantStatements } from '../../support/people/region-directory.js';

const STATES = ['CR', 'PA'] as const;
type Home = (typeof STATES)[number];

let fresh: FreshDatabase;
let app: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  const region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of STATES) region.addOffices(state);
  await plantStatements(fresh, region);
  for (const state of STATES) await plantRowsOf(state);
  app = new pg.Client({ connectionString: fresh.url('enl_app') });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await fresh.drop();
});

const personOf = (state: Home) => testId(`${state}:person`, 4);
const contactOf = (state: Home) => toBase64Url(utf8(`contact of ${state}`.padEnd(32)));

/** A State that has begun, with a frozen person, an invitation and a proposed contact. */
async function plantRowsOf(state: Home): Promise<void> {
  const office = officeId(state, 'registry');
  for (const name of [`registrar:${state}:1`, `registrar:${state}:2`, `${state}:person`]) {
    await fresh.asAdmin(
      `INSERT INTO app.persons (state, person_id, office_id, roles, card, statement_id, not_before, not_after,
                                activated_at, frozen_at)
       VALUES ($1, $2, $3, '{registrar}', 'c', 's', now(), now() + interval '1 year', now(),
               CASE WHEN $4 THEN now() END)`,
      [state, testId(name, 4), office, name === `${state}:person`],
    );
  }
  const bytes = systemRandom.bytes(32);
  await fresh.asAdmin(
    `INSERT INTO app.invitations (state, invitation_id, person_id, office_id, roles, card, card_body, card_salt,
                                  code_hash, wire, proposed_by, proposed_at, expires_at)
     VALUES ($1, $2, $2, $3, '{prosecutor}', 'c', '{}', $4, 'h', '{}', $2, now(), now() + interval '1 hour')`,
    [state, testId(`${state}:invitation`, 7), office, bytes],
  );
  await fresh.asAdmin(
    `INSERT INTO app.contact_proposals (state, statement_id, contact_id, office_id, wire, card, card_body, card_salt,
                                        step, proposed_by, proposed_at)
     VALUES ($1, $2, $3, $4, '{}', 'c', '{}', $5, 'proposed', $3, now())`,
    [state, contactOf(state), testId(`${state}:contact`, 7), office, bytes],
  );
}

/** What is done to the rows of a State or a person, by a service that forgot to ask the policy. */
interface Operation {
  readonly name: string;
  readonly action: Action;
  readonly sql: string;
  readonly values: (target: Target) => readonly unknown[];
  /** The effect stands in the last row's first column, where a function answers; else rows count. */
  readonly isFunction?: boolean;
}

interface Target {
  readonly state: Home;
  readonly personId: string;
  readonly sessionId: string;
  readonly sidHash: Uint8Array;
}

const wireOf = (body: object) =>
  canonicalJson({ body: Buffer.from(JSON.stringify(body)).toString('base64url'), sigs: [] });

const APPEND_SQL = `SELECT true FROM guard.append_statement(99, $1, 's', $2, $3, now(), false)`;
const append = (type: string) => (target: Target) => [
  toBase64Url(systemRandom.bytes(32)),
  newRandomId(systemRandom),
  wireOf({ type, state: target.state, serial: 1 }),
];

const OPERATIONS: readonly Operation[] = [
  {
    name: 'read invitations',
    action: 'person.list',
    sql: 'SELECT true FROM app.invitations WHERE state = $1',
    values: ({ state }) => [state],
  },
  {
    name: 'propose a contact',
    action: 'contact.confirm',
    sql: `INSERT INTO app.contact_proposals
          SELECT state, $2, contact_id, office_id, wire, card, card_body, card_salt, step, reason,
                 proposed_by, proposed_at
            FROM jsonb_populate_record(NULL::app.contact_proposals, $1) RETURNING true`,
    values: ({ state }) => [
      JSON.stringify({
        state,
        contact_id: testId('x', 7),
        office_id: officeId(state, 'registry'),
        wire: '{}',
        card: 'c',
        card_body: '{}',
        card_salt: `\\x${'00'.repeat(32)}`,
        step: 'proposed',
        proposed_by: testId('x', 7),
        proposed_at: '2027-01-01T00:00:00Z',
      }),
      toBase64Url(systemRandom.bytes(32)),
    ],
  },
  {
    name: 'reject a contact',
    action: 'contact.reject',
    sql: `UPDATE app.contact_proposals SET step = 'rejected', reason = 'no', card_body = NULL, card_salt = NULL
           WHERE statement_id = $1 RETURNING true`,
    values: ({ state }) => [contactOf(state)],
  },
  {
    name: 'cancel an invitation',
    action: 'person.invite',
    sql: 'SELECT guard.cancel_invitation($1, $2)',
    values: ({ state }) => [state, testId(`${state}:invitation`, 7)],
    isFunction: true,
  },
  {
    name: 'lift a freeze',
    action: 'person.unfreeze',
    sql: 'SELECT guard.unfreeze_person($1)',
    values: ({ state }) => [personOf(state)],
    isFunction: true,
  },
  {
    name: 'end a person',
    action: 'person.revoke',
    sql: 'SELECT true FROM guard.revoke_sessions($1, NULL, now())',
    values: ({ personId }) => [personId],
  },
  {
    name: 'certify a person',
    action: 'person.certify',
    sql: APPEND_SQL,
    values: append('person-cert'),
  },
  { name: 'change an office', action: 'office.change', sql: APPEND_SQL, values: append('office') },
  {
    name: 'suspend by statement',
    action: 'person.suspend',
    sql: APPEND_SQL,
    values: append('revocation'),
  },
  {
    name: 'declare a purpose',
    action: 'session.elevate',
    sql: `INSERT INTO app.declarations (declaration_id, session_id, person_id, state, purpose, declared_at)
          VALUES ($1, $2, $3, $4, 'audit', now())`,
    values: ({ sessionId, personId, state }) => [
      newRandomId(systemRandom),
      sessionId,
      personId,
      state,
    ],
  },
  {
    name: 'list sessions',
    action: 'session.list',
    sql: 'SELECT true FROM guard.my_sessions() WHERE session_id = $1',
    values: ({ sessionId }) => [sessionId],
  },
  {
    name: 'end a session',
    action: 'session.end',
    sql: 'SELECT true FROM guard.end_my_sessions($1, now())',
    values: ({ sessionId }) => [sessionId],
  },
  {
    name: 'read the directory',
    action: 'directory.read',
    sql: 'SELECT true FROM app.persons WHERE state = $1',
    values: ({ state }) => [state],
  },
  {
    name: 'read people',
    action: 'directory.cards',
    sql: 'SELECT true FROM app.offices WHERE state = $1',
    values: ({ state }) => [state],
  },
  {
    name: 'read a vault',
    action: 'vault.read',
    sql: 'SELECT true FROM app.vaults WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'write a vault',
    action: 'vault.write',
    sql: 'UPDATE app.vaults SET written_at = now() WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'empty a vault',
    action: 'vault.write',
    sql: 'DELETE FROM app.vault_items WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'read events',
    action: 'audit.view',
    sql: 'SELECT true FROM audit.sections',
    values: () => [],
  },
];

/** Everybody has one. */
const VAULT_SQL = `
WITH vault AS (
  INSERT INTO app.vaults (person_id, counter, head, wraps, written_at)
  VALUES ($1, 1, '{}', ARRAY['\\x00'::bytea], now()) RETURNING person_id
)
INSERT INTO app.vault_items (person_id, item_id, version, hash, item)
SELECT person_id, decode(repeat('00', 32), 'hex'), 1, decode(repeat('00', 32), 'hex'), '\\x00' FROM vault`;

/** Whether it had an effect, in a transaction that leaves none. */
async function isDone(
  { sql, values, isFunction = false }: Operation,
  by: PlantedSession,
  target: Target,
): Promise<boolean> {
  await app.query('BEGIN');
  try {
    await app.query('SELECT guard.enter($1)', [Buffer.from(by.sidHash)]);
    const { rows, rowCount } = await app.query<Record<string, unknown>>(sql, [...values(target)]);
    return isFunction ? Object.values(rows[0] ?? {})[0] === true : (rowCount ?? 0) > 0;
  } catch (error) {
    // Any other error is a mistake of this test.
    if (Object(error).code !== '42501') throw error;
    return false;
  } finally {
    await app.query('ROLLBACK');
  }
}

/** What `decide` says when everything that no row can tell is in order: step-up, purpose, second person. */
function isDecided(
  action: Action,
  by: { readonly session: PlantedSession; readonly roles: readonly Role[] },
  target: Target,
): boolean {
  const state = by.session.state as StateCode;
  const other: Approval = {
    personId: parseId(newRandomId(systemRandom)),
    state,
    roles: ['registrar'],
  };
  const office = parseId<Subject['officeId']>(officeId(target.state, 'registry'));
  const subject: Subject = {
    personId: parseId(by.session.personId),
    deviceId: parseId(by.session.deviceId),
    officeId: office,
    state,
    roles: by.roles,
    acr: 'passkey',
    stepUp: { action, objectId: 'object', bodyHash: '' },
  };
  const object = {
    type: 'row',
    id: 'object',
    ownerState: target.state,
    states: [target.state],
    personId: parseId<Subject['personId']>(target.personId),
    officeId: office,
    state: 'open',
    hold: false,
  };
  const context = {
    nowMs: 0,
    bodyHash: '',
    approvals: [other],
    risk: [],
    purpose: 'audit',
    declarationId: 'd',
  } as const;
  return decide(subject, action, object, context).allow;
}

async function aSession(state: Home, role: Role): Promise<PlantedSession> {
  const session = await plantSession(fresh, { state, roles: [role] });
  await fresh.asAdmin(VAULT_SQL, [session.personId]);
  return session;
}

async function targetOf(session: PlantedSession): Promise<Target> {
  const [row] = await fresh.asAdmin('SELECT session_id FROM app.sessions WHERE sid_hash = $1', [
    session.sidHash,
  ]);
  const { sidHash, personId } = session;
  return {
    state: session.state === 'PA' ? 'PA' : 'CR',
    personId,
    sidHash,
    sessionId: String(row?.['session_id']),
  };
}

/** The most that a policy of rows can say: that somebody of this State, or this person, may do it. */
function isExpressible(action: Action, session: PlantedSession, target: Target): boolean {
  return ROLES.some((role) => isDecided(action, { session, roles: [role] }, target));
}

describe('row-level security alone, with the check of the service left out', () => {
  it('does what the policy allows, and refuses every other State and person', async () => {
    const wrong: unknown[] = [];
    let cases = 0;
    for (const role of ROLES) {
      const sessions = await Promise.all(STATES.map((state) => aSession(state, role)));
      const neighbours = await Promise.all(STATES.map((state) => aSession(state, 'prosecutor')));
      const targets = await Promise.all([...sessions, ...neighbours].map(targetOf));
      for (const session of sessions)
        for (const target of targets)
          for (const operation of OPERATIONS) {
            cases += 1;
            const done = await isDone(operation, session, target);
            const may = isDecided(operation.action, { session, roles: [role] }, target);
            const most = isExpressible(operation.action, session, target);
            const isRight =
              operation.action === 'audit.view' ? !done : done === most && (done || !may);
            if (!isRight)
              wrong.push([role, session.state, operation.name, target.state, { done, may, most }]);
          }
    }
    expect(wrong).toEqual([]);
    expect(cases).toBe(ROLES.length * STATES.length * 4 * OPERATIONS.length);
  });
});
