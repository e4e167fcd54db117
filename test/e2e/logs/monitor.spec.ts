import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@enlace/kernel';

import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { main } from '../../../apps/cli/src/main.js';
import type { VerifyReport } from '../../support/log/audit-command.js';
import { startWitness, stateWitnesses, type TestWitness } from '../../support/log/witnesses.js';
import { aRegistrar } from '../../support/people/callers.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

let witness: TestWitness;
let api: SessionServer;
let args: readonly string[];

beforeEach(async () => {
  witness = await startWitness('CR');
  api = await startSessionServer();
  stateWitnesses(api.region, [witness]);
  await api.logStatements();
  // The folder of a witness has one program at a time.
  await witness.leave();
  const registrar = await aRegistrar(api.database, 'CR', 1);
  const act = registrar.act('witness.issue-token', witness.name, 'witness.token-issued');
  const { token } = await api.server.app.get(IssuedTokens).issue(act, witness.name);
  const [tokenFile, trust] = ['token', 'trust.json'].map((name) => join(witness.folder, name));
  await writeFile(String(tokenFile), `${token}\n`);
  await writeFile(String(trust), await trustStore());
  const of = ['--in', witness.folder, '--state', 'CR', '--url', api.url];
  args = ['witness', 'monitor', ...of, '--token-file', `${tokenFile}`, '--trust', `${trust}`];
});

afterEach(async () => {
  await api.close();
  await witness.close();
});

const published = async () => api.server.app.get(PublishedLogs).list();

/** The logs of the server and its one witness, once the statements and the token stand in them. */
async function trustStore(): Promise<string> {
  const { length } = api.region.wires;
  const isAllThere = async () =>
    (await published()).every(({ stream, size }) => size >= (stream === 'directory' ? length : 1));
  while (!(await isAllThere())) await pause(50);
  const logs = await published();
  const known = (name: string) => {
    const log = logs.find(({ stream }) => stream === name);
    return { origin: log?.origin, vkey: log?.vkey };
  };
  const policy = `witness CR ${witness.vkey}\nquorum CR\n`;
  const { directory, audit } = { directory: known('directory'), audit: [known('audit')] };
  return canonicalJson({ ...JSON.parse(api.region.trustStoreText), directory, audit, policy });
}

interface Monitored extends VerifyReport {
  readonly event: 'monitored';
}
interface Polled {
  readonly event: 'polled';
  readonly kind: string;
}

/** One round, as a script runs it. */
async function monitor(...more: readonly string[]) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = { input: new PassThrough(), output, errors, environment: { LANG: 'en_US' } };
  const exit = await main([...args, '--once', '--json', ...more], terminal);
  const lines = `${output.read() ?? ''}`.split('\n').filter((line) => line !== '');
  const told = lines.map((line): Monitored | Polled => JSON.parse(line));
  const report = told.find((each): each is Monitored => each.event === 'monitored');
  const kinds = told.flatMap((each) => (each.event === 'polled' ? [each.kind] : []));
  return { exit, kinds, report };
}

const problems = (report: Monitored | undefined) => report?.problems.map(({ code }) => code);

describe('a witness that monitors', () => {
  it('cosigns, then reads every entry of every log, and remembers what it saw', async () => {
    const first = await monitor();
    expect(first.kinds).toEqual(['cosigned', 'cosigned']);
    expect(problems(first.report)?.filter((code) => code !== 'tlog.quorum-unmet')).toEqual([]);
    expect(first.report?.logs.map(({ origin }) => origin.split('.')[0])).toEqual([
      'directory',
      'audit',
    ]);
    const second = await monitor();
    expect(second.report?.logs.every(({ seen }) => (seen ?? 0) > 0)).toBe(true);
    expect(second.report?.logs[0]?.witnesses.map(({ name }) => name)).toEqual(['CR']);
    expect([0, 1]).toContain(second.exit);
  });

  it('finds an entry that was changed under a head that is still the one that was signed', async () => {
    await monitor();
    await api.database.asAdmin('ALTER TABLE audit.log_entries DISABLE TRIGGER USER');
    await api.database.asAdmin(
      `UPDATE audit.log_entries e SET leaf = set_byte(leaf, 40, get_byte(leaf, 40) # 1)
         FROM audit.logs g WHERE g.log_id = e.log_id AND g.stream = 'audit' AND e.index = 0`,
    );
    const { exit, report } = await monitor();
    expect(exit).toBe(2);
    expect(report?.problems).toContainEqual(expect.objectContaining({ index: 0 }));
    // What was seen before is still there: an honest server verifies after a lie.
    await api.database.asAdmin(
      `UPDATE audit.log_entries e SET leaf = set_byte(leaf, 40, get_byte(leaf, 40) # 1)
         FROM audit.logs g WHERE g.log_id = e.log_id AND g.stream = 'audit' AND e.index = 0`,
    );
    expect([0, 1]).toContain((await monitor()).exit);
  });

  it('goes by the policy of whoever runs it', async () => {
    const policy = join(witness.folder, 'policy.txt');
    const other = witness.vkey.replace('witness.cr', 'witness.mx');
    await writeFile(policy, `witness MX ${other}\nquorum MX\n`);
    expect((await monitor('--policy', policy)).exit).toBe(3);
    await writeFile(policy, `witness CR ${witness.vkey}\nquorum none\n`);
    expect((await monitor('--policy', policy)).exit).toBe(0);
  });

  it('says so when it is not let in', async () => {
    await writeFile(join(witness.folder, 'token'), `${'A'.repeat(43)}\n`);
    const { exit } = await monitor();
    expect(exit).toBe(4);
  });
});
