import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newRandomId, parseId, systemRandom, toBase64Url } from '@enlace/kernel';
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

/** Rows that belong to nobody: every client replicates them, or they tell of nodes and migrations alone. */
const IMPERSONAL = [
  'app.breakglass',
  'app.directory_statements',
  'app.node_heartbeats',
  'app.schema_migrations',
  'app.web_releases',
  'audit.log_checkpoints',
  'audit.log_continuations',
  'audit.log_cosignatures',
  'audit.log_entries',
  'audit.log_tiles',
  'audit.log_turns',
  'audit.logs',
  'audit.streams',
];

/** What is asked before there is a session, or by the node itself: each is a capability, a count or a claim. */
const BEFORE_SIGN_IN = [
  'alias_key',
  'claim_invitation',
  'claimed_invitation',
  'dead_sessions',
  'enter',
  'find_declaration',
  'find_passkey',
  'find_session',
  'find_witness',
  'found_release',
  'highest_seq',
  'keep_claimed_passkeys',
  'named_passkeys',
  'offer_device_link',
  'offered_device_link',
  'open_session',
  'put_challenge',
  'releases_in_use',
  'revocation_epoch',
  'sessions_ended_by',
  'settle_breakglass',
  'spend_reentry_code',
  'take_challenge',
  'take_socket_ticket',
  'take_step_up',
  'tell_device_link',
  'try_invitation_code',
  'try_reentry_code',
  'use_passkey',
];

/** Tables that the application may write to, each row in the name of a session. */
const UNDER_A_SESSION = [
  'app.contact_proposals',
  'app.declarations',
  'app.vault_items',
  'app.vaults',
  'audit.exports',
];

let fresh: FreshDatabase;
let app: pg.Client;
let region: Region;
beforeAll(async () => {
  fresh = await freshDatabase();
  app = new pg.Client({ connectionString: fresh.url('enl_app') });
  await app.connect();
  region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  await plantStatements(fresh, region);
  await foundStates();
  await plantRows();
});
afterAll(async () => {
  await app.end();
  await fresh.drop();
});

/** Both registrars of each State have begun: nobody speaks for it any more without a session. */
async function foundStates(): Promise<void> {
  for (const state of ['CR', 'PA'] as const) {
    for (const number of [1, 2]) {
      await fresh.asAdmin(
        `INSERT INTO app.persons (state, person_id, office_id, roles, card, statement_id, not_before, not_after,
                                  activated_at)
         VALUES ($1, $2, $3, '{registrar}', 'c', 's', now(), now() + interval '1 year', now())`,
        [state, testId(`registrar:${state}:${number}`, 4), officeId(state, 'registry')],
      );
    }
  }
}

/** At least one row of Costa Rica in every table: PostgreSQL asks a policy for each row that it finds. */
async function plantRows(): Promise<void> {
  const office = officeId('CR', 'registry');
  const id = newRandomId(systemRandom);
  const person = testId('registrar:CR:1', 4);
  await fresh.asAdmin(
    `INSERT INTO app.devices VALUES ('CR', $1, $2, 'cli', 's', now(), now() + interval '1 day', NULL)`,
    [id, person],
  );
  await fresh.asAdmin(`INSERT INTO app.contacts VALUES ('CR', $1, $2, $3, '{}', 'c', 's', false)`, [
    id,
    office,
    person,
  ]);
  await fresh.asAdmin(`INSERT INTO app.cards VALUES ('CR', $1, 'person', NULL, NULL)`, [
    toBase64Url(systemRandom.bytes(32)),
  ]);
  await fresh.asAdmin(
    `INSERT INTO app.invitations (state, invitation_id, person_id, office_id, roles, card, card_body, card_salt,
                                  code_hash, wire, proposed_by, proposed_at, expires_at)
     VALUES ('CR', $1, $1, $2, '{prosecutor}', 'c', '{}', $3, 'h', '{}', $1, now(), now() + interval '1 hour')`,
    [newRandomId(systemRandom), office, systemRandom.bytes(32)],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.exports (export_id, state, asked_by, roles, asked_at, expires_at, format, event_ids)
     VALUES ($1, 'CR', $1, '{auditor}', now(), now() + interval '1 hour', 'jsonl', '{}')`,
    [newRandomId(systemRandom)],
  );
  await fresh.asAdmin(
    `INSERT INTO app.contact_proposals (state, statement_id, contact_id, office_id, wire, card, card_body, card_salt,
                                        step, proposed_by, proposed_at)
     VALUES ('CR', $1, $2, $3, '{}', 'c', '{}', $4, 'proposed', $2, now())`,
    [
      toBase64Url(systemRandom.bytes(32)),
      newRandomId(systemRandom),
      office,
      systemRandom.bytes(32),
    ],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.alerts (alert_id, state, rule, subject, numbers, event_ids, is_technical, raised_at, step)
     VALUES ($1, 'CR', 'refusals-burst', 's', '{5,5}', '{}', true, now(), 'raised')`,
    [id],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.logs (log_id, stream, origin, vkey, size, root, state, opened_at)
     VALUES ($1, 'audit', 'audit.example/2027', 'v', 0, $2, 'open', now())`,
    [id, systemRandom.bytes(32)],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.erasures (erasure_id, state, rule, sections, log_id, ranges, asked_by, roles, asked_at)
     VALUES ($1, 'CR', 'r', '{3}', $1, '{[1,2]}', $2, '{auditor}', now())`,
    [id, person],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.disclosures (disclosure_id, state, to_state, rule, sections, log_id, ranges, asked_by, roles,
                                    asked_at)
     VALUES ($1, 'CR', 'PA', 'r', '{3}', $1, '{[1,2]}', $2, '{auditor}', now())`,
    [id, person],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.scopes (scope_id, case_id, state, holder_id, holder_state, asked_by, asked_at, expires_at)
     VALUES ($1, $1, 'CR', $1, 'PA', $2, now(), now() + interval '1 hour')`,
    [id, person],
  );
  await fresh.asAdmin(
    `INSERT INTO app.requests (request_id, requesting_state, requesting_office, requested_state, status, status_at)
     VALUES ($1, 'CR', $2, 'PA', 'draft', now())`,
    [id, office],
  );
  await fresh.asAdmin('INSERT INTO app.request_reminders VALUES ($1, now())', [id]);
}

