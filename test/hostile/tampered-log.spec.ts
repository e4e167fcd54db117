import { setTimeout as pause } from 'node:timers/promises';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';

import { LogKeyFiles } from '../../apps/api/src/platform/sequencer/log-signer.js';
import { WitnessRounds } from '../../apps/api/src/platform/witnesses/witness-rounds.js';
import { Verifier } from '../support/log/audit-command.js';
import { rewriteHistory, serveHistory } from '../support/log/other-history.js';
import {
  AUDIT,
  startWitnessedServer,
  type WitnessedServer,
} from '../support/log/witnessed-server.js';
import type { SessionServer } from '../support/sessions/session-server.js';
import { TestDevice } from '../support/sessions/test-device.js';

/** Entries that the audit log has at least before somebody lays hands on it. */
const ENTRIES = 24;

let server: WitnessedServer;
let api: SessionServer;
let auditor: Verifier;

beforeEach(async () => {
  server = await startWitnessedServer();
  ({ api, auditor } = server);
  await server.grow(ENTRIES);
});

afterEach(async () => server.close());

async function signIn(): Promise<void> {
  await new TestDevice(api, api.region, { slug: 'cr-rosa' }).signIn();
}

const state = () => ['--state-file', auditor.stateFile];

async function auditSize(): Promise<number> {
  const [row] = await api.database.asAdmin(
    `SELECT size::int FROM audit.logs WHERE log_id = ${AUDIT}`,
  );
  return Number(row?.['size']);
}

describe('whoever verifies a log with what the command line has', () => {
  it('is told that all is well, again after it has grown, and by how many witnesses', async () => {
    const first = await auditor.verify(api.url, ...state());
    expect(first.report.problems).toEqual([]);
    expect(first.exit).toBe(0);
    expect(first.report.result).toBe('VERIFIED');
    for (const { quorum, witnesses: names } of first.report.logs) {
      expect({ quorum, count: names.length }).toEqual({ quorum: true, count: 3 });
    }
    await server.grow(4);
    const second = await auditor.verify(api.url, ...state());
    expect(second.exit).toBe(0);
    const [audit] = second.report.logs.filter(({ origin }) => origin.startsWith('audit.'));
    expect(audit?.size).toBeGreaterThan(audit?.seen ?? Infinity);
    const { output, exit } = await auditor.run(api.url, ...state(), '--lang', 'es');
    expect(exit).toBe(0);
    expect(output).toContain('resultado   VERIFICADO\n');
  });

  it('is told when too few cosigned, and still what is proven', async () => {
    const strict = server.policy.replace('group states 2', 'group states 3');
    for (const { close } of server.witnesses.slice(0, 1)) await close();
    await server.grow(2);
    const other = await Verifier.with(strict, server.token);
    const { exit, report } = await other.verify(api.url, '--year', String(yearOf()));
    expect(exit).toBe(1);
    expect(report.problems).toMatchObject([{ code: 'tlog.quorum-unmet' }]);
    expect(report.logs[0]?.witnesses).toHaveLength(2);
    await other.remove();
    const wrong = await Verifier.with(
      server.policy.replace('quorum states', 'quorum nobody'),
      server.token,
    );
    expect((await wrong.run(api.url)).exit).toBe(3);
    await wrong.remove();
    const stranger = await Verifier.with(server.policy, 'A'.repeat(43));
    expect((await stranger.run(api.url)).exit).toBe(4);
    await stranger.remove();
  });

  const yearOf = () => new Date(api.clock.ms).getUTCFullYear();
});

