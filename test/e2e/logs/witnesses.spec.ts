import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogSummary } from '@enlace/contracts';
import { canonicalJson, systemRandom } from '@enlace/kernel';
import { nodeTlogCrypto } from '@enlace/testing';
import { formatCheckpoint, openCheckpoint, parseVkey, signNote } from '@enlace/tlog';
import request from 'supertest';

import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { main } from '../../../apps/cli/src/main.js';
import { Witness } from '../../../apps/cli/src/witness/witness.js';
import { serveHistory } from '../../support/log/other-history.js';
import {
  startWitness,
  stateWitnesses,
  witnessUrls,
  type TestWitness,
} from '../../support/log/witnesses.js';
import { aRegistrar } from '../../support/people/callers.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { NO_SESSION_YET, TestDevice } from '../../support/sessions/test-device.js';

let witnesses: readonly TestWitness[];
let api: SessionServer;
let rosa: TestDevice;

beforeEach(async () => {
  witnesses = await Promise.all((['CR', 'PA', 'GT'] as const).map(startWitness));
  api = await startSessionServer(witnessUrls(witnesses));
  stateWitnesses(api.region, witnesses);
  await api.logStatements();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  const vkeys = (await logs()).map(({ vkey }) => vkey);
  for (const { witness } of witnesses) witness.trustLogs(vkeys);
  await until(isPublished);
});

afterEach(async () => {
  await api.close();
  for (const witness of witnesses) await witness.close();
});

const rounds = () => api.server.app.get(WitnessRounds);

async function logs(): Promise<readonly LogSummary[]> {
  return (await rosa.send({ path: '/audit/logs', withoutProof: true })).body;
}

async function logOf(stream: 'audit' | 'directory'): Promise<LogSummary> {
  const found = (await logs()).find(({ origin }) => origin.startsWith(`${stream}.`));
  if (found === undefined) throw new Error('no such log');
  return found;
}

/** The newest checkpoint as it is served, opened with the keys that the States named. */
async function cosignersOf(stream: 'audit' | 'directory', which = 'checkpoint') {
  const { origin, path, vkey } = await logOf(stream);
  const { text } = await rosa.send({ path: `${path}/${which}`, withoutProof: true });
  const { size, cosignatures } = openCheckpoint(nodeTlogCrypto, Buffer.from(text), {
    origin,
    logKeys: [parseVkey(nodeTlogCrypto, vkey)],
    witnessKeys: witnesses.map((each) => parseVkey(nodeTlogCrypto, each.vkey)),
  });
  return { size, names: cosignatures.map(({ key }) => key.name).toSorted() };
}

const allNames = () => witnesses.map(({ name }) => name).toSorted();

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(50);
}

/** One statement more in the directory. */
async function sayMore(): Promise<void> {
  api.region.add({ ...api.region.office('CR', 'audit'), zone: 'America/Panama' }, [
    ...api.region.registrars('CR'),
  ]);
  await api.logStatements();
  await rosa.signIn();
}

const isPublished = async () => (await cosignersOf('directory')).size === api.region.wires.length;

const eventsOf = async (type: string) =>
  api.database.asAdmin('SELECT * FROM audit.events WHERE type = $1', [type]);

