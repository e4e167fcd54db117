import type { Role } from '@enlace/contracts';
import { newRandomId, systemRandom } from '@enlace/kernel';
import {
  officeId,
  plantSession,
  testId,
  type FreshDatabase,
  type PlantedSession,
} from '@enlace/testing';

import {
  cardOf,
  certificateOf,
  contactOf,
  plantedIdOf,
  wireOf,
  type Home,
  type Standing,
  type Target,
} from './row-operation.js';
import { plantOversight } from './planted-oversight.js';
import { entryBytes } from './thread-rows.js';

const ANY = `\\x${'00'.repeat(32)}`;

const PERSON_SQL = `
INSERT INTO app.persons (state, person_id, office_id, roles, card, statement_id, not_before, not_after, activated_at,
                         frozen_at)
VALUES ($1, $2, $3, $4, 'c', 's', now(), now() + interval '1 year', now(), CASE WHEN $5 THEN now() END)`;

type Planted = readonly [sql: string, values: readonly unknown[]];

function peopleOf(state: Home): readonly Planted[] {
  const office = officeId(state, 'registry');
  const id = (name: string) => plantedIdOf(state, name);
  return [
    [
      `INSERT INTO app.invitations (state, invitation_id, person_id, office_id, roles, card, card_body, card_salt,
                                    code_hash, wire, proposed_by, proposed_at, expires_at)
       VALUES ($1, $2, $2, $3, '{prosecutor}', 'c', '{}', $4, 'h', '{}', $2, now(), now() + interval '1 hour')`,
      [state, id('invitation'), office, ANY],
    ],
    [
      `INSERT INTO app.reentry_codes (reentry_id, state, person_id, code_hash, wire, proposed_by, proposed_at,
                                      expires_at)
       VALUES ($2, $1, $2, 'h', '{}', $2, now(), now() + interval '1 hour')`,
      [state, id('reentry')],
    ],
    [
      `INSERT INTO app.contact_proposals (state, statement_id, contact_id, office_id, wire, card, card_body, card_salt,
                                          step, proposed_by, proposed_at)
       VALUES ($1, $2, $3, $4, '{}', 'c', '{}', $5, 'proposed', $3, now())`,
      [state, contactOf(state), id('contact'), office, ANY],
    ],
    [
      `INSERT INTO app.contacts VALUES ($1, $2, $3, NULL, '{}', 'c', $4, false)`,
      [state, id('contact'), office, contactOf(state)],
    ],
    [`INSERT INTO app.cards VALUES ($1, $2, 'person', NULL, NULL)`, [state, cardOf(state)]],
    [
      `INSERT INTO app.requests (request_id, requesting_state, requesting_office, requested_state, status, status_at)
       VALUES ($1, $2, $3, 'GT', 'draft', now())`,
      [id('request'), state, office],
    ],
  ];
}

/** What stands in the tables of a State: one row at least of what the application may touch. */
export async function plantRowsOf(fresh: FreshDatabase, state: Home): Promise<void> {
  const office = officeId(state, 'registry');
  for (const name of [`registrar:${state}:1`, `registrar:${state}:2`, `${state}:person`]) {
    const isFrozen = name === `${state}:person`;
    await fresh.asAdmin(PERSON_SQL, [state, testId(name, 4), office, ['registrar'], isFrozen]);
  }
  const colleague = [state, plantedIdOf(state, 'colleague'), office, ['prosecutor'], false];
  await fresh.asAdmin(PERSON_SQL, colleague);
  for (const [sql, values] of peopleOf(state)) await fresh.asAdmin(sql, [...values]);
  await plantOversight(fresh, state);
}

/** What is of no State: a log, which comes before all else, and a break-glass act that is over. */
export async function plantImpersonalRows(fresh: FreshDatabase): Promise<void> {
  await fresh.asAdmin(
    `INSERT INTO audit.logs (log_id, stream, origin, vkey, size, root, state, opened_at)
     VALUES ($1, 'audit', 'audit.example/2027', 'v', 0, $2, 'open', now())`,
    [newRandomId(systemRandom), ANY],
  );
  await fresh.asAdmin(
    `INSERT INTO app.breakglass (nonce, action, target, wire, effective_after, expires_at, invoked_at, settled_at,
                                 outcome)
     VALUES (repeat('r', 22), 'suspend-state', 'GT', '{}', now() - interval '2 h', now() - interval '1 h', now(), now(),
             'expired')`,
  );
}

/** Everybody has one. */
const VAULT_SQL = `
WITH vault AS (
  INSERT INTO app.vaults (person_id, counter, head, wraps, written_at)
  VALUES ($1, 1, '{}', ARRAY['\\x00'::bytea], now()) RETURNING person_id
)
INSERT INTO app.vault_items (person_id, item_id, version, hash, item)
SELECT person_id, decode(repeat('00', 32), 'hex'), 1, decode(repeat('00', 32), 'hex'), '\\x00' FROM vault`;

let place = 10_000;

