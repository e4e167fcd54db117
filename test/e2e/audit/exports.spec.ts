import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action, AuditExport } from '@enlace/contracts';
import { parseStrictJson, utf8, type EventId } from '@enlace/kernel';
import { nodeTlogCrypto, testId } from '@enlace/testing';
import { hashLeaf, parseEventLine, parsePolicy, verifyEvent, verifyProof } from '@enlace/tlog';

import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { recordedAsAsked } from '../../support/audit/recorded-as-asked.js';
import { CASE, RecordStage } from '../../support/audit/record-stage.js';
import {
  startWitness,
  stateWitnesses,
  witnessUrls,
  type TestWitness,
} from '../../support/log/witnesses.js';
import { seatOf, type Seat, type SeatedDevice } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

const SECOND = { ...seatOf('cr-ines'), name: 'cr-second', personId: testId('cr-second', 4) };
const TECHNICAL = { ...seatOf('xr-saul'), name: 'xr-technical', auditScope: 'technical' } as const;

let api: SessionServer;
let witness: TestWitness;
let stage: RecordStage;
let read: EventId;

beforeAll(async () => {
  witness = await startWitness('CR');
  api = await startSessionServer(witnessUrls([witness]));
  stateWitnesses(api.region, [witness]);
  await api.logStatements();
  stage = new RecordStage(api);
  await stage.record({ by: 'cr-rosa', type: 'case.created', fields: {} });
  read = await stage.record({
    by: 'pa-omar',
    type: 'case.consulted',
    fields: {},
    ownerState: 'CR',
    reasonText: '=HYPERLINK("https://example.org")',
  });
  await stage.integrate();
});
afterAll(async () => {
  await api.close();
  await witness.close();
});

/** An auditor who has said what for. */
async function at(who: Seat | string) {
  const device: SeatedDevice = await stage.seat(who);
  const declaring = { method: 'POST', path: '/declarations', body: { purpose: 'audit' } } as const;
  const { body } = await device.send(declaring);
  const headers = { 'enlace-purpose': body.declarationId };
  return {
    device,
    ask: async (filter: object) =>
      device.sendElevated(
        { method: 'POST', path: '/audit/exports', body: filter, headers },
        { action: 'audit.export', objectId: 'events' },
      ),
    approve: async (id: string, action: Action = 'audit.export-large') =>
      device.sendElevated(
        { method: 'POST', path: `/audit/exports/${id}/approval`, body: {}, headers },
        { action, objectId: id },
      ),
    download: async (id: string) => device.send({ path: `/audit/exports/${id}/content`, headers }),
    prove: async (id: string) => device.send({ path: `/audit/events/${id}/proof`, headers }),
  };
}

async function exported(who: Seat | string, filter: object): Promise<AuditExport> {
  const { status, body } = await (await at(who)).ask(filter);
  expect(status).toBe(201);
  return body;
}

async function fileOf(who: Seat | string, filter: object): Promise<string> {
  const { exportId } = await exported(who, filter);
  const { status, text } = await (await at(who)).download(exportId);
  expect(status).toBe(200);
  return text;
}

const OF_CASE = { case: CASE, type: 'case.*' } as const;

