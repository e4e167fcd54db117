import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LogSummary, MirrorGranted } from '@enlace/contracts';
import { personaOf } from '@enlace/testing';
import type { Response } from 'supertest';

import { openNote, readCheckpoint, readLog, type Fetch } from '../../support/log/plain-reader.js';
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
  await rosa.signIn();
  await ines.signIn();
});
afterAll(async () => api.close());

const get = (device: TestDevice, path: string, headers: Readonly<Record<string, string>> = {}) =>
  device.send({ path, withoutProof: true, headers });

/** The bytes of an answer; supertest decompresses and keeps bodies of unknown types as buffers. */
function bytesOf({ status, body, text }: Response): Buffer {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return Buffer.isBuffer(body) ? body : Buffer.from(text);
}

const fetchBelow =
  (device: TestDevice, prefix: string, headers: Readonly<Record<string, string>> = {}): Fetch =>
  async (path) => {
    api.clock.ms += 1_000;
    return bytesOf(await get(device, `${prefix}/${path}`, headers));
  };

async function logs(): Promise<readonly LogSummary[]> {
  const { body } = await get(rosa, '/audit/logs');
  return body;
}

async function logOf(stream: 'audit' | 'directory'): Promise<LogSummary> {
  const found = (await logs()).find(({ origin }) => origin.startsWith(`${stream}.`));
  if (found === undefined) throw new Error('no such log');
  return found;
}

async function settled(stream: 'audit' | 'directory'): Promise<LogSummary> {
  for (;;) {
    const rows = await api.database.asAdmin('SELECT FROM audit.outbox WHERE stream = $1', [stream]);
    const log = await logOf(stream);
    const [row] = await api.database.asAdmin('SELECT size::int FROM audit.logs WHERE origin = $1', [
      log.origin,
    ]);
    if (rows.length === 0 && row?.['size'] === log.size && log.size > 0) return log;
  }
}

async function declareAudit(): Promise<string> {
  const body = { purpose: 'audit' };
  const answer = await ines.send({ method: 'POST', path: '/declarations', body });
  return answer.body.declarationId;
}

async function mirror(
  device: TestDevice,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return device.send({ method: 'POST', path: '/audit/mirrors', body, headers });
}

async function ticketFor({ origin, size }: LogSummary): Promise<MirrorGranted> {
  const purpose = { 'enlace-purpose': await declareAudit() };
  const answer = await mirror(ines, { origin, fromIndex: 0, toIndex: size }, purpose);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

describe('the directory log, read by a tool that knows only C2SP and RFC 6962', () => {
  it('has every statement, in tiles that add up to the signed root', async () => {
    const { origin, path, vkey } = await settled('directory');
    const fetch = fetchBelow(rosa, path);
    const head = await readCheckpoint(fetch, vkey);
    const log = await readLog(fetch, head);
    expect(log).toMatchObject({ origin, size: api.region.wires.length, root: head.root });
  });

  it('changes no byte below an address, and lets nobody keep a checkpoint', async () => {
    const { path, size } = await settled('directory');
    const tile = await get(rosa, `${path}/tile/0/000.p/${size}`);
    expect(tile.headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-type': 'application/octet-stream',
    });
    expect(bytesOf(tile)).toHaveLength(32 * size);
    const narrower = bytesOf(await get(rosa, `${path}/tile/0/000.p/${size - 1}`));
    expect(narrower).toEqual(bytesOf(tile).subarray(0, -32));
    const checkpoint = await get(rosa, `${path}/checkpoint`);
    expect(checkpoint.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/plain; charset=utf-8',
    });
    const bundle = `${path}/tile/entries/000.p/${size}`;
    const [plain, packed] = await Promise.all([
      get(rosa, bundle, { 'accept-encoding': 'identity' }),
      get(rosa, bundle, { 'accept-encoding': 'gzip' }),
    ]);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    // The test's client has unpacked it.
    expect(bytesOf(packed)).toEqual(bytesOf(plain));
  });

  it.each([
    'tile/0/000',
    'tile/0/001',
    'tile/0/0',
    'tile/00/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/255',
    'tile/0/x000/000',
    'tile/1/000.p/1',
    'tile/64/000',
    'tile/entries/000',
    'tile/Entries/000.p/1',
    'tile/0/000.p/1/',
    'tile/0/..%2f..%2fcheckpoint',
  ])('has nothing at %s', async (path) => {
    const answer = await get(rosa, `/directory/log/${path}`);
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 404,
      code: 'log.not-found',
    });
  });

  it('is for whoever has signed in', async () => {
    const stranger = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    for (const path of ['checkpoint', 'tile/0/000.p/1', 'tile/entries/000.p/1']) {
      const answer = await get(stranger, `/directory/log/${path}`);
      expect(answer.body).toMatchObject({ status: 401, code: 'session.ended' });
    }
  });
});

