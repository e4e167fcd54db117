import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogSummary } from '@enlace/contracts';
import { formatInstant, type JsonObject } from '@enlace/kernel';
import { forTestsOnlySeed, nodeTlogCrypto, testBytes } from '@enlace/testing';
import { openCheckpoint, parseVkey, type TreeHead } from '@enlace/tlog';
import { formatLossTarget, signObject, SIGNING_LABELS } from '@enlace/trust';
import type { Response } from 'supertest';

import { BreakGlassRounds } from '../../../apps/api/src/breakglass/breakglass-rounds.service.js';
import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { main } from '../../../apps/cli/src/main.js';
import { Verifier } from '../../support/log/audit-command.js';
import { startWitnessedServer, type WitnessedServer } from '../../support/log/witnessed-server.js';
import { registrarSeat, SeatedDevice } from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';
import { until } from '../../support/until.js';

const THREE = ['root:PA', 'root:GT', 'registrar:MX:1', 'registrar:MX:2'];
const HOUR_MS = 3_600_000;

let server: WitnessedServer;
let api: SessionServer;
/** Saw the log as it was before it was set back; the other one comes afterwards. */
let witnessOfMore: Verifier;
let newcomer: Verifier;
let carrier: SeatedDevice;
/** What is left, and what the witnesses hold. */
let left: number;
let held: TreeHead;
let origin: string;
let setBack: () => Promise<void>;

beforeEach(async () => {
  server = await startWitnessedServer();
  ({ api, auditor: witnessOfMore } = server);
  newcomer = await Verifier.with(server.policy, server.token);
  await server.grow(12);
  setBack = await server.remember();
  left = (await logs()).at(-1)?.size ?? 0;
  await server.grow(8);
  if ((await verify(witnessOfMore)).exit !== 0) throw new Error('the log was not whole');
  await server.settle();
  const [audit] = await logs();
  if (audit === undefined) throw new Error('no log');
  ({ origin } = audit);
  const key = parseVkey(nodeTlogCrypto, audit.vkey);
  const notes = server.witnesses[0]?.witness.held() ?? [];
  const note = notes.find((log) => log.key.name === origin)?.note;
  if (note === null || note === undefined) throw new Error('no note');
  held = openCheckpoint(nodeTlogCrypto, note, { origin, logKeys: [key] });
  await setBack();
  // An act of a node that does not know yet: it goes into the log, and is signed by nobody.
  await new TestDevice(api, api.region, { slug: 'cr-rosa' }).signIn();
  await until(async () => (await logs())[0]?.state === 'halted');
  await api.server.app.get(Backlog).look();
  carrier = await SeatedDevice.at(api, registrarSeat('PA'));
});

afterEach(async () => {
  await newcomer.remove();
  await server.close();
});

async function logs() {
  const all = await api.server.app.get(PublishedLogs).list();
  return all.filter(({ stream }) => stream === 'audit');
}

const trust = () => ['--trust', join(api.dataDir, 'trust-store.json')];

async function verify(who: Verifier, ...more: readonly string[]) {
  return who.verify(api.url, '--state-file', who.stateFile, ...trust(), ...more);
}

/** The key that the server offers for the log that would go on. */
async function offered(): Promise<string> {
  const list: readonly LogSummary[] = (
    await carrier.send({ path: '/audit/logs', withoutProof: true })
  ).body;
  return list.find((log) => log.origin === origin)?.next ?? '';
}

async function anAct(lost: TreeHead = held) {
  const vkey = await offered();
  const next = { origin: `${origin}-2`, vkey };
  return {
    action: 'leave-recovery',
    target: formatLossTarget({ lost: { origin, ...lost }, next }),
    nonce: testBytes(`nonce ${lost.size}`, 16),
    reason: 'The disk of the database was restored',
    effectiveAfter: formatInstant(api.clock.ms),
    expiresAt: formatInstant(api.clock.ms + HOUR_MS),
  };
}

const signed = (act: JsonObject, signers: readonly string[] = THREE) =>
  signObject(SIGNING_LABELS.breakGlass, act, signers.map(forTestsOnlySeed));