describe('a checkpoint', () => {
  it('of the directory is shown to the witnesses at once, and served with their lines', async () => {
    await sayMore();
    await until(async () => {
      const { size, names } = await cosignersOf('directory');
      return size === api.region.wires.length && names.length === 3;
    });
    expect((await cosignersOf('directory')).names).toEqual(allNames());
    for (const { witness } of witnesses) {
      const held = witness.held().find(({ key }) => key.name.startsWith('directory.'));
      expect(Buffer.from(held?.note ?? []).toString()).toContain(`\n${api.region.wires.length}\n`);
    }
  });

  it('of the audit log is shown in rounds, and cosignatures leave no event', async () => {
    await rounds().round('audit');
    await until(async () => {
      await rounds().round('audit');
      return (await cosignersOf('audit')).names.length === 3;
    });
    const types = await api.database.asAdmin(
      `SELECT DISTINCT type FROM audit.events WHERE object_type = 'witness'`,
    );
    expect(types).toEqual([]);
  });

  it('of any size keeps all its lines, and the newest that meets the policy is told apart', async () => {
    let size = 0;
    // Asked for at once: the log grows by itself when an hour begins.
    await until(async () => {
      await rounds().round('audit');
      const newest = await cosignersOf('audit');
      ({ size } = newest);
      return newest.names.length === 3;
    });
    await rosa.signIn();
    await until(async () => (await cosignersOf('audit')).size > size);
    expect(await cosignersOf('audit', `checkpoint/${size}`)).toEqual({ size, names: allNames() });
    // The policy of this trust store asks for nobody: the newest that anybody cosigned will do.
    expect(await cosignersOf('audit', 'checkpoint/witnessed')).toEqual({
      size,
      names: allNames(),
    });
    const { path } = await logOf('audit');
    for (const which of ['0', '999999', 'x', '01']) {
      const answer = await rosa.send({ path: `${path}/checkpoint/${which}`, withoutProof: true });
      expect(answer.status).toBe(/^[x0]/.test(which) && which !== '0' ? 400 : 404);
    }
  });

  it('waits for no witness: one that is gone costs nobody anything, and is on record once', async () => {
    const [gone] = witnesses;
    await gone?.close();
    await sayMore();
    const late = async () => {
      await api.database.asAdmin(
        `ALTER TABLE audit.log_checkpoints DISABLE TRIGGER ALL;
         UPDATE audit.log_checkpoints SET signed_at = signed_at - interval '16 minutes'`,
      );
      await rounds().round('directory');
    };
    await until(async () => (await cosignersOf('directory')).names.length === 2);
    await late();
    await late();
    const told = await eventsOf('witness.delayed');
    expect(told.map(({ object_id }) => object_id)).toEqual([gone?.name]);
    expect(told[0]).toMatchObject({ outcome: 'failed', owner_state: 'CR' });
  });
});

describe('a witness that nobody calls', () => {
  const bring = async (note: string | Uint8Array, log: LogSummary) =>
    request(api.url)
      .post(`${log.path}/cosignatures`)
      .set(NO_SESSION_YET)
      .set('content-type', 'text/plain')
      .send(Buffer.from(note).toString());

  it('brings its line below a published checkpoint, without a session', async () => {
    const log = await logOf('audit');
    const { text } = await rosa.send({ path: `${log.path}/checkpoint`, withoutProof: true });
    const cosigned = witnesses.map(({ witness }) => {
      const answer = witness.answer(Buffer.from(`old 0\n\n${text}`));
      if (answer.status !== 200) throw new Error(String(answer.status));
      return answer.body;
    });
    expect((await bring(text + cosigned.join(''), log)).status).toBe(204);
    const [, size] = text.split('\n');
    expect(await cosignersOf('audit', `checkpoint/${size}`)).toEqual({
      size: Number(size),
      names: allNames(),
    });
    const twice = await bring(text + cosigned.join(''), log);
    expect(twice.status).toBe(204);
  });

  it('is told what is no checkpoint of the log', async () => {
    const log = await logOf('audit');
    const { text } = await rosa.send({ path: `${log.path}/checkpoint`, withoutProof: true });
    const codeOf = async (note: string, below = log) => {
      const { status, body } = await bring(note, below);
      return `${status} ${body.code}`;
    };
    expect(await codeOf('no note')).toBe('400 body.malformed');
    const [signature = ''] = text.split('\n').slice(-2);
    const flipped = text.replace(signature, signature.replace(/.{3}$/, 'AAA'));
    expect(await codeOf(flipped)).toMatch(/^(?:400 body.malformed|422 checkpoint.refused)$/);
    expect(await codeOf(text, await logOf('directory'))).toBe('422 checkpoint.refused');
    const { status } = await bring(text, { ...log, path: '/audit/log/1999' });
    expect(status).toBe(404);
    const json = await request(api.url)
      .post('/sessions/challenges')
      .set(NO_SESSION_YET)
      .set('content-type', 'text/plain')
      .send('{}');
    expect(json.status).toBe(415);
  });

  it('halts a log whose own key signed another history', async () => {
    const log = await logOf('audit');
    const keys = new LogKeyFiles(api.dataDir, systemRandom);
    const signer = await keys.find(log.origin);
    if (signer === null) throw new Error('no key');
    const root = new Uint8Array(32).fill(7);
    const note = signNote(formatCheckpoint({ origin: log.origin, size: 100_000, root }), signer);
    const answer = await bring(note, log);
    expect(answer.body).toMatchObject({ status: 422, code: 'checkpoint.refused' });
    expect(await logOf('audit')).toMatchObject({ state: 'halted' });
    expect(await eventsOf('log.halted')).toHaveLength(1);
    expect(await logOf('directory')).toMatchObject({ state: 'open' });
  });
});

