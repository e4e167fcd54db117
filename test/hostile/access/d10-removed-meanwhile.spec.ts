import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testId } from '@enlace/testing';
import pg from 'pg';
import type { Response } from 'supertest';

import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { suspend } from '../../support/sessions/suspend.js';

let api: SessionServer;
let holder: pg.Client;
beforeAll(async () => {
  api = await startSessionServer();
  holder = new pg.Client({ connectionString: api.database.adminUrl });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await api.close();
});

/** Resolves when somebody waits for the lock that `holder` has on the table. */
async function untilSomebodyWaits(table: string): Promise<void> {
  const sql = `SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  for (;;) {
    if ((await api.database.asAdmin(sql, [table])).length > 0) return;
  }
}

/** Lets an act come as far as its first look at a table, does something meanwhile, and lets it go on. */
async function whilePaused(
  table: string,
  act: () => Promise<Response>,
  meanwhile: () => Promise<void>,
): Promise<Response> {
  await holder.query('BEGIN');
  await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const answer = act();
  await untilSomebodyWaits(table);
  await meanwhile();
  await holder.query('COMMIT');
  return answer;
}

const eventsOf = async (device: SeatedDevice) =>
  (
    await api.database.asAdmin(
      `SELECT e.type, e.outcome FROM audit.events e JOIN audit.device_seqs s USING (event_id)
        WHERE s.device_id = $1`,
      [device.deviceId],
    )
  ).map(({ type, outcome }) => `${String(type)} ${String(outcome)}`);

describe('D10: an act whose person is removed between permission and effect', () => {
  it('writes nothing: the removal committed before its first row', async () => {
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    const body = { purpose: 'prosecution' };
    const answer = await whilePaused(
      'app.declarations',
      async () => rosa.send({ method: 'POST', path: '/declarations', body }),
      async () => suspend(api, 'cr-rosa'),
    );
    expect(answer.body).toMatchObject({ status: 401, code: 'session.ended' });
    expect(await api.database.asAdmin('SELECT FROM app.declarations')).toEqual([]);
    expect(await eventsOf(rosa)).toEqual(['access.denied denied']);
  });

  it('is shown nothing: the removal committed before it read', async () => {
    const ines = await SeatedDevice.at(api, seatOf('cr-ines'));
    const answer = await whilePaused(
      'app.persons',
      async () => ines.send({ path: '/people' }),
      async () => void (await holder.query(REVOKE_SQL, [testId('cr-ines', 4)])),
    );
    expect(answer.body).toMatchObject({ status: 401, code: 'session.ended' });
    expect(await eventsOf(ines)).toEqual(['access.denied denied']);
  });

  it('is shown nothing and leaves nothing: the removal committed after it read, before it was recorded', async () => {
    const daniel = await SeatedDevice.at(api, seatOf('cr-esteban'));
    const body = { purpose: 'prosecution' };
    const answer = await whilePaused(
      'audit.sections',
      async () => daniel.send({ method: 'POST', path: '/declarations', body }),
      async () => void (await holder.query(REVOKE_SQL, [testId('cr-esteban', 4)])),
    );
    expect(answer.body).toMatchObject({ status: 401, code: 'session.ended' });
    expect(await api.database.asAdmin('SELECT FROM app.declarations')).toEqual([]);
  });
});

const REVOKE_SQL = `UPDATE app.sessions SET revoked_at = now() WHERE person_id = $1`;