export async function plantVault(fresh: FreshDatabase, personId: string): Promise<void> {
  await fresh.asAdmin(VAULT_SQL, [personId]);
}

/** Somebody of a State with a role: signed in, in the directory, with a device and a vault. */
export async function plantSeat(
  fresh: FreshDatabase,
  state: Home,
  { role, office = 'registry' }: { readonly role: Role; readonly office?: 'registry' | 'audit' },
): Promise<PlantedSession> {
  const its = officeId(state, office);
  const scope = role === 'auditor' ? { auditScope: 'national' } : {};
  const session = await plantSession(fresh, { state, roles: [role], officeId: its, ...scope });
  const { personId } = session;
  await fresh.asAdmin(PERSON_SQL, [state, personId, its, [role], false]);
  await plantVault(fresh, personId);
  place += 1;
  await fresh.asAdmin(
    `INSERT INTO app.directory_statements VALUES ($1, $2, 'device-cert', $3, 's', 1, $4, $5, now())`,
    [place, certificateOf(personId), state, newRandomId(systemRandom), wireOf({ personId })],
  );
  return session;
}

/** The rows of somebody, with a case and a thread, in which another one, if any, has a standing. */
export async function plantTarget(
  fresh: FreshDatabase,
  { state: home, personId, deviceId, sidHash }: PlantedSession,
  { standing, of }: { readonly standing: Standing; readonly of?: PlantedSession },
): Promise<Target> {
  const state: Home = home === 'PA' ? 'PA' : 'CR';
  const [row] = await fresh.asAdmin('SELECT session_id FROM app.sessions WHERE sid_hash = $1', [
    sidHash,
  ]);
  const threadId = newRandomId(systemRandom);
  const author = of === undefined ? deviceId : newRandomId(systemRandom);
  const thread = { threadId, state, author, readers: of === undefined ? [] : [of.personId] };
  const standings = of === undefined ? [] : standingsOf(threadId, of.personId, standing);
  for (const [sql, values] of [...threadRows(thread), ...standings]) {
    await fresh.asAdmin(sql, [...values]);
  }
  return { state, personId, threadId, standing, sessionId: String(row?.['session_id']) };
}

/** With an entry and a file that it names. */
function threadRows({
  threadId,
  state,
  author,
  readers,
}: {
  readonly threadId: string;
  readonly state: Home;
  readonly author: string;
  readonly readers: readonly string[];
}): readonly Planted[] {
  const entryId = newRandomId(systemRandom);
  const row = { threadId, deviceId: author, entryId };
  const { entry, receipt } = entryBytes(row, { kind: 0x10, seq: 1 });
  return [
    [
      `INSERT INTO app.cases (case_id, owner_state, states, case_type, legal_basis, opened_by, opened_at)
       VALUES ($1, $2, ARRAY[$2, 'MX'], 'c', 'l', $3, now())`,
      [threadId, state, author],
    ],
    [
      'INSERT INTO app.case_members VALUES ($1, $2, $3)',
      [threadId, plantedIdOf(state, 'colleague'), 'member'],
    ],
    [
      `INSERT INTO app.threads (thread_id, case_id, originator, states, suite, incarnation, epoch, last_seq, chain,
                                accepted_ms, roster_version)
       VALUES ($1, $1, $2, ARRAY[$2], 's', 0, 0, 1, $3, 1, 1)`,
      [threadId, state, ANY],
    ],
    [
      `INSERT INTO app.thread_states (thread_id, state, leaves, package_hash) VALUES ($1, '{}', '[]', $2)`,
      [threadId, ANY],
    ],
    ['INSERT INTO app.rosters VALUES ($1, 1, $2)', [threadId, readers]],
    [
      `INSERT INTO app.entries (thread_id, seq, device_id, entry_id, kind, accepted_ms, roster_version, entry,
                                receipt)
       VALUES ($1, 1, $2, $3, 'message', 1, 1, $4, $5)`,
      [threadId, author, entryId, entry, receipt],
    ],
    [
      `INSERT INTO app.attachments (thread_id, attachment_id, case_id, owner_state, uploaded_by, device_id,
                                    object_key, length, received, reserved_at, ciphertext_sha256, completed_at)
       VALUES ($1, $1, $1, $2, $3, $3, $4, 1, 1, now(), $5, now())`,
      [threadId, state, author, Buffer.from(systemRandom.bytes(32)).toString('hex'), ANY],
    ],
    ['INSERT INTO app.attachment_uses VALUES ($1, 1, $1)', [threadId]],
  ];
}

/** Whoever is invited into a thread is in its case not yet. */
function standingsOf(threadId: string, personId: string, standing: Standing): readonly Planted[] {
  if (standing === 'former' || standing === 'none') return [];
  const values = [threadId, personId, standing];
  const inThread: Planted = ['INSERT INTO app.thread_members VALUES ($1, $2, $3)', values];
  const inCase: Planted = ['INSERT INTO app.case_members VALUES ($1, $2, $3)', values];
  return standing === 'invited' ? [inThread] : [inThread, inCase];
}
