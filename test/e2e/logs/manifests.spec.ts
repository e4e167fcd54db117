import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateCode } from '@enlace/contracts';
import { personaOf } from '@enlace/testing';
import type { Response } from 'supertest';

import { ManifestRounds } from '../../../apps/api/src/platform/manifests/manifest-rounds.js';
import { checkOwnManifests } from '../../../apps/cli/src/audit-verify/own-manifests.js';
import { verifyOriginLog } from '../../support/log/log-node.js';
import { enrolCli } from '../../support/people/region-directory.js';
import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

const HOUR_MS = 3_600_000;

let api: SessionServer;
let rosa: TestDevice;
let ines: TestDevice;

beforeEach(async () => {
  api = await startSessionServer();
  enrolCli(api.region, personaOf('cr-ines'));
  await api.logStatements();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  await rosa.send({ method: 'DELETE', path: '/sessions/current' });
  await rosa.signIn();
  await nextHour();
  ines = new TestDevice(api, api.region, { slug: 'cr-ines' });
  await ines.signIn();
});
afterEach(async () => api.close());

async function integrated(): Promise<void> {
  while ((await api.database.asAdmin('SELECT FROM audit.outbox')).length > 0) await pause(20);
}

async function nextHour(): Promise<void> {
  await integrated();
  api.clock.ms += HOUR_MS;
  await api.server.app.get(ManifestRounds).round();
  await integrated();
}

async function declare(device: TestDevice, purpose = 'audit'): Promise<string> {
  const answer = await device.send({ method: 'POST', path: '/declarations', body: { purpose } });
  return answer.body.declarationId;
}

async function page(device: TestDevice, query: string, declarationId?: string): Promise<Response> {
  const headers = declarationId === undefined ? {} : { 'enlace-purpose': declarationId };
  return device.send({ path: `/audit/manifests?${query}`, headers });
}

const year = () => String(new Date(api.clock.ms).getUTCFullYear());

/** What the command line finds for an auditor, from small pages. */
async function check(device: TestDevice, state: StateCode = 'CR') {
  const declarationId = await declare(device);
  await integrated();
  const origin = `audit.localhost/${year()}`;
  const { entries: leaves } = await verifyOriginLog(api.database, origin);
  return checkOwnManifests(
    {
      state,
      pages: async (part, from) => {
        const answer = await page(device, `year=${part}&from=${from}&limit=3`, declarationId);
        expect(answer.status).toBe(200);
        return answer.body;
      },
    },
    { origin, leaves },
  );
}

describe('an auditor who computes the manifests of the own State', () => {
  it('finds all that is shown in them, page by page, and is on record for it', async () => {
    const { count, problems } = await check(ines);
    expect(problems).toEqual([]);
    expect(count.manifests).toBeGreaterThan(0);
    expect(count.events).toBeGreaterThan(2);
    const views = await api.database.asAdmin(
      `SELECT e.states FROM audit.events e WHERE e.type = 'audit.viewed'`,
    );
    expect(views.length).toBeGreaterThan(1);
    expect(views[0]?.['states']).toEqual(['CR', 'XR']);
  });

  it('of another State computes others: neither sees the acts of the other', async () => {
    const nelva = await SeatedDevice.at(api, seatOf('pa-nelva'));
    const found = await check(nelva, 'PA');
    expect(found.problems).toEqual([]);
    expect(found.count.events).toBeLessThan((await check(ines)).count.events);
  });

  it('counts an act whose section was erased, which the manifest proves to be one of them', async () => {
    await nextHour();
    await ines.signIn();
    const before = await check(ines);
    await api.database.asAdmin(
      `DELETE FROM audit.sections WHERE section = 1 AND event_id = (
         SELECT e.event_id FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id
          WHERE e.type = 'session.opened' AND e.states @> '{CR}' ORDER BY l.index LIMIT 1)`,
    );
    const { problems, count, erased, erasures } = await check(ines);
    expect(problems).toEqual(before.problems);
    expect([count.erased, erased.length, erasures]).toEqual([1, 1, []]);
  });

  it.each([
    [
      'an act',
      `UPDATE audit.events SET states = '{}' WHERE type = 'session.closed'`,
      'event.withheld',
    ],
    [
      'a manifest',
      `UPDATE audit.events SET states = '{}' WHERE event_id = (SELECT m.event_id FROM audit.manifests m
         WHERE m.state = 'CR' ORDER BY from_index LIMIT 1)`,
      'manifest.gap',
    ],
  ])('finds %s that a server withholds', async (_, sql, code) => {
    await nextHour();
    await ines.signIn();
    // Whoever owns the cluster stops at no trigger.
    await api.database.asAdmin('ALTER TABLE audit.events DISABLE TRIGGER USER');
    await api.database.asAdmin(sql);
    const { problems } = await check(ines);
    expect(problems).toContainEqual(expect.objectContaining({ code, exit: 6 }));
  });

  it('takes nothing for shown that the log does not commit to', async () => {
    await api.database.asAdmin(
      `UPDATE audit.sections SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE section = 1
         AND event_id IN (SELECT event_id FROM audit.events WHERE type = 'session.closed')`,
    );
    const { problems } = await check(ines);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'event.refused', exit: 2 }));
  });
});

describe('the manifests of a State', () => {
  it('are for its auditors, and for a purpose', async () => {
    const query = `year=${year()}&from=0`;
    expect((await page(ines, query)).body).toMatchObject({ code: 'purpose.required' });
    await rosa.signIn();
    const declared = await declare(rosa, 'investigation');
    expect((await page(rosa, query, declared)).body).toMatchObject({ code: 'access.denied' });
    const own = await declare(ines);
    expect((await page(ines, 'year=1999&from=0', own)).body.code).toBe('log.not-found');
    expect((await page(ines, `${query}&limit=2001`, own)).body.code).toBe('body.malformed');
    expect((await page(ines, query, own)).body).toMatchObject({ state: 'CR', next: null });
  });
});