async function handIn(wire: string, nonce: string): Promise<Response> {
  const sending = { method: 'POST', path: '/breakglass', body: { wire } } as const;
  return carrier.sendElevated(sending, { action: 'breakglass.invoke', objectId: nonce });
}

/** As a server shows it that got States to sign less than it promised. */
async function show(wire: string): Promise<void> {
  await api.database.asAdmin(`UPDATE audit.log_continuations SET wire = '${wire}'`);
}

async function leave(act: Awaited<ReturnType<typeof anAct>>): Promise<void> {
  expect((await handIn(signed(act), act.nonce)).status).toBe(201);
  await api.server.app.get(BreakGlassRounds).look();
}

async function continued(): Promise<void> {
  await leave(await anAct());
  await until(async () =>
    (await logs()).some(({ size, continuation }) => size > 0 && continuation !== null),
  );
  await server.settle();
  await api.server.app.get(Backlog).look();
}

/** `enlace witness poll --once` of the witness of CR, on its own folder. */
async function poll(): Promise<{ exit: number; said: string[] }> {
  const [witness] = server.witnesses;
  if (witness === undefined) throw new Error('no witness');
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = { input: new PassThrough(), output, errors, environment: {} };
  const token = join(server.auditor.folder, 'token');
  const args = ['--in', witness.folder, '--state', 'CR', ...trust(), '--token-file', token];
  const exit = await main(
    ['witness', 'poll', ...args, '--url', api.url, '--once', '--json'],
    terminal,
  );
  const lines = `${output.read() ?? ''}`.trim().split('\n');
  const said = lines.map((line) => JSON.parse(line)).map((told) => `${told.origin} ${told.kind}`);
  return { exit, said };
}

describe('a database that was set back a day', () => {
  it('stays in recovery for two States, for forged words, and for less than what was signed', async () => {
    const act = await anAct();
    const nonce = act.nonce;
    const two = await handIn(signed(act, THREE.slice(0, 2)), nonce);
    expect(two.body).toMatchObject({ code: 'statement.refused' });
    const forged = await handIn(signed(act, ['root:PA', 'root:GT', 'thief']), nonce);
    expect(forged.body).toMatchObject({ code: 'statement.refused' });
    const another = {
      ...act,
      target: act.target.replace(`${origin}-2+`, `${origin}-3+`),
    };
    expect((await handIn(signed(another), nonce)).body).toMatchObject({
      code: 'statement.refused',
    });
    // Three States that name fewer entries than this node signed would hide the rest.
    await leave(await anAct({ size: held.size - 1, root: new Uint8Array(32).fill(1) }));
    await until(() => api.logLines.some((line) => line.includes('log.loss-understated')));
    expect((await logs()).map(({ state }) => state)).toEqual(['halted']);
    expect(
      await fetch(`${api.url}/health/ready`).then(async (answer) => answer.json()),
    ).toMatchObject({
      status: 'recovery',
    });
  });

  it('goes on in another log by three States, which names what is lost', async () => {
    await continued();
    const [old, next] = await logs();
    expect([old?.state, old?.size, next?.state]).toEqual(['closed', left, 'open']);
    expect(next?.origin).toBe(`${origin}-2`);
    const said = JSON.parse(Buffer.from(next?.opening?.body ?? []).toString());
    expect(said).toMatchObject({
      type: 'log.continued',
      predecessor: origin,
      predecessorSize: held.size,
      lostFrom: left,
      lostTo: held.size - 1,
      reason: 'The disk of the database was restored',
    });
    // Everything that the database knows stands in exactly one log, what was written meanwhile as well.
    const [missing] = await api.database.asAdmin(
      `SELECT count(*)::int AS events FROM audit.events e
        WHERE NOT EXISTS (SELECT FROM audit.log_entries l WHERE l.entry_id = e.event_id)`,
    );
    expect(missing).toEqual({ events: 0 });
    // Acts are acts again.
    await server.grow(2);
    expect(
      await fetch(`${api.url}/health/ready`).then(async (answer) => answer.json()),
    ).toMatchObject({
      status: 'ok',
    });
  });

  it('is never called whole again, by whoever saw the log before and by whoever did not', async () => {
    await continued();
    for (const who of [witnessOfMore, newcomer]) {
      for (let times = 0; times < 2; times += 1) {
        const { exit, report } = await verify(who);
        expect([exit, report.result]).toEqual([6, 'CONTINUED AFTER LOSS']);
        const known = report.problems.filter(({ code }) => code !== 'tlog.quorum-unmet');
        expect(known).toEqual([
          {
            code: 'log.continued-after-loss',
            file: `${origin}-2`,
            detail: expect.stringMatching(
              `^${origin} ${left}-${held.size - 1} \\(.*PA.*: The disk`,
            ),
          },
        ]);
        await server.grow(2);
      }
    }
    const alone = await verify(newcomer, '--year', `${origin.split('/')[1] ?? ''}-2`);
    expect(alone.report.problems).toMatchObject([{ code: 'tlog.quorum-unmet' }]);
  });

  it('is believed by nobody without what the States signed', async () => {
    const wire = signed(await anAct(), THREE.slice(0, 2));
    await continued();
    const untrusting = await newcomer.verify(api.url);
    expect([untrusting.exit, untrusting.report.problems[0]?.code]).toEqual([
      6,
      'log.closing-missing',
    ]);
    await show(wire);
    const [seen, unseen] = [await verify(witnessOfMore), await verify(newcomer)];
    expect([seen.exit, unseen.exit]).toEqual([5, 6]);
    // A policy that names the key of the log that goes on does not make up for it.
    const [, next] = await logs();
    const naming = await Verifier.with(`log ${next?.vkey ?? ''}\n${server.policy}`, server.token);
    const named = await verify(naming);
    expect(named.exit).toBe(2);
    expect(named.report.problems.map(({ code }) => code)).toContain('log.loss-unsigned');
    await naming.remove();
  });

  it('is remembered where it goes on, and where it was before', async () => {
    await continued();
    await verify(witnessOfMore);
    const { logs: seen } = JSON.parse(await readFile(witnessOfMore.stateFile, 'utf8'));
    // The first two lines of a note are origin and size.
    const sizeOf = (name: string) => Number(String(seen[name]).split('\n')[1]);
    expect(sizeOf(origin)).toBeGreaterThan(left);
    expect(sizeOf(`${origin}-2`)).toBeGreaterThan(0);
  });
});

