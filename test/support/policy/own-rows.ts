import { newRandomId, systemRandom, toBase64Url } from '@enlace/kernel';

import { plantedIdOf, wireOf, type RowOperation } from './row-operation.js';

/** Sessions and vaults, which are of one person. */
export const OWN_ROWS: readonly RowOperation[] = [
  {
    name: 'declare a purpose',
    actions: ['purpose.declare'],
    sql: `INSERT INTO app.declarations (declaration_id, session_id, person_id, state, purpose, declared_at)
          VALUES ($1, $2, $3, $4, 'audit', now())`,
    values: ({ sessionId, personId, state }) => [
      newRandomId(systemRandom),
      sessionId,
      personId,
      state,
    ],
    of: 'self',
  },
  {
    name: 'show a second factor',
    actions: ['session.elevate'],
    sql: `SELECT guard.put_step_up($1, 'a', 'o', $2, now(), now() + interval '1 minute')`,
    values: () => [newRandomId(systemRandom), toBase64Url(systemRandom.bytes(32))],
    of: 'self',
  },
  {
    name: 'list sessions',
    // Whoever ends all of them is told which.
    actions: ['session.list', 'session.end'],
    sql: 'SELECT true FROM guard.my_sessions() WHERE session_id = $1',
    values: ({ sessionId }) => [sessionId],
  },
  {
    name: 'end a session',
    actions: ['session.end'],
    sql: 'SELECT true FROM guard.end_my_sessions($1, now())',
    values: ({ sessionId }) => [sessionId],
  },
  {
    name: 'read a vault',
    actions: ['vault.read'],
    sql: 'SELECT true FROM app.vaults WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'write a vault',
    actions: ['vault.write'],
    sql: 'UPDATE app.vaults SET written_at = now() WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'empty a vault',
    actions: ['vault.write'],
    sql: 'DELETE FROM app.vault_items WHERE person_id = $1',
    values: ({ personId }) => [personId],
  },
  {
    name: 'say what a client saw',
    actions: ['audit.client-events'],
    sql: 'SELECT guard.take_client_statement($1, now())',
    values: () => [newRandomId(systemRandom)],
    isFunction: true,
    of: 'self',
  },
];

/** Oversight, and acts of the platform. */
export const OVERSIGHT_ROWS: readonly RowOperation[] = [
  {
    name: 'ask for an export',
    actions: ['audit.export'],
    sql: `INSERT INTO audit.exports (export_id, state, asked_by, roles, asked_at, expires_at, format, event_ids)
          VALUES ($1, $2, $3, '{auditor}', now(), now() + interval '1 hour', 'jsonl', '{}')`,
    values: ({ state }, { personId }) => [newRandomId(systemRandom), state, personId],
  },
  {
    name: 'approve a large export',
    actions: ['audit.export-large'],
    sql: 'SELECT guard.approve_audit_export($1, now())',
    values: ({ state }) => [plantedIdOf(state, 'export')],
    isFunction: true,
  },
  {
    name: 'grant a scope',
    actions: ['audit.grant-scope'],
    sql: 'SELECT guard.grant_scope($1, now())',
    values: ({ state }) => [plantedIdOf(state, 'scope')],
    isFunction: true,
  },
  {
    name: 'take back a scope',
    actions: ['audit.grant-scope'],
    sql: 'SELECT guard.revoke_scope($1, now())',
    values: ({ state }) => [plantedIdOf(state, 'scope')],
    isFunction: true,
  },
  {
    name: 'approve an erasure',
    actions: ['audit.erase'],
    sql: 'SELECT count(*) >= 0 FROM guard.approve_erasure($1, now())',
    values: ({ state }) => [plantedIdOf(state, 'erasure')],
    isFunction: true,
  },
  {
    name: 'approve a disclosure',
    actions: ['audit.disclose'],
    sql: 'SELECT count(*) >= 0 FROM guard.approve_disclosure($1, now())',
    values: ({ state }) => [plantedIdOf(state, 'disclosure')],
    isFunction: true,
  },
  {
    name: 'ask for an erasure',
    actions: ['audit.erase'],
    sql: 'SELECT guard.ask_erasure($1, $2, now())',
    values: () => [newRandomId(systemRandom), asked({})],
    of: 'self',
  },
  {
    name: 'ask for a disclosure',
    actions: ['audit.disclose'],
    sql: 'SELECT guard.ask_disclosure($1, $2, now())',
    values: () => [newRandomId(systemRandom), asked({ toState: 'GT' })],
    of: 'self',
  },
  {
    name: 'acknowledge an alert',
    actions: ['audit.acknowledge-alert'],
    sql: `SELECT guard.move_alert($1, 'acknowledged', now())`,
    values: ({ state }) => [plantedIdOf(state, 'alert')],
    isFunction: true,
  },
  {
    name: 'acknowledge a technical alert',
    actions: ['audit.acknowledge-alert'],
    sql: `SELECT guard.move_alert($1, 'acknowledged', now())`,
    values: ({ state }) => [plantedIdOf(state, 'technical alert')],
    isFunction: true,
    object: { type: 'technical-alert' },
  },
  {
    name: 'carry in a break-glass act',
    actions: ['breakglass.invoke'],
    sql: 'SELECT guard.invoke_breakglass($1, now())',
    values: () => [wireOf(aBreakglass())],
    of: 'self',
  },
  {
    name: 'review a break-glass act',
    actions: ['breakglass.review'],
    sql: `SELECT guard.review_breakglass(repeat('r', 22), 'justified', now())`,
    values: () => [],
    isFunction: true,
    of: 'self',
  },
  {
    name: 'propose a release',
    actions: ['release.activate'],
    sql: `SELECT guard.propose_release($1, 'r', 'n', now())`,
    values: () => [toBase64Url(systemRandom.bytes(32))],
    isFunction: true,
    of: 'self',
  },
];

const asked = (change: object): string =>
  JSON.stringify({
    rule: 'r',
    sections: [3],
    origin: 'audit.example/2027',
    ranges: '{[1,2]}',
    ...change,
  });

function aBreakglass(): object {
  // oxlint-disable-next-line no-restricted-properties -- the database compares it with its own clock
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const nonce = toBase64Url(systemRandom.bytes(16));
  const times = { effectiveAfter: at(1), expiresAt: at(30) };
  return { nonce, action: 'suspend-state', target: 'GT', ...times };
}