describe('the audit log', () => {
  it('shows its heads and hashes to everybody, its entries to an auditor with a ticket', async () => {
    const log = await settled('audit');
    const fetch = fetchBelow(rosa, log.path);
    expect(await readCheckpoint(fetch, log.vkey)).toMatchObject({ origin: log.origin });
    expect(await fetch('tile/0/000.p/1')).toHaveLength(32);
    const refused = await get(rosa, `${log.path}/tile/entries/000.p/1`);
    expect(refused.body).toMatchObject({ status: 403, code: 'ticket.refused' });
  });

  it('is rebuilt by an auditor, whose reading stands in it', async () => {
    const before = await settled('audit');
    const granted = await ticketFor(before);
    const after = await settled('audit');
    expect(after.size).toBeGreaterThan(before.size);
    const fetch = fetchBelow(ines, after.path, { 'enlace-ticket': granted.ticket });
    const text = openNote((await fetch('checkpoint')).toString(), before.vkey);
    expect(text.split('\n')[0]).toBe(before.origin);
    // The checkpoint has moved on: the ticket is for what was asked for, and the tiles of then are still there.
    const [row] = await api.database.asAdmin(
      `SELECT encode(c.root, 'base64') AS root FROM audit.log_checkpoints c JOIN audit.logs USING (log_id)
        WHERE origin = $1 AND c.size = $2`,
      [before.origin, before.size],
    );
    const root = String(row?.['root']);
    const log = await readLog(fetch, { origin: before.origin, size: before.size, root });
    expect(log.root).toBe(root);
    const part = await get(ines, `${after.path}/tile/entries/000.p/${before.size}`, {
      'enlace-ticket': granted.ticket,
    });
    const [event] = await api.database.asAdmin(
      `SELECT event_id FROM audit.events WHERE type = 'audit.mirrored' ORDER BY event_id DESC LIMIT 1`,
    );
    expect(part.headers['enlace-receipt']).toBe(`covered ${String(event?.['event_id'])}`);
  });

  it('takes no ticket that is another session’s, another stretch’s, changed, or over', async () => {
    const log = await settled('audit');
    const { ticket } = await ticketFor(log);
    const grown = await settled('audit');
    const read = async (device: TestDevice, shown: string, width = 1) =>
      (await get(device, `${log.path}/tile/entries/000.p/${width}`, { 'enlace-ticket': shown }))
        .status;
    expect(await read(ines, ticket)).toBe(200);
    expect(await read(rosa, ticket)).toBe(403);
    expect(await read(ines, ticket, grown.size)).toBe(403);
    for (let at = 0; at < ticket.length; at += 7) {
      const other = ticket[at] === 'A' ? 'B' : 'A';
      expect(await read(ines, `${ticket.slice(0, at)}${other}${ticket.slice(at + 1)}`)).toBe(403);
    }
    for (const shown of ['', 'x', `${ticket}A`, 'A'.repeat(10_000)]) {
      expect(await read(ines, shown)).toBe(403);
    }
    api.clock.ms += 10 * 60_000;
    expect(await read(ines, ticket)).toBe(403);
  });

  it('holds who had the time of a checkpoint attested: an auditor, of what was published', async () => {
    await Promise.all([rosa.signIn(), ines.signIn()]);
    const { origin, size } = await settled('audit');
    const headers = { 'enlace-purpose': await declareAudit() };
    const said = { origin, size, tsaName: 'CN=Autoridad de Tiempo', tokenHash: 'A'.repeat(43) };
    const tell = async (
      change: object = {},
      by = ines,
      purpose: Record<string, string> = headers,
    ) =>
      by.send({
        method: 'POST',
        path: '/audit/timestamps',
        body: { ...said, ...change },
        headers: purpose,
      });
    expect((await tell({}, rosa, {})).body.code).toBe('access.denied');
    expect((await tell({}, ines, {})).body.code).toBe('purpose.required');
    for (const change of [{ size: size + 100_000 }, { origin: 'audit.example.org/2026' }]) {
      expect((await tell(change)).body.code).toBe('log.not-found');
    }
    const malformed = [{ tsaName: 'a\nb' }, { tokenHash: 'A' }, { size: 0 }, { more: 1 }];
    for (const change of malformed) expect((await tell(change)).body.code).toBe('body.malformed');
    expect((await tell()).status).toBe(204);
    const events = await api.database.asAdmin(
      `SELECT e.type, e.actor_state, cardinality(e.states) AS states, convert_from(s.body, 'UTF8')::jsonb AS what
         FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'audit.timestamped'`,
    );
    const { tsaName, tokenHash } = said;
    expect(events).toMatchObject([
      { actor_state: 'CR', states: 12, what: { objectId: origin, size, tsaName, tokenHash } },
    ]);
    const refused = await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8')::jsonb ->> 'reasonCode' AS code FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE e.type = 'access.denied' AND convert_from(s.body, 'UTF8') LIKE '%POST /audit/timestamps%'`,
    );
    expect(refused.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['access.denied', 'purpose.required', 'log.not-found']),
    );
  });

  it('gives tickets to auditors alone, for a purpose, and for what is published', async () => {
    await Promise.all([rosa.signIn(), ines.signIn()]);
    const { origin, size } = await settled('audit');
    const body = { origin, fromIndex: 0, toIndex: size };
    const purpose = { 'enlace-purpose': await declareAudit() };
    const codeOf = async (answer: Promise<Response>) => (await answer).body.code;
    expect(await codeOf(mirror(rosa, body))).toBe('access.denied');
    expect(await codeOf(mirror(ines, body))).toBe('purpose.required');
    const ask = (change: object) => mirror(ines, { ...body, ...change }, purpose);
    expect(await codeOf(ask({ toIndex: size + 1_000 }))).toBe('log.not-found');
    expect(await codeOf(ask({ origin: 'audit.example.org/2026' }))).toBe('log.not-found');
    expect(await codeOf(ask({ fromIndex: -1 }))).toBe('body.malformed');
    expect(await codeOf(ask({ origin: '../checkpoint' }))).toBe('body.malformed');
    expect(await codeOf(ask({ fromIndex: size, toIndex: 1 }))).toBe('log.not-found');
  });
});