describe('an export', () => {
  it('as JSON Lines holds everything that proves an event, and says what it leaves out', async () => {
    const text = await fileOf('cr-ines', { ...OF_CASE, format: 'jsonl' });
    const events = text.trimEnd().split('\n').map(parseEventLine);
    expect(events.map(({ absent }) => absent)).toEqual([
      {},
      { who: 'withheld', where: 'withheld', attest: 'withheld' },
    ]);
    for (const event of events) {
      expect(verifyEvent(nodeTlogCrypto, event).leaf.kind).toBe('act');
    }
  });

  it('as a table is read by a spreadsheet, which calculates nothing of it', async () => {
    const text = await fileOf('cr-ines', { ...OF_CASE, format: 'csv' });
    const [titles, ...rows] = text.split('\r\n');
    expect(titles).toMatch(/^\uFEFForigin,index,leafHash,/);
    expect(rows).toHaveLength(3);
    expect(rows[1]).toContain(`"'=HYPERLINK(""https://example.org"")"`);
  });

  it('as OCSF names the class of each event and leads back to its place', async () => {
    const text = await fileOf('cr-ines', { ...OF_CASE, format: 'ocsf' });
    const [first] = text.split('\n');
    expect(parseStrictJson(first ?? '')).toMatchObject({
      class_uid: 6001,
      category_uid: 6,
      type_uid: 600_199,
      activity_name: 'case.created',
      metadata: { version: '1.6.0' },
      unmapped: { origin: expect.stringMatching(/^audit\./), index: expect.any(Number) },
    });
  });

  it('is on record with its file, for whom it was and how much', async () => {
    const { exportId } = await exported('cr-ines', { ...OF_CASE, format: 'jsonl' });
    await (await at('cr-ines')).download(exportId);
    const rows = await api.database.asAdmin(
      `SELECT e.type, convert_from(s.body, 'UTF8')::jsonb AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.object_id = $1 ORDER BY e.type DESC`,
      [exportId],
    );
    expect(rows).toMatchObject([
      { type: 'audit.exported', what: { format: 'jsonl', rows: 2 } },
      {
        type: 'audit.downloaded',
        what: { rows: 2, fileHash: expect.stringMatching(/^[\w-]{43}$/) },
      },
    ]);
  });

  it('is for its auditor alone', async () => {
    const { exportId } = await exported('cr-ines', { ...OF_CASE, format: 'jsonl' });
    for (const other of [SECOND, 'gt-aura', 'xr-saul']) {
      expect((await (await at(other)).download(exportId)).body.code).toBe('export.not-found');
    }
  });

  it('takes a purpose, a second factor for this body, and somebody who may read events', async () => {
    const ines = await at('cr-ines');
    const body = { ...OF_CASE, format: 'jsonl' };
    const plain = { method: 'POST', path: '/audit/exports', body } as const;
    expect((await ines.device.send(plain)).body.code).toMatch(/purpose|step-up/);
    expect((await (await at(TECHNICAL)).ask(body)).body.code).toBe('access.denied');
    expect((await (await at('cr-rosa')).ask(body)).body.code).toBe('access.denied');
    expect((await ines.ask({ ...body, limit: 1 })).body.code).toBe('body.malformed');
  });

  it('above 1,000 events waits for another auditor of the State', async () => {
    const { exportId, step } = await exported('cr-ines', { ...OF_CASE, format: 'csv' });
    expect(step).toBe('ready');
    await api.database.asAdmin(
      `UPDATE audit.exports SET event_ids = event_ids || array_fill(event_ids[1], ARRAY[999])
        WHERE export_id = $1`,
      [exportId],
    );
    const ines = await at('cr-ines');
    expect((await ines.download(exportId)).body.code).toBe('approval.required');
    expect((await ines.approve(exportId)).body.code).toBe('approval.required');
    expect((await (await at('gt-aura')).approve(exportId)).status).not.toBe(200);
    expect((await (await at('cr-rosa')).approve(exportId)).body.code).toBe('access.denied');
    const technical = { ...SECOND, name: 'cr-technical', auditScope: 'technical' } as const;
    expect((await (await at(technical)).approve(exportId)).body.code).toBe('access.denied');
    expect((await (await at(SECOND)).approve(exportId)).body).toMatchObject({ step: 'ready' });
    expect((await (await at(SECOND)).approve(exportId)).body.code).toBe('approval.required');
    expect((await ines.download(exportId)).status).toBe(200);
    // Asked, approved and downloaded: all of it stands in the record of the case.
    const events = await api.database.asAdmin(
      `SELECT DISTINCT type FROM audit.events WHERE object_id = $1 AND case_id = $2 ORDER BY type`,
      [exportId, CASE],
    );
    expect(events).toEqual([{ type: 'audit.downloaded' }, { type: 'audit.exported' }]);
  });

  it('is over after a day', async () => {
    const { exportId } = await exported('cr-ines', { ...OF_CASE, format: 'csv' });
    await api.database.asAdmin(
      `UPDATE audit.exports SET asked_at = asked_at - interval '2 days', expires_at = expires_at - interval '2 days'
        WHERE export_id = $1`,
      [exportId],
    );
    expect((await (await at('cr-ines')).download(exportId)).body.code).toBe('export.not-found');
  });
});

describe('the proof of one event', () => {
  it('verifies with the keys of whoever asked, under a cosigned checkpoint, and is on record', async () => {
    const ines = await at('cr-ines');
    const logs = await ines.device.send({ path: '/audit/logs', withoutProof: true });
    const vkeys: readonly string[] = logs.body.map(({ vkey }: { vkey: string }) => vkey);
    witness.witness.trustLogs(vkeys);
    let proof = await ines.prove(read);
    while (proof.status !== 200) {
      expect(proof.body.code).toBe('event.unproven');
      await api.server.app.get(WitnessRounds).round('audit');
      await pause(50);
      api.clock.ms += 1_000;
      proof = await ines.prove(read);
    }
    const lines = [
      ...vkeys.map((vkey) => `log ${vkey}`),
      `witness CR ${witness.vkey}`,
      'quorum CR',
    ];
    const policy = parsePolicy(nodeTlogCrypto, utf8(lines.map((line) => `${line}\n`).join('')));
    const [row] = await api.database.asAdmin(
      'SELECT leaf, index FROM audit.log_entries WHERE entry_id = $1',
      [read],
    );
    const leafHash = hashLeaf(nodeTlogCrypto, Uint8Array.from(Object(row).leaf));
    const proven = verifyProof(nodeTlogCrypto, utf8(proof.text), { leafHash, policy });
    expect(proven.judged.meetsQuorum).toBe(true);
    expect(proven.inclusion.index).toBe(Number(Object(row).index));
    const [told] = await api.database.asAdmin(
      `SELECT actor_state, convert_from(s.body, 'UTF8')::jsonb AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.object_id = $1 AND e.type = 'audit.proof-fetched'`,
      [read],
    );
    const { index } = proven.inclusion;
    expect(told).toMatchObject({
      actor_state: 'CR',
      what: { fromIndex: index, toIndex: index + 1 },
    });
  });

  it('is not given for an event that is not for whoever asks', async () => {
    const { body } = await (await at('mx-ivan')).prove(read);
    expect(body.code).toBe('event.not-found');
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual([
      'GET /audit/events/:name/proof',
      'GET /audit/exports/:name/content',
      'POST /audit/exports/:name/approval',
    ]);
  });
});
