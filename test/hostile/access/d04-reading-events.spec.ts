import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decide, type AuditScope, type StateCode, type Subject } from '@enlace/contracts';
import { newRandomId, parseId, systemRandom } from '@enlace/kernel';
import pg from 'pg';

import {
  ONE_OF_EACH_ROLE,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

/** The parts of an event, of which each has its own readers. */
const SECTION_NAMES = ['what', 'who', 'where', 'why', 'attest'];

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
  const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
  const declared = await omar.send({
    method: 'POST',
    path: '/declarations',
    body: { purpose: 'prosecution' },
  });
  if (declared.status !== 201) throw new Error(declared.text);
});
afterAll(async () => api.close());

/** What the policy lets somebody see of an event of one State in which another one may take part. */
function shown(
  seat: Pick<Seat, 'state' | 'auditScope' | 'roles'>,
  event: { by: StateCode; with?: StateCode },
) {
  const id = parseId<Subject['deviceId']>(newRandomId(systemRandom));
  const subject = {
    ...seat,
    deviceId: id,
    personId: parseId<Subject['personId']>(newRandomId(systemRandom)),
    officeId: parseId<Subject['officeId']>(newRandomId(systemRandom)),
    acr: 'passkey',
  } as const;
  const object = {
    type: 'event',
    id,
    ownerState: event.by,
    states: event.with === undefined ? [event.by] : [event.by, event.with],
    state: 'open',
    hold: false,
  };
  const context = { nowMs: 0, bodyHash: '', approvals: [], risk: [] };
  const declared = { purpose: 'audit', declarationId: 'declaration' } as const;
  const decision = decide(subject, 'audit.view', object, { ...context, ...declared });
  if (!decision.allow) return decision.disclose;
  const { obligations } = decision;
  if (obligations.includes('aggregates-only')) return 'counts';
  if (obligations.includes('no-sections')) return 'leaf';
  if (obligations.includes('sections-what-why')) return 'what why';
  if (obligations.includes('withhold-where')) return 'what who why attest';
  return SECTION_NAMES.join(' ');
}

const auditor = (state: StateCode, auditScope: AuditScope) =>
  ({ state, auditScope, roles: ['auditor'] }) as const;

describe('D04: an event', () => {
  it.each<[string, ReturnType<typeof auditor>, StateCode | undefined, string]>([
    [
      'of another State is absent for a national auditor',
      auditor('CR', 'national'),
      undefined,
      'absent',
    ],
    [
      'of another State shows what and why where the own takes part',
      auditor('CR', 'national'),
      'CR',
      'what why',
    ],
    [
      'of the own State is whole for its auditor',
      auditor('PA', 'national'),
      undefined,
      'what who where why attest',
    ],
    [
      'is shown without its place to the regional auditor',
      auditor('XR', 'regional'),
      undefined,
      'what who why attest',
    ],
    ['shows its leaf alone to a technical auditor', auditor('XR', 'technical'), undefined, 'leaf'],
  ])('%s', (...[, by, part, expected]) => {
    expect(shown(by, { by: 'PA', ...(part === undefined ? {} : { with: part }) })).toBe(expected);
  });

  it("is nobody else's: eight roles see none, the secretariat counts", () => {
    for (const seat of ONE_OF_EACH_ROLE.filter(({ roles }) => !roles.includes('auditor'))) {
      const expected = seat.roles.includes('secretariat') ? 'counts' : 'absent';
      expect([seat.name, shown(seat, { by: 'PA' })]).toEqual([seat.name, expected]);
    }
  });
});

describe('D04: the rows of events', () => {
  const TABLES = ['events', 'sections', 'device_seqs', 'alias_keys', 'outbox'];

  it.each(['enl_app', 'enl_delivery', 'enl_retention'])(
    'are read by no statement of %s, whoever is signed in',
    async (role) => {
      const ines = await SeatedDevice.at(api, seatOf('pa-nelva'));
      const client = new pg.Client({ connectionString: api.database.url(role) });
      await client.connect();
      const [row] = await api.database.asAdmin(
        `SELECT encode(sid_hash, 'hex') AS sid FROM app.sessions WHERE session_id = $1`,
        [ines.opened?.sessionId],
      );
      await client.query(`SELECT set_config('app.sid', $1, false)`, [row?.['sid']]);
      const read: string[] = [];
      for (const table of TABLES) {
        await client.query(`SELECT * FROM audit.${table}`).then(
          () => read.push(table),
          (error: unknown) => expect(Object(error).code).toBe('42501'),
        );
      }
      await client.end();
      expect(read).toEqual([]);
    },
  );
});
