import { newRandomId, systemRandom } from '@enlace/kernel';
import type { PlantedSession } from '@enlace/testing';

import { plantedIdOf, type RowOperation, type Target } from './row-operation.js';

const hexOf = (id: string) => id.replaceAll('-', '');

/** Bytes of an entry and of its receipt, in the places that the row is compared with. */
export function entryBytes(
  row: { readonly threadId: string; readonly deviceId: string; readonly entryId: string },
  { kind, seq }: { readonly kind: number; readonly seq: number },
): { readonly entry: Buffer; readonly receipt: Buffer } {
  const entry = Buffer.alloc(400);
  entry[2] = kind;
  Buffer.from(hexOf(row.threadId), 'hex').copy(entry, 16);
  Buffer.from(hexOf(row.deviceId), 'hex').copy(entry, 48);
  Buffer.from(hexOf(row.entryId), 'hex').copy(entry, 64);
  const receipt = Buffer.alloc(216);
  Buffer.from(hexOf(row.threadId), 'hex').copy(receipt, 8);
  receipt.writeBigInt64BE(BigInt(seq), 24);
  Buffer.from(hexOf(row.entryId), 'hex').copy(receipt, 32);
  return { entry, receipt };
}

const APPEND_SQL = `
SELECT guard.append_entries($1, 2, ARRAY[$2::uuid], ARRAY[$3::text], ARRAY[2::bigint], ARRAY[1::bigint],
  ARRAY[$4::bytea], ARRAY[$5::bytea], decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'), 1, $6)`;

/** The next entry of the thread, with what a service says that it changes. */
function appended(
  kind: string,
  byte: number,
  change: (target: Target, by: PlantedSession) => object | null = () => null,
): Pick<RowOperation, 'sql' | 'values' | 'of'> {
  return {
    sql: APPEND_SQL,
    values: (target, by) => {
      const entryId = newRandomId(systemRandom);
      const row = { threadId: target.threadId, deviceId: by.deviceId, entryId };
      const { entry, receipt } = entryBytes(row, { kind: byte, seq: 2 });
      const changed = change(target, by);
      const said = changed === null ? null : JSON.stringify(wholeChange(target, by, changed));
      return [target.threadId, entryId, kind, entry, receipt, said];
    },
    of: 'thread',
  };
}

function wholeChange({ state, standing }: Target, { personId }: PlantedSession, change: object) {
  return {
    state: '{}',
    leaves: [],
    left: [],
    states: [state],
    members: [{ personId, standing: standing === 'none' ? 'member' : standing }],
    rosters: [],
    named: [],
    packageHash: null,
    grants: [],
    redactions: [],
    lives: [],
    ...change,
  };
}

const read = (sql: string): Pick<RowOperation, 'sql' | 'values' | 'of'> => ({
  sql: `SELECT true FROM ${sql}`,
  values: ({ threadId }) => [threadId],
  of: 'thread',
});

const REDACTED = (reason: string) => () => ({ redactions: [{ seq: 2, reason, targets: [1] }] });

