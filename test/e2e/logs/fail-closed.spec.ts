import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SHARE_LIMITS } from '@enlace/contracts';
import { personaOf } from '@enlace/testing';

import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
let ines: TestDevice;

beforeAll(async () => {
  api = await startSessionServer();
  enrolCli(api.region, personaOf('cr-ines'));
  await api.logStatements();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  ines = new TestDevice(api, api.region, { slug: 'cr-ines' });
});
afterAll(async () => api.close());

beforeEach(async () => {
  api.clock.ms += 600_000;
  await rosa.signIn();
  await ines.signIn();
});

/** Ways in which the record of an act cannot be written, and back. */
const BROKEN = [
  [
    'is gone',
    'ALTER TABLE audit.outbox RENAME TO outbox_gone',
    'ALTER TABLE audit.outbox_gone RENAME TO outbox',
  ],
  [
    'may not be written',
    'REVOKE INSERT ON audit.outbox FROM enl_app',
    'GRANT INSERT ON audit.outbox TO enl_app',
  ],
  [
    'has no room',
    `CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;
     CREATE TRIGGER no_room BEFORE INSERT ON audit.outbox FOR EACH ROW EXECUTE FUNCTION public.no_room()`,
    'DROP TRIGGER no_room ON audit.outbox; DROP FUNCTION public.no_room()',
  ],
  [
    'is gone, that of sections',
    'ALTER TABLE audit.sections RENAME TO sections_gone',
    'ALTER TABLE audit.sections_gone RENAME TO sections',
  ],
] as const;

async function counts() {
  const [row] = await api.database.asAdmin(
    `SELECT (SELECT count(*)::int FROM app.declarations) AS declarations,
            (SELECT count(*)::int FROM app.sessions) AS sessions,
            (SELECT count(*)::int FROM audit.device_seqs) AS seqs,
            (SELECT count(*)::int FROM audit.events WHERE type <> 'log.halted') AS events`,
  );
  return row;
}

describe.each(BROKEN)('where the table of the record %s', (_, breaks, mends) => {
  it('acts and audited reads are refused, nothing is half done, and all goes on afterwards', async () => {
    const declare = { method: 'POST', path: '/declarations', body: { purpose: 'audit' } } as const;
    const before = await counts();
    await api.database.asAdmin(breaks);
    const refused = [
      await rosa.send(declare),
      await ines.send({ path: '/people' }),
      await rosa.send({ method: 'DELETE', path: '/sessions/current' }),
      await rosa.tryToSignIn().catch(() => null),
    ];
    await api.database.asAdmin(mends);
    // What cannot be recorded does not happen; a sign-in has no proof whose refusal would have to be recorded as
    // well.
    expect(refused.slice(0, 3).map((answer) => answer?.status)).toEqual([503, 503, 503]);
    expect(refused[3]?.status).toBeGreaterThanOrEqual(500);
    for (const answer of refused.slice(0, 3)) {
      expect(['audit.unavailable', 'storage.full']).toContain(answer?.body.code);
      expect(answer?.headers['enlace-receipt']).toBeUndefined();
    }
    expect(await counts()).toEqual(before);
    await rosa.signIn();
    expect((await rosa.send(declare)).status).toBe(201);
    expect((await ines.send({ path: '/people' })).status).toBe(200);
  });
});

describe('where not even refusals can be recorded', () => {
  it('refused acts keep no turn from those that come when the record is back', async () => {
    const declare = { method: 'POST', path: '/declarations', body: { purpose: 'audit' } } as const;
    await api.database.asAdmin('REVOKE INSERT ON audit.outbox FROM enl_app');
    const codes: unknown[] = [];
    for (let at = 0; at <= SHARE_LIMITS.actsAtOnce; at += 1) {
      codes.push((await rosa.send({ ...declare, claims: { bh: 'another body' } })).body.code);
    }
    await api.database.asAdmin('GRANT INSERT ON audit.outbox TO enl_app');
    expect(new Set(codes)).toEqual(new Set(['audit.unavailable']));
    expect((await rosa.send(declare)).status).toBe(201);
  });
});