describe('a witness', () => {
  it('that remembers more than the log halts it, and never goes back itself', async () => {
    const [first] = witnesses;
    if (first === undefined) throw new Error('no witness');
    const log = await logOf('audit');
    const signer = await new LogKeyFiles(api.dataDir, systemRandom).find(log.origin);
    if (signer === null) throw new Error('no key');
    const root = new Uint8Array(32).fill(9);
    const later = signNote(formatCheckpoint({ origin: log.origin, size: 50_000, root }), signer);
    const taken = first.witness.answer(Buffer.concat([Buffer.from('old 0\n\n'), later]));
    expect(taken.status).toBe(200);
    await rounds().round('audit');
    expect(await logOf('audit')).toMatchObject({ state: 'halted' });
    const held = first.witness.held().find(({ key }) => key.name === log.origin);
    expect(Buffer.from(held?.note ?? []).toString()).toContain('\n50000\n');
  });

  it('keeps both histories of a log that signed two, and cosigns neither from then on', async () => {
    const [first] = witnesses;
    if (first === undefined) throw new Error('no witness');
    const log = await logOf('audit');
    const signer = await new LogKeyFiles(api.dataDir, systemRandom).find(log.origin);
    if (signer === null) throw new Error('no key');
    const head = (fill: number, size: number) =>
      signNote(
        formatCheckpoint({ origin: log.origin, size, root: new Uint8Array(32).fill(fill) }),
        signer,
      );
    const ask = (old: number, note: Uint8Array) =>
      first.witness.answer(Buffer.concat([Buffer.from(`old ${old}\n\n`), note])).status;
    expect(ask(0, head(1, 10))).toBe(200);
    expect(ask(10, head(2, 10))).toBe(422);
    expect(first.splits).toMatchObject([{ origin: log.origin, size: 10 }]);
    expect(ask(10, head(1, 10))).toBe(422);
    first.witness.close();
    const again = Witness.open(first.folder);
    expect(again.answer(Buffer.concat([Buffer.from('old 10\n\n'), head(1, 10)])).status).toBe(422);
    again.close();
  });
});

describe('the token of a witness', () => {
  const tokens = () => api.server.app.get(IssuedTokens);
  const actOf = async (state: 'CR' | 'PA', objectId: string) => {
    const registrar = await aRegistrar(api.database, state, 1);
    return registrar.act('witness.issue-token', objectId, 'witness.token-issued');
  };
  const issue = async (state: 'CR' | 'PA', name: string) =>
    tokens().issue(await actOf(state, name), name);

  it('is given by a registrar of its State, after a step-up, and is on record', async () => {
    const [cr] = witnesses;
    const name = cr?.name ?? '';
    await expect(tokens().issue(await actOf('CR', 'another'), name)).rejects.toMatchObject({
      code: 'step-up.required',
    });
    await expect(issue('PA', name)).rejects.toMatchObject({ code: 'witness.not-found' });
    await expect(issue('CR', 'w')).rejects.toMatchObject({ code: 'witness.not-found' });
    const { token } = await issue('CR', name);
    const read = async (path: string, shown: string) =>
      (
        await request(api.url)
          .get(path)
          .set({ authorization: `Bearer ${shown}` })
      ).status;
    const { path } = await logOf('audit');
    for (const part of ['/directory/log/checkpoint', '/directory/log/tile/entries/000.p/1']) {
      expect(await read(part, token)).toBe(200);
    }
    expect(await read('/directory/statements?from=0', token)).toBe(200);
    expect(await read(`${path}/tile/0/000.p/1`, token)).toBe(200);
    // Entries of acts only after the mirror is on record; and nothing else at all.
    expect(await read(`${path}/tile/entries/000.p/1`, token)).toBe(403);
    expect(await read('/people', token)).toBe(401);
    const next = await issue('CR', name);
    expect(await read('/directory/log/checkpoint', token)).toBe(401);
    expect(await read('/directory/log/checkpoint', next.token)).toBe(200);
    expect(await eventsOf('witness.token-issued')).toHaveLength(2);
  });

  it('mirrors the entries of the audit log, in the open', async () => {
    const [cr] = witnesses;
    const { token } = await issue('CR', cr?.name ?? '');
    const { origin, path, size } = await logOf('audit');
    const as = { authorization: `Bearer ${token}` };
    const body = { origin, fromIndex: 0, toIndex: size };
    const granted = await request(api.url).post('/audit/mirrors').set(as).send(body);
    expect(granted.status).toBe(201);
    const bundle = await request(api.url)
      .get(`${path}/tile/entries/000.p/${size}`)
      .set({ ...as, 'enlace-ticket': granted.body.ticket });
    expect(bundle.status).toBe(200);
    const [event] = await eventsOf('audit.mirrored');
    expect(event).toMatchObject({ actor_id: null, object_id: origin });
  });

  it('of a stranger opens nothing', async () => {
    const stranger = await request(api.url)
      .get('/directory/log/checkpoint')
      .set({ authorization: `Bearer ${'A'.repeat(43)}` });
    expect(stranger.body).toMatchObject({ status: 401, code: 'session.ended' });
  });
});

