import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, systemRandom } from '@enlace/kernel';
import { formatVkey } from '@enlace/tlog';
import { parseStatement, type TrustStore } from '@enlace/trust';
import pg from 'pg';

import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { AnnouncedKeys } from '../../../apps/api/src/directory/announced-keys.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { main } from '../../../apps/cli/src/main.js';
import { startServer, type TestServer } from '../../support/api-server.js';
import { Verifier } from '../../support/log/audit-command.js';
import { startWitness, stateWitnesses, type TestWitness } from '../../support/log/witnesses.js';
import { aRegistrar } from '../../support/people/callers.js';
import { aPresentRegion, plantStatements } from '../../support/people/region-directory.js';

let dataDir: string;
let server: TestServer;
let clock: { ms: number; readonly nowMs: () => number };
let auditor: Verifier;
let trustFile: string;
let witness: TestWitness;
let year: number;

beforeEach(async () => {
  witness = await startWitness('CR');
  const region = await aPresentRegion();
  stateWitnesses(region, [witness]);
  year = new Date(region.nowMs).getUTCFullYear();
  // Tests of December run in any month: the clock goes on from a day that is not in it.
  clock = { ms: Math.min(region.nowMs, at('11-15')), nowMs: () => clock.ms };
  dataDir = await mkdtemp(join(tmpdir(), 'enlace-years-'));
  const directory = await new LogKeyFiles(dataDir, systemRandom).obtain('directory.localhost');
  const trustStore: TrustStore = {
    ...region.trustStore,
    directory: { origin: directory.key.name, vkey: formatVkey(directory.key) },
  };
  trustFile = join(dataDir, 'trust-store.json');
  await writeFile(trustFile, canonicalJson(trustStore));
  server = await startServer({ ENLACE_DATA: dataDir }, { forTestsOnlyClock: clock });
  await plantStatements(server.database, region);
  const registrar = await aRegistrar(server.database, 'CR', 1);
  const act = registrar.act('witness.issue-token', witness.name, 'witness.token-issued');
  const { token } = await server.server.app.get(IssuedTokens).issue(act, witness.name);
  const logs = await server.server.app.get(PublishedLogs).list();
  const lines = logs.map(({ vkey }) => `log ${vkey}\n`).join('');
  auditor = await Verifier.with(`${lines}quorum none\n`, token);
});

afterEach(async () => {
  await auditor.remove();
  await server.close();
  await witness.close();
  await rm(dataDir, { recursive: true, force: true });
});

const at = (day: string, of = year) => Date.parse(`${of}-${day}T00:00:00.000Z`);
const announce = async () => server.server.app.get(AnnouncedKeys).announce();
const nextOrigin = () => `audit.localhost/${year + 1}`;
const verify = async (...more: readonly string[]) =>
  auditor.verify(server.url, '--state-file', auditor.stateFile, '--trust', trustFile, ...more);

async function announcements() {
  const rows = await server.database.asAdmin(
    `SELECT wire FROM app.directory_statements WHERE kind = 'log-key' ORDER BY place`,
  );
  return rows.map(({ wire }) => parseStatement(String(wire)).body);
}

/** Lets the year end, with its key announced in December as it should be. */
async function endYear(): Promise<void> {
  clock.ms = at('12-01');
  await announce();
  clock.ms = at('01-01', year + 1);
  await untilOpen();
}

async function untilOpen(): Promise<void> {
  for (;;) {
    const logs = await server.server.app.get(PublishedLogs).list();
    const next = logs.find(({ origin }) => origin === nextOrigin());
    const old = logs.find(({ origin }) => origin === `audit.localhost/${year}`);
    if ((next?.size ?? 0) > 0 && old?.closing !== null) return;
    await pause(50);
  }
}

describe('the key of the next log', () => {
  it('is announced in December, under the key of the directory, once', async () => {
    expect(await announce()).not.toContain(nextOrigin());
    expect((await announcements()).map(({ type }) => type)).toEqual(['log-key']);
    clock.ms = at('12-01') - 1;
    expect(await announce()).toEqual([]);
    clock.ms = at('12-01');
    const once = await Promise.all([announce(), announce(), announce()]);
    expect(once.flat()).toEqual([nextOrigin()]);
    expect(await announcements()).toMatchObject([
      { use: 'receipts', origin: 'receipts.localhost' },
      { use: 'audit', origin: nextOrigin(), notBefore: `${year + 1}-01-01T00:00:00.000Z` },
    ]);
    const events = await server.database.asAdmin(
      `SELECT object_id FROM audit.events WHERE type = 'log.key-announced' ORDER BY event_id`,
    );
    expect(events.map((event) => event['object_id'])).toEqual(['receipts.localhost', nextOrigin()]);
  });

  it('opens no log before it is announced, however late that is', async () => {
    clock.ms = at('01-03', year + 1);
    await pause(1_000);
    const open = await server.server.app.get(PublishedLogs).list();
    expect(open.map(({ origin }) => origin)).not.toContain(nextOrigin());
    expect(await announce()).toContain(nextOrigin());
    await untilOpen();
    expect((await verify()).exit).toBe(0);
  });

  it('opens no log before whoever verifies can read that it was announced', async () => {
    clock.ms = at('01-03', year + 1);
    const admin = new pg.Client({ connectionString: server.database.adminUrl });
    await admin.connect();
    try {
      // The sequencer of the directory waits, and what is announced stands in no checkpoint.
      await admin.query('BEGIN');
      await admin.query(`SELECT FROM audit.logs WHERE stream = 'directory' FOR UPDATE`);
      expect(await announce()).toContain(nextOrigin());
      await pause(1_000);
      const open = await server.server.app.get(PublishedLogs).list();
      expect(open.map(({ origin }) => origin)).not.toContain(nextOrigin());
    } finally {
      await admin.end();
    }
    await untilOpen();
    expect((await verify()).exit).toBe(0);
  });
});