/** Nobody calls the witness any more; it reads the statements of the directory when that has grown. */
async function callsItself(): Promise<void> {
  const [witness] = server.witnesses;
  await witness?.leave();
  api.region.add({ type: 'witness-key', state: 'MX', vkey: witness?.vkey ?? '' }, ['root:MX']);
  await api.logStatements();
  await server.settle();
}

describe('a witness', () => {
  it('follows into the log that goes on by what the States signed, and by nothing less', async () => {
    await continued();
    await callsItself();
    const first = await poll();
    expect(first.exit).toBe(0);
    expect(first.said).toContain(`${origin}-2 cosigned`);
    expect(first.said.filter((line) => line.startsWith(`${origin} `))).toEqual([]);
  });

  it('goes on refusing the log that was set back, while nobody shows it what was signed', async () => {
    await continued();
    await api.database.asAdmin('DELETE FROM audit.log_continuations');
    await server.witnesses[0]?.leave();
    const { exit, said } = await poll();
    expect(exit).toBe(2);
    expect(said).toContain(`${origin} refused`);
    expect(said.filter((line) => line.startsWith(`${origin}-2 `))).toEqual([]);
  });

  it.each([
    ['fewer entries than it cosigned', () => ({ ...held, size: held.size - 1 })],
    ['another head than it cosigned', () => ({ ...held, root: new Uint8Array(32).fill(1) })],
  ])('follows nobody where States named %s, and goes on refusing', async (_, named) => {
    const wire = signed(await anAct(named()));
    await continued();
    await callsItself();
    await show(wire);
    const { exit, said } = await poll();
    expect(exit).toBe(2);
    expect(said).toContain(`${origin} refused`);
    expect(said.filter((line) => line.startsWith(`${origin}-2 `))).toEqual([]);
  });
});