describe('a superuser of the database', () => {
  const FLIPPED = 'set_byte(leaf, 57, get_byte(leaf, 57) # 1)';

  it.each([
    [
      'changes an entry',
      `UPDATE audit.log_entries SET leaf = ${FLIPPED} WHERE log_id = ${AUDIT} AND index = 17`,
      { exit: 2, code: 'tlog.log-diverged', index: 17 },
    ],
    [
      'deletes one',
      `DELETE FROM audit.log_entries WHERE log_id = ${AUDIT} AND index = 13`,
      { exit: 6, code: 'part.missing', index: 13 },
    ],
    [
      'deletes one and closes the gap',
      `DELETE FROM audit.log_entries WHERE log_id = ${AUDIT} AND index = 8;
       UPDATE audit.log_entries SET index = index + 1000 WHERE log_id = ${AUDIT} AND index > 8;
       UPDATE audit.log_entries SET index = index - 1001 WHERE log_id = ${AUDIT} AND index > 1000;
       INSERT INTO audit.log_entries SELECT log_id, (SELECT size - 1 FROM audit.logs WHERE log_id = ${AUDIT}),
         gen_random_uuid(), leaf, now() FROM audit.log_entries WHERE log_id = ${AUDIT} AND index = 1`,
      { exit: 2, code: 'tlog.log-diverged', index: 8 },
    ],
    [
      'puts one in',
      `UPDATE audit.log_entries SET index = index + 1000 WHERE log_id = ${AUDIT} AND index >= 20;
       UPDATE audit.log_entries SET index = index - 999 WHERE log_id = ${AUDIT} AND index > 1000;
       INSERT INTO audit.log_entries SELECT log_id, 20, gen_random_uuid(), leaf, now()
         FROM audit.log_entries WHERE log_id = ${AUDIT} AND index = 1`,
      { exit: 2, code: 'tlog.log-diverged', index: 20 },
    ],
    [
      'swaps two',
      `UPDATE audit.log_entries SET index = 1005 WHERE log_id = ${AUDIT} AND index = 5;
       UPDATE audit.log_entries SET index = 5 WHERE log_id = ${AUDIT} AND index = 6;
       UPDATE audit.log_entries SET index = 6 WHERE log_id = ${AUDIT} AND index = 1005`,
      { exit: 2, code: 'tlog.log-diverged', index: 5 },
    ],
    [
      'changes a tile',
      `UPDATE audit.log_tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE log_id = ${AUDIT}`,
      { exit: 2, code: 'tlog.root-mismatch', index: 0 },
    ],
    [
      'writes a head of his own',
      `UPDATE audit.log_checkpoints SET note = convert_to(replace(convert_from(note, 'UTF8'),
          E'\\n' || encode(root, 'base64') || E'\\n', E'\\n' || repeat('A', 43) || E'=\\n'), 'UTF8')
        WHERE log_id = ${AUDIT}`,
      { exit: 2, code: 'tlog.note-signature' },
    ],
  ])('who %s is told the place', async (_, sql, { exit, ...place }) => {
    await unlockTables();
    await api.database.asAdmin(sql);
    const found = await auditor.verify(api.url, ...state(), '--year', year());
    expect({ exit: found.exit, problem: found.report.problems[0] }).toEqual({
      exit,
      problem: expect.objectContaining(place),
    });
  });

  it('who rewrites a leaf with all its parents contradicts what was signed', async () => {
    expect((await auditor.verify(api.url, ...state())).exit).toBe(0);
    const before = await auditSize();
    await server.grow(4);
    await unlockTables();
    await rewriteHistory(api.database, 3);
    const { exit, report } = await auditor.verify(api.url, ...state(), '--year', year());
    expect(exit).toBe(2);
    expect(report.problems[0]).toMatchObject({ code: 'tlog.log-diverged' });
    expect(report.problems[0]?.index ?? Infinity).toBeLessThanOrEqual(3);
    expect(report.problems[0]?.lastIndex ?? Infinity).toBeLessThan(before + 8);
  });

  it('who sets the database back a day is found by what was seen, and by the file of the node', async () => {
    const setBack = await server.remember();
    await server.grow(6);
    expect((await auditor.verify(api.url, ...state())).exit).toBe(0);
    await server.settle();
    await setBack();
    const { exit, report } = await auditor.verify(api.url, ...state(), '--year', year());
    expect(exit).toBe(5);
    expect(report.problems[0]).toMatchObject({ code: 'tlog.split-view' });
    const evidence = await readFile(report.problems[0]?.detail ?? '', 'utf8');
    expect(evidence.split('\n---\n')).toHaveLength(2);
    // The reading itself is an act: integrating it shows the node that its tree is behind what it signed.
    while ((await stateOfAudit()) !== 'halted') await pause(50);
  });

  it('who takes the file of the node as well is found by the first witness', async () => {
    const setBack = await server.remember();
    await server.grow(6);
    await setBack();
    await rm(join(api.dataDir, 'log-heads'), { recursive: true });
    await signIn();
    for (;;) {
      await api.server.app.get(WitnessRounds).round('audit');
      if ((await stateOfAudit()) === 'halted') break;
      await pause(50);
    }
    const held = server.witnesses.map(({ witness }) =>
      witness.held().map(({ note }) => Buffer.from(note ?? []).toString()),
    );
    const [row] = await api.database.asAdmin(
      `SELECT max(size)::text AS size FROM audit.log_checkpoints WHERE log_id = ${AUDIT}`,
    );
    // No witness went back with it.
    expect(held.flat().filter((note) => note.includes(`\n${String(row?.['size'])}\n`))).toEqual([]);
  });

  it('who takes it all back is found before anything is signed, by asking the witnesses', async () => {
    const setBack = await server.remember();
    await server.grow(6);
    const [before] = await api.database.asAdmin(
      'SELECT count(*)::int AS signed FROM kept_log_checkpoints',
    );
    await setBack();
    await rm(join(api.dataDir, 'log-heads'), { recursive: true });
    await api.server.app.get(WitnessRounds).compare();
    expect(await stateOfAudit()).toBe('halted');
    const [after] = await api.database.asAdmin(
      'SELECT count(*)::int AS signed FROM audit.log_checkpoints',
    );
    expect(after).toEqual(before);
    for (;;) {
      const answer = await fetch(`${api.url}/health/ready`);
      const { status } = Object(await answer.json());
      if (status === 'recovery') break;
      await pause(100);
    }
  });

  const stateOfAudit = async () => {
    const [log] = await api.database.asAdmin(
      `SELECT state FROM audit.logs WHERE log_id = ${AUDIT}`,
    );
    return log?.['state'];
  };

  const year = () => String(new Date(api.clock.ms).getUTCFullYear());

  async function unlockTables(): Promise<void> {
    await api.database.asAdmin(`ALTER TABLE audit.log_tiles DISABLE TRIGGER tiles_only_grow`);
  }
});

describe('a server that shows two histories', () => {
  it('is found at the first exchange, with both notes in a file', async () => {
    const first = await auditor.verify(api.url, ...state());
    expect(first.exit).toBe(0);
    const [audit] = first.report.logs.filter(({ origin }) => origin.startsWith('audit.'));
    const origin = audit?.origin ?? '';
    const signer = await new LogKeyFiles(api.dataDir, systemRandom).find(origin);
    if (signer === null) throw new Error('no key');
    for (const extra of [0, 5]) {
      const other = await serveHistory(signer, (audit?.size ?? 0) + extra);
      const { exit, report } = await auditor.verify(
        other.url,
        ...state(),
        '--year',
        origin.split('/')[1] ?? '',
      );
      await other.close();
      expect(exit).toBe(5);
      expect(report.problems[0]).toMatchObject({ code: 'tlog.split-view' });
    }
    const files = await readdir(auditor.folder);
    expect(files.filter((name) => name.startsWith('split-'))).toHaveLength(2);
    // What was seen first stays: the honest server still verifies.
    expect((await auditor.verify(api.url, ...state())).exit).toBe(0);
  });
});
