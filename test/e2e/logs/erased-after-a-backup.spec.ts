import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { Sequencer } from '../../../apps/api/src/platform/sequencer/sequencer.js';
import { SetBackDeployment, type RunningNode } from '../../support/log/set-back.js';
import { registrarSeat, SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { TestDevice } from '../../support/sessions/test-device.js';
import { until } from '../../support/until.js';

jest.setTimeout(240_000);

let deployment: SetBackDeployment;
/** The database as it was before the erasure, and after it. */
let backup: FreshDatabase;
let later: FreshDatabase;
/** What was erased: the address of somebody at an act of theirs. */
let eventId: string;
let node: RunningNode | null = null;
let restored: FreshDatabase;

const where = async (database: FreshDatabase) =>
  database.asAdmin('SELECT FROM audit.sections WHERE event_id = $1 AND section = 3', [eventId]);

const erasures = async (database: FreshDatabase) =>
  database.asAdmin(`SELECT FROM audit.events WHERE type = 'section.erased'`);

const promised = async (database: FreshDatabase) =>
  database.asAdmin(
    `SELECT log_id, max(size)::int AS size FROM audit.log_checkpoints GROUP BY log_id ORDER BY log_id`,
  );

const ready = async ({ url }: RunningNode) =>
  fetch(`${url}/health/ready`).then(async (answer) => answer.json());

/** An auditor asks and a registrar approves, as `enlace audit erase` does. */
async function erase(running: RunningNode, { origin, index }: { origin: string; index: number }) {
  const erasureId = newId(systemClock, systemRandom);
  const asking = { action: 'audit.erase', objectId: erasureId } as const;
  const ranges = [{ first: index, last: index }];
  const body = { erasureId, rule: 'request 7/2027', origin, ranges, sections: ['where'] };
  const auditor = await SeatedDevice.at(running, seatOf('cr-ines'));
  const asked = { method: 'POST', path: '/audit/erasures', body } as const;
  const said = await auditor.sendElevated(asked, asking);
  expect([said.status, said.body]).toEqual([200, expect.objectContaining({ step: 'proposed' })]);
  const registrar = await SeatedDevice.at(running, registrarSeat('CR'));
  const approval = { method: 'POST', path: `/audit/erasures/${erasureId}/approval` } as const;
  expect((await registrar.sendElevated(approval, asking)).body).toMatchObject({ step: 'erased' });
}

beforeAll(async () => {
  deployment = await SetBackDeployment.begin();
  backup = await freshDatabase();
  const before = await deployment.start(backup);
  await before.settle();
  await new TestDevice(before, deployment.region, { slug: 'cr-rosa' }).signIn();
  await before.settle();
  const [act] = await backup.asAdmin(
    `SELECT e.event_id, l.index::int AS index, g.origin
       FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id JOIN audit.logs g USING (log_id)
      WHERE e.type = 'session.opened' ORDER BY e.event_id LIMIT 1`,
  );
  eventId = String(act?.['event_id']);
  await before.stop();
  later = await backup.copy();
  const after = await deployment.start(later);
  await erase(after, { origin: String(act?.['origin']), index: Number(act?.['index']) });
  await after.settle();
  await after.stop();
});

afterEach(async () => {
  await node?.stop();
  await restored.drop();
});

afterAll(async () => {
  await backup.drop();
  await later.drop();
  await deployment.end();
});

/** What is in recovery takes in nothing and promises nothing, whatever waits for it. */
async function keepsSilent(running: RunningNode): Promise<void> {
  const before = await promised(restored);
  const registrar = await SeatedDevice.at(running, registrarSeat('CR'));
  const refused = await registrar.send({ method: 'POST', path: '/cases', body: {} });
  expect([refused.status, refused.body.code]).toEqual([503, 'server.recovery']);
  await until(async () => (await restored.asAdmin('SELECT FROM audit.outbox')).length > 0);
  await running.server.app.get(Sequencer).tick('audit');
  expect(await promised(restored)).toEqual(before);
  const states = await restored.asAdmin(
    `SELECT l.state FROM audit.streams s JOIN audit.logs l USING (log_id) WHERE s.stream = 'audit'`,
  );
  expect(states).toEqual([{ state: 'halted' }]);
}

describe('what was erased after a backup, once that is restored', () => {
  it('is there again, with a server that knows it signed more and signs nothing', async () => {
    expect([await where(later), await erasures(later)]).toEqual([[], [{}, {}]]);
    restored = await backup.copy();
    node = await deployment.startAlone(restored);
    expect(await ready(node)).toMatchObject({ status: 'recovery' });
    expect([await where(restored), await erasures(restored)]).toEqual([[{}], []]);
    await keepsSilent(node);
  });

  it('is no secret on a machine that knows nothing either: the witness does', async () => {
    await rm(join(deployment.dataDir, 'log-heads'), { recursive: true });
    restored = await backup.copy();
    const running = await deployment.start(restored);
    node = running;
    await until(async () => {
      await running.server.app.get(Backlog).look();
      return (await ready(running)).status === 'recovery';
    });
    expect(await where(restored)).toEqual([{}]);
    await keepsSilent(running);
  });
});