/** The trust store of the region, with the keys that this server made for its logs. */
async function trustStoreOfServer(): Promise<string> {
  const [directory, audit] = [await logOf('directory'), await logOf('audit')];
  const known = ({ origin, vkey }: LogSummary) => ({ origin, vkey });
  return canonicalJson({
    ...JSON.parse(api.region.trustStoreText),
    directory: known(directory),
    audit: [known(audit)],
  });
}

describe('a witness that polls', () => {
  const poll = async (folder: string, url: string, token: string) => {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const terminal = { input: new PassThrough(), output, errors, environment: { LANG: 'en_US' } };
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, `${token}\n`);
    const trust = join(folder, 'trust-store.json');
    await writeFile(trust, await trustStoreOfServer());
    const args = ['witness', 'poll', '--in', folder, '--url', url, '--token-file', tokenFile];
    const of = ['--state', 'CR', '--trust', trust, '--once', '--json'];
    const exit = await main([...args, ...of], terminal);
    const lines = `${output.read() ?? ''}`.split('\n').filter((line) => line !== '');
    const polled: readonly { kind: string; origin: string; size?: number }[] = lines.map((line) =>
      JSON.parse(line),
    );
    return { exit, polled };
  };

  it('brings its lines for both logs, says when there is nothing new, and refuses another history', async () => {
    const [cr] = witnesses;
    if (cr === undefined) throw new Error('no witness');
    const { size: before } = await cosignersOf('audit');
    const registrar = await aRegistrar(api.database, 'CR', 1);
    const act = registrar.act('witness.issue-token', cr.name, 'witness.token-issued');
    const { token } = await api.server.app.get(IssuedTokens).issue(act, cr.name);
    await cr.leave();
    // The token is an event and the statement an entry: until they stand in the logs there is nothing new to cosign.
    await sayMore();
    await until(isPublished);
    await until(async () => (await cosignersOf('audit')).size > before);
    const first = await poll(cr.folder, api.url, token);
    expect(first.exit).toBe(0);
    expect(first.polled.map(({ kind }) => kind)).toEqual(['cosigned', 'cosigned']);
    const size = first.polled.find(({ origin }) => origin.startsWith('directory.'))?.size ?? 0;
    expect((await cosignersOf('directory', `checkpoint/${size}`)).names).toContain(cr.name);
    const second = await poll(cr.folder, api.url, token);
    expect(second.exit).toBe(0);
    expect(second.polled.find(({ origin }) => origin.startsWith('directory.'))?.kind).toBe('same');
    const { origin } = await logOf('audit');
    const signer = await new LogKeyFiles(api.dataDir, systemRandom).find(origin);
    if (signer === null) throw new Error('no key');
    // The second round names a size only where the log had grown in between.
    const held = [...first.polled, ...second.polled].reduce(
      (known, each) => (each.origin === origin ? (each.size ?? known) : known),
      0,
    );
    for (const other of [held - 1, held, held + 7]) {
      const lie = await serveHistory(signer, other);
      const { exit, polled } = await poll(cr.folder, lie.url, token);
      await lie.close();
      expect(exit).toBe(2);
      expect(polled.find((each) => each.origin === origin)).toMatchObject({ kind: 'refused' });
    }
    const files = await readdir(cr.folder);
    expect(files.filter((name) => name.startsWith('split-'))).toHaveLength(1);
  });
});
