import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { StartupRefusal } from '../../apps/api/src/platform/config/startup-refusal.js';
import { connect } from '../../apps/api/src/platform/database/data-source.js';
import { startServer } from '../support/api-server.js';
import { startServerProcess } from '../support/server-process.js';

const REFUSED_EXIT_CODE = 78;

let fresh: FreshDatabase;
let dataDir: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'enlace-refused-'));
});
afterAll(async () => {
  await fresh.drop();
  await rm(dataDir, { recursive: true });
});

/** A login whose password somebody typed. */
const typed = (password: string) =>
  `postgres://enl_app:${encodeURIComponent(password)}@db.example.org/enlace`;

/** Every line of the refusal of a start on the database of this file. */
async function refusal(env: Readonly<Record<string, string>>, isUnsyncedAllowed = true) {
  const logins = {
    DATABASE_URL: fresh.url('enl_app'),
    DATABASE_SEQUENCER_URL: fresh.url('enl_sequencer'),
    DATABASE_AUDITOR_URL: fresh.url('enl_auditor'),
    DATABASE_DELIVERY_URL: fresh.url('enl_delivery'),
  };
  const starting = startServer(
    { ...logins, ENLACE_DATA: dataDir, ...env },
    { allowUnsyncedDatabase: isUnsyncedAllowed },
  );
  const outcome = await starting.then(
    async (server) => server.close(),
    (error: unknown) => error,
  );
  if (!(outcome instanceof StartupRefusal)) throw new Error('not refused', { cause: outcome });
  return outcome.reasons;
}

describe('D18: a start is refused', () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'without the secret of the sequencer',
      { DATABASE_SEQUENCER_URL: '' },
      /^DATABASE_SEQUENCER_URL: required/,
    ],
    [
      'without the secret of the auditors',
      { DATABASE_AUDITOR_URL: '' },
      /^DATABASE_AUDITOR_URL: required/,
    ],
    [
      'without the secret of deliveries',
      { DATABASE_DELIVERY_URL: '' },
      /^DATABASE_DELIVERY_URL: required/,
    ],
    ['with a short password', { DATABASE_URL: typed('k3#Zp!') }, /^DATABASE_URL: a weak password/],
    [
      'with a password of a manual',
      { DATABASE_URL: typed('postgres') },
      /^DATABASE_URL: a weak password/,
    ],
    [
      'with a password that says little',
      { DATABASE_URL: typed('secret'.repeat(9)) },
      /^DATABASE_URL: a weak password/,
    ],
    [
      'on a plain origin',
      { PUBLIC_ORIGIN: 'http://enlace.example.org' },
      /^PUBLIC_ORIGIN: not https/,
    ],
    [
      'for a page on a plain origin',
      { CLIENT_ORIGINS: 'http://app.example.org' },
      /^CLIENT_ORIGINS: not https/,
    ],
    ['for everybody as a proxy', { TRUSTED_PROXIES: '0.0.0.0/0' }, /^TRUSTED_PROXIES: /],
    [
      'as a demo for the world',
      { ENLACE_DEMO: '1', PUBLIC_ORIGIN: 'https://enlace.example.org' },
      /^ENLACE_DEMO: /,
    ],
  ])('%s', async (_name, env, reason) => {
    const reasons = await refusal(env);
    expect(reasons[0]).toMatch(reason);
    expect(reasons.join()).not.toMatch(/k3#Zp|k3%23|secretsecret/);
  });

  it('as a superuser or as the owner of the tables', async () => {
    const owner = await refusal({ DATABASE_URL: fresh.adminUrl });
    expect(owner).toContain('DATABASE_URL: postgres is a superuser.');
    expect(owner).toContain('DATABASE_URL: postgres has BYPASSRLS.');
    const migrations = await refusal({ DATABASE_URL: fresh.url('enl_migrate') });
    expect(migrations.join()).toContain('must own nothing');
  });

  it('on a database that acknowledges what it may lose', async () => {
    await fresh.asAdmin(`ALTER DATABASE ${fresh.name} SET synchronous_commit = off`);
    const reasons = await refusal({}, false);
    await fresh.asAdmin(`ALTER DATABASE ${fresh.name} RESET synchronous_commit`);
    expect(reasons).toContain(
      'PostgreSQL runs with synchronous_commit = off: acknowledged writes could be lost.',
    );
  });

  it('with a key of the log that others can read, or that is none', async () => {
    const folder = join(dataDir, 'log-keys');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'receipts.localhost.key');
    await writeFile(file, 'PRIVATE+KEY+short\n');
    await chmod(file, 0o644);
    const open = await refusal({});
    await chmod(file, 0o600);
    const damaged = await refusal({});
    await rm(folder, { recursive: true });
    expect(open.join()).toMatch(/open to others/);
    expect(damaged.join()).toContain(file);
    expect(damaged.join()).not.toContain('PRIVATE+KEY+short');
  });

  it('by no setting at all: what TypeORM would change of a schema is off in the code', async () => {
    const quiet = { info: () => undefined, warn: () => undefined };
    const source = await connect(fresh.url('enl_app'), 'app', quiet);
    expect(source.options).toMatchObject({ synchronize: false, dropSchema: false });
    await source.destroy();
    expect(await refusal({ ENLACE_SYNCHRONIZE: '1' })).toEqual([
      expect.stringMatching(/^ENLACE_SYNCHRONIZE: no such setting/),
    ]);
  });

  it('of a real process with exit code 78, one clear line for each reason, before it listens', async () => {
    const server = await startServerProcess({
      PUBLIC_ORIGIN: 'http://enlace.example.org',
      DATABASE_URL: typed('postgres'),
      DATABASE_SEQUENCER_URL: typed('postgres'),
      DATABASE_AUDITOR_URL: typed('postgres'),
      DATABASE_DELIVERY_URL: typed('postgres'),
    });
    expect(await server.exited).toBe(REFUSED_EXIT_CODE);
    const lines = server.output.stderr.trim().split('\n');
    await server.remove();
    expect(lines.filter((line) => line.includes('PUBLIC_ORIGIN: not https'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('DATABASE_URL: a weak password'))).toHaveLength(1);
    expect(server.output.stderr).not.toMatch(/^\s+at /m);
  });
});