/** Cases, threads, entries and files. A case has the id of its thread. */
export const THREAD_ROWS: readonly RowOperation[] = [
  {
    name: 'open a case',
    actions: ['case.create'],
    sql: `SELECT guard.open_case($1, 'migrant-smuggling', 'UNTOC-18', now())`,
    values: () => [newRandomId(systemRandom)],
    isFunction: true,
    of: 'self',
  },
  { name: 'read a case', actions: ['case.list'], ...read('app.cases WHERE case_id = $1') },
  { name: 'consult a case', actions: ['case.consult'], ...read('app.cases WHERE case_id = $1') },
  {
    name: 'add a State to a case',
    actions: ['case.add-state'],
    sql: `SELECT guard.add_case_state($1, 'GT')`,
    values: ({ threadId }) => [threadId],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'close a case',
    actions: ['case.close'],
    sql: `SELECT guard.set_case_status($1, 'closed')`,
    values: ({ threadId }) => [threadId],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'change the codes of a case',
    actions: ['case.update'],
    sql: `SELECT guard.update_case($1, 'other', 'l')`,
    values: ({ threadId }) => [threadId],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'add a member to a case',
    actions: ['case.add-member'],
    sql: `SELECT is_done FROM guard.put_case_member($1, $2, 'steward')`,
    values: ({ threadId, state }) => [threadId, plantedIdOf(state, 'colleague')],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'remove a member from a case',
    actions: ['case.remove-member'],
    sql: 'SELECT is_done FROM guard.drop_case_member($1, $2)',
    values: ({ threadId, state }) => [threadId, plantedIdOf(state, 'colleague')],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'remove a State from a case',
    actions: ['case.remove-state'],
    sql: `SELECT refused IS NULL FROM guard.drop_case_state($1, 'MX')`,
    values: ({ threadId }) => [threadId],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'open a thread',
    actions: ['thread.create'],
    sql: `SELECT guard.open_thread($1, $2, ARRAY[$3::text], 's', $4, 1, '{}', '[]', $4, '\\x00', $5, $6, $7, $4)`,
    values: ({ threadId: caseId, state }, { deviceId }) => {
      const [threadId, entryId] = [newRandomId(systemRandom), newRandomId(systemRandom)];
      const bytes = entryBytes({ threadId, deviceId, entryId }, { kind: 1, seq: 1 });
      return [threadId, caseId, state, Buffer.alloc(32), entryId, bytes.entry, bytes.receipt];
    },
    of: 'thread',
  },
  {
    name: 'take up a joining',
    actions: ['thread.list', 'thread.join'],
    ...read('app.threads WHERE thread_id = $1'),
  },
  {
    name: 'fetch the half of keys',
    actions: ['thread.list'],
    sql: 'SELECT true FROM guard.shred_halves(ARRAY[$1::uuid], ARRAY[$2::bytea]) WHERE half IS NOT NULL',
    values: ({ threadId }) => [threadId, Buffer.alloc(32)],
    of: 'thread',
  },
  {
    name: 'read heads',
    actions: ['thread.heads', 'thread.join'],
    ...read('app.threads WHERE thread_id = $1'),
  },
  {
    name: 'lock a log',
    actions: ['entry.append', 'thread.join'],
    sql: `SELECT true FROM guard.lock_thread($1, '{}')`,
    values: ({ threadId }) => [threadId],
    of: 'thread',
  },
  {
    name: 'read entries',
    actions: ['entry.fetch', 'thread.join'],
    ...read('app.entries WHERE thread_id = $1'),
  },
  {
    name: 'consult entries',
    actions: ['thread.consult', 'thread.join'],
    ...read('app.entries WHERE thread_id = $1'),
  },
  {
    name: 'export entries',
    actions: ['thread.export', 'thread.join'],
    ...read('app.entries WHERE thread_id = $1'),
  },
  {
    name: 'say how far one has read',
    actions: ['thread.beacon'],
    sql: 'SELECT guard.keep_beacon($1, 1, $2)',
    values: ({ threadId }, { deviceId }) => {
      const beacon = Buffer.alloc(160);
      Buffer.from(hexOf(threadId), 'hex').copy(beacon, 8);
      Buffer.from(hexOf(deviceId), 'hex').copy(beacon, 24);
      beacon.writeBigInt64BE(1n, 40);
      return [threadId, beacon];
    },
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'stage a blob',
    actions: ['entry.stage', 'thread.join'],
    sql: `SELECT guard.stage_blob($1, decode(repeat('00', 32), 'hex'), '\\x00', 16, now())`,
    values: ({ threadId }) => [threadId],
    isFunction: true,
    of: 'thread',
  },
  { name: 'write a message', actions: ['entry.append'], ...appended('message', 0x10) },
  { name: 'write a receipt', actions: ['entry.receipt'], ...appended('receipt', 0x13) },
  { name: 'leave', actions: ['thread.leave'], ...appended('leave', 0x03) },
  {
    name: 'commit',
    actions: [
      'thread.update-keys',
      'thread.add-own-device',
      'thread.remove-revoked',
      'thread.join',
    ],
    ...appended('commit', 0x02),
  },
  {
    name: 'ask for keys',
    actions: ['thread.request-access', 'thread.join'],
    ...appended('access-request', 0x04),
  },
  {
    name: 'close a thread',
    actions: ['thread.close'],
    ...appended('lifecycle', 0x07, () => ({
      lives: [{ seq: 2, action: 'close', atMs: 1, approvals: [] }],
    })),
  },
  {
    name: 'erase what others wrote',
    actions: ['entry.redact-others'],
    ...appended('redaction', 0x06, REDACTED('handling')),
  },
  {
    name: 'reserve a file',
    actions: ['attachment.upload'],
    sql: `SELECT guard.reserve_attachment($1, $2, $3, 1, now(), 1000, 1000) = 'reserved'`,
    values: ({ threadId }) => [
      threadId,
      newRandomId(systemRandom),
      Buffer.from(systemRandom.bytes(32)).toString('hex'),
    ],
    isFunction: true,
    of: 'thread',
  },
  {
    name: 'read a file',
    actions: ['attachment.ticket'],
    ...read('app.attachments WHERE thread_id = $1'),
  },
  {
    name: 'begin a request',
    actions: ['request.create'],
    sql: `SELECT guard.create_request($1, 'GT', NULL, now())`,
    values: () => [newRandomId(systemRandom)],
    isFunction: true,
    of: 'self',
    object: { membership: 'member' },
  },
  {
    name: 'read requests',
    actions: ['request.list-status'],
    sql: 'SELECT true FROM app.requests WHERE request_id = $1',
    values: ({ state }) => [plantedIdOf(state, 'request')],
  },
];