interface Outcome {
  readonly code: string;
  readonly rows: number;
}

/** One statement of `enl_app` in a transaction of its own that leaves nothing behind. */
async function run(sql: string, session: PlantedSession | null, values: readonly unknown[] = []) {
  await app.query('BEGIN');
  try {
    if (session !== null) {
      await app.query(`SELECT set_config('app.sid', $1, true)`, [
        Buffer.from(session.sidHash).toString('hex'),
      ]);
    }
    const { rowCount } = await app.query(sql, [...values]);
    return { code: 'done', rows: rowCount ?? 0 } satisfies Outcome;
  } catch (error) {
    return { code: String(Object(error).code), rows: 0 } satisfies Outcome;
  } finally {
    await app.query('ROLLBACK');
  }
}

/** Every table, with the commands that the application holds a right to. */
async function tablesOf(): Promise<
  readonly { readonly name: string; readonly rights: string[] }[]
> {
  const rows = await fresh.asAdmin(
    `SELECT format('%s.%s', n.nspname, c.relname) AS name,
            coalesce(array_agg(a.privilege_type) FILTER (WHERE a.grantee = 'enl_app'::regrole), '{}') AS rights
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
      WHERE n.nspname IN ('app', 'audit') AND c.relkind = 'r' GROUP BY 1 ORDER BY 1`,
  );
  return rows.map(({ name, rights }) => ({ name: String(name), rights: Object(rights) }));
}

const ENDED = [
  ['revoked', 'revoked_at = now()'],
  ['idle too long', `idle_until = now() - interval '1 second'`],
  ['over', `ends_at = now() - interval '1 second'`],
] as const;

async function anEnded(change: string): Promise<PlantedSession> {
  const session = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
  await fresh.asAdmin(`UPDATE app.sessions SET ${change} WHERE sid_hash = $1`, [session.sidHash]);
  return session;
}

const aStatement = (name: string, command: string): string =>
  ({
    SELECT: `SELECT * FROM ${name}`,
    UPDATE: `UPDATE ${name} SET state = state`,
    DELETE: `DELETE FROM ${name}`,
  })[command] ?? `TRUNCATE ${name}`;

