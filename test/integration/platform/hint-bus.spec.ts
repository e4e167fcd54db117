import { systemRandom } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { Hint } from '../../../apps/api/src/platform/bus/hint.js';
import { PostgresHintBus } from '../../../apps/api/src/platform/bus/postgres-hint-bus.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { openActs } from '../../support/people/recorded-acts.js';
import { until } from '../../support/until.js';

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openActs>>;
const buses: PostgresHintBus[] = [];
beforeAll(async () => {
  fresh = await freshDatabase();
  node = await openActs(fresh);
});
afterAll(async () => {
  await node.close();
  await fresh.drop();
});
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.onApplicationShutdown();
});

/** A node that listens, and what it heard. */
async function aListener(url = fresh.url('enl_app')) {
  const log = createLog('error', { write: () => undefined });
  const bus = new PostgresHintBus({ database: node.database, url, random: systemRandom, log });
  const heard: Hint[] = [];
  const gaps: number[] = [];
  bus.subscribe({ onHint: (hint) => heard.push(hint), onGap: () => gaps.push(heard.length) });
  await bus.onApplicationBootstrap();
  buses.push(bus);
  return { bus, heard, gaps };
}

const LISTENERS = "application_name = 'enlace-hints' AND datname = current_database()";

describe('hints between nodes', () => {
  it('are heard by every node, and what is told in one moment is one', async () => {
    const [here, there] = [await aListener(), await aListener()];
    for (let size = 1; size <= 50; size += 1) here.bus.publish({ directorySize: size });
    here.bus.publish({ sessionsEnded: true });
    await until(() => there.heard.length > 0 && here.heard.length > 0);
    expect(there.heard).toEqual([{ directorySize: 50, sessionsEnded: true }]);
    expect(here.heard).toEqual(there.heard);
  });

  it('are heard again after the connection was cut, and the node knows of the gap', async () => {
    const { bus, heard, gaps } = await aListener();
    expect(gaps).toEqual([0]);
    await fresh.asAdmin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${LISTENERS}`,
    );
    await until(() => !bus.isHealthy());
    await until(() => gaps.length === 2);
    bus.publish({ directorySize: 9 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ directorySize: 9 }]);
    expect(bus.isHealthy()).toBe(true);
  });

  it('that nobody understands change nothing', async () => {
    const { bus, heard } = await aListener();
    await fresh.asAdmin(
      "SELECT pg_notify('enlace_hint', 'DROP TABLE'), pg_notify('enlace_hint', '[]')",
    );
    bus.publish({ directorySize: 3 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ directorySize: 3 }]);
  });

  it('cost nothing when nobody can be reached: a node without a bus goes on', async () => {
    const { bus, gaps } = await aListener('postgres://nobody@localhost:1/none');
    bus.publish({ directorySize: 1 });
    expect(bus.isHealthy()).toBe(false);
    expect(gaps).toEqual([]);
  });
});