describe('a witness', () => {
  it('watches the log of the next year, once it has read the statement that announces its key', async () => {
    await witness.leave();
    const trust = join(dataDir, 'of-witness.json');
    const logs = await server.server.app.get(PublishedLogs).list();
    const audit = logs.filter(({ stream }) => stream === 'audit');
    const known = audit.map(({ origin, vkey }) => ({ origin, vkey }));
    await writeFile(
      trust,
      canonicalJson({ ...JSON.parse(await readFile(trustFile, 'utf8')), audit: known }),
    );
    const token = join(auditor.folder, 'token');
    const args = ['--in', witness.folder, '--state', 'CR', '--trust', trust, '--token-file', token];
    const poll = async () => {
      const [output, errors] = [new PassThrough(), new PassThrough()];
      const terminal = { input: new PassThrough(), output, errors, environment: {} };
      const said = ['witness', 'poll', ...args, '--url', server.url, '--once', '--json'];
      expect(await main(said, terminal)).toBe(0);
      const lines = `${output.read() ?? ''}`.trim().split('\n');
      return lines.map((line) => JSON.parse(line)).map(({ origin, kind }) => `${origin} ${kind}`);
    };
    await poll();
    await endYear();
    await poll();
    expect(await poll()).toContainEqual(expect.stringMatching(`^${nextOrigin()} (cosigned|same)$`));
  });
});

describe('whoever verifies after New Year', () => {
  it('follows the closed log into the next one, with the policy of the year before', async () => {
    expect((await verify()).exit).toBe(0);
    await endYear();
    const { exit, report } = await verify();
    expect(report.problems).toEqual([]);
    expect(exit).toBe(0);
    expect(report.logs.map(({ origin }) => origin)).toEqual([
      expect.stringContaining('directory.'),
      `audit.localhost/${year}`,
      nextOrigin(),
    ]);
    const alone = await verify('--year', String(year + 1));
    expect(alone.report.logs.map(({ origin }) => origin)).toEqual([nextOrigin()]);
    expect(alone.exit).toBe(0);
    const strange = ['--year', String(year + 7), '--trust', trustFile];
    expect((await auditor.run(server.url, ...strange)).exit).toBe(4);
  });

  it('believes no key that neither the policy nor the directory names', async () => {
    await endYear();
    const { exit, report } = await auditor.verify(server.url);
    expect(exit).toBe(2);
    expect(report.problems).toMatchObject([{ code: 'log.unannounced', detail: nextOrigin() }]);
  });

  it('misses what ties two logs together that the own policy names, whatever the server lists', async () => {
    await endYear();
    const logs = await server.server.app.get(PublishedLogs).list();
    const lines = logs.map(({ vkey }) => `log ${vkey}\n`).toReversed();
    await writeFile(join(auditor.folder, 'policy.txt'), `${lines.join('')}quorum none\n`);
    expect((await verify()).exit).toBe(0);
    await server.database.asAdmin(`DELETE FROM audit.log_turns`);
    await server.database.asAdmin(`UPDATE audit.logs SET predecessor_id = NULL`);
    const { exit, report } = await verify();
    expect(exit).toBe(6);
    expect(report.problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
      `log.closing-missing audit.localhost/${year}`,
      `log.opening-missing ${nextOrigin()}`,
    ]);
  });

  it.each([
    [
      'hides that the log was closed',
      `DELETE FROM audit.log_turns WHERE position = 'closing'`,
      { exit: 6, code: 'log.closing-missing' },
    ],
    [
      'names another log in its place',
      `UPDATE audit.log_turns SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE position = 'closing'`,
      { exit: 2, code: 'tlog.turn-refused' },
    ],
    [
      'lets the next log continue another head',
      `UPDATE audit.log_turns SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE position = 'opening'`,
      { exit: 2, code: 'tlog.turn-refused' },
    ],
    [
      'does not say what the next log continues',
      `DELETE FROM audit.log_turns WHERE position = 'opening'`,
      { exit: 6, code: 'log.opening-missing' },
    ],
  ])('finds a server that %s', async (_, sql, { exit, code }) => {
    await endYear();
    await server.database.asAdmin(sql);
    const found = await verify();
    expect({ exit: found.exit, code: found.report.problems[0]?.code }).toEqual({ exit, code });
  });
});