describe('D03: SQL of the application', () => {
  it('reads no table of persons without a session, and none with one that ended', async () => {
    const ended = await Promise.all(ENDED.map(([, change]) => anEnded(change)));
    const tables = await tablesOf();
    expect(tables.length).toBeGreaterThan(25);
    const open: string[] = [];
    for (const { name } of tables) {
      for (const session of [null, ...ended]) {
        const { code } = await run(`SELECT * FROM ${name}`, session);
        if (code === 'done' && !open.includes(name)) open.push(name);
        else if (code !== '42501' && code !== 'done') open.push(`${name}: ${code}`);
      }
    }
    expect(open.toSorted()).toEqual(IMPERSONAL);
  });

  it('writes nothing but the record of acts without a session', async () => {
    const written: string[] = [];
    for (const { name, rights } of await tablesOf()) {
      for (const command of ['UPDATE', 'DELETE', 'TRUNCATE']) {
        const outcome = await run(aStatement(name, command), null);
        if (outcome.code === 'done') written.push(`${command} ${name}`);
      }
      if (rights.includes('INSERT')) written.push(`INSERT ${name}`);
    }
    // Nodes keep their own heartbeats; what an act leaves in the record is added and never read or changed.
    expect(written).toEqual([
      'INSERT app.contact_proposals',
      'INSERT app.declarations',
      'DELETE app.node_heartbeats',
      'INSERT app.node_heartbeats',
      'INSERT app.vault_items',
      'INSERT app.vaults',
      'INSERT audit.device_seqs',
      'INSERT audit.events',
      'INSERT audit.exports',
      'INSERT audit.outbox',
      'INSERT audit.sections',
    ]);
    for (const table of UNDER_A_SESSION) {
      const { code } = await run(
        `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`,
        null,
        ['{"state":"CR"}'],
      );
      expect({ table, code }).toEqual({ table, code: '42501' });
    }
  });

  it('in the name of another State sees no row and changes none', async () => {
    const panama = await plantSession(fresh, { state: 'PA', roles: ['registrar'] });
    const home = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
    const approver = await plantSession(fresh, { state: 'CR', roles: ['chancellery-approver'] });
    for (const name of ['app.invitations', 'app.contact_proposals']) {
      const sql = `SELECT * FROM ${name}`;
      expect({ name, ...(await run(sql, home)) }).toEqual({ name, code: 'done', rows: 1 });
      expect({ name, ...(await run(sql, panama)) }).toEqual({ name, code: 'done', rows: 0 });
    }
    const change = `UPDATE app.contact_proposals
                       SET reason = 'x', step = 'rejected', card_body = NULL, card_salt = NULL`;
    expect(await run(change, approver)).toEqual({ code: 'done', rows: 1 });
    expect((await run(change, home)).code).toBe('42501');
    expect(await run(change, panama)).toEqual({ code: 'done', rows: 0 });
    const take = `UPDATE app.contact_proposals SET state = 'PA'`;
    expect((await run(take, approver)).code).toBe('42501');
  });

  it('calls no function of a session without one, and none with one that ended', async () => {
    const functions = await fresh.asAdmin(
      `SELECT p.proname AS name, string_to_array(oidvectortypes(p.proargtypes), ', ') AS types
         FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a
        WHERE p.pronamespace = 'guard'::regnamespace AND a.grantee = 'enl_app'::regrole ORDER BY 1`,
    );
    const revoked = await anEnded('revoked_at = now()');
    const open: string[] = [];
    for (const { name, types } of functions) {
      const sql = `SELECT * FROM guard.${String(name)}(${argumentsOf(Object(types)).join(', ')})`;
      const outcomes = [await run(sql, null), await run(sql, revoked)];
      if (outcomes.some(({ code }) => code !== '42501')) open.push(String(name));
    }
    expect(functions.length).toBeGreaterThan(35);
    // `enter` raises the same for what is no session; here it is the context of the run that is there already.
    expect(open.filter((name) => name !== 'enter')).toEqual(
      BEFORE_SIGN_IN.filter((name) => name !== 'enter'),
    );
  });

  it('enters no session that ended, and none that nobody opened', async () => {
    const hashes = [systemRandom.bytes(32), new Uint8Array(0)];
    for (const [, change] of ENDED) hashes.push((await anEnded(change)).sidHash);
    for (const hash of hashes) {
      expect((await run('SELECT guard.enter($1)', null, [hash])).code).toBe('42501');
    }
  });
});

/** An argument of each type that speaks in the name of Costa Rica. */
function argumentsOf(types: readonly string[]): readonly string[] {
  const wire = region.wires.find((text) => text.includes('"body"')) ?? '';
  const values: Readonly<Record<string, string>> = {
    text: `'CR'`,
    uuid: `'${parseId(newRandomId(systemRandom))}'`,
    jsonb: `'{"state":"CR"}'`,
    bytea: `'\\x${'00'.repeat(32)}'`,
    'bytea[]': `ARRAY['\\x00'::bytea]`,
    bigint: '9999',
    integer: '4',
    boolean: 'true',
    'timestamp with time zone': 'now()',
    date: 'now()::date',
    'app.sessions': 'NULL::app.sessions',
  };
  const isAppend = types[0] === 'bigint' && types.length === 7;
  return types.map((type, at) => (isAppend && at === 4 ? `'${wire}'` : (values[type] ?? 'NULL')));
}
