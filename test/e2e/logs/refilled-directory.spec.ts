import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import type { LogSummary } from '@enlace/contracts';
import { DirectoryReplica } from '@enlace/client';
import { formatInstant } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  freshDatabase,
  MemoryStore,
  nodeTlogCrypto,
  testBytes,
  type FreshDatabase,
  type Region,
} from '@enlace/testing';
import { openCheckpoint, parseVkey } from '@enlace/tlog';
import {
  formatLogCopy,
  formatLossTarget,
  signObject,
  SIGNING_LABELS,
  type CopiedStatement,
  type LogCopy,
} from '@enlace/trust';
import pg from 'pg';

import { BreakGlassRounds } from '../../../apps/api/src/breakglass/breakglass-rounds.service.js';
import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import { SetBackDeployment, type RunningNode } from '../../support/log/set-back.js';
import { plantStatements } from '../../support/people/region-directory.js';
import { registrarSeat, SeatedDevice } from '../../support/sessions/seated-device.js';
import { until } from '../../support/until.js';

/** More than one transaction of a refill writes. */
const LOST = 130;
const PREPARING_MS = 240_000;
const PATIENCE_MS = 120_000;
const THREE = ['root:PA', 'root:GT', 'registrar:MX:1', 'registrar:MX:2'];

jest.setTimeout(PATIENCE_MS);

let deployment: SetBackDeployment;
/** The database as the backup has it, and as it was when it was lost. */
let backup: FreshDatabase;
let lost: FreshDatabase;
/** The statements as somebody's home holds them. */
let home: DirectoryReplica;
let copy: LogCopy;
let left: number;
let earlier: Region;

beforeAll(async () => {
  deployment = await SetBackDeployment.begin();
  const { region } = deployment;
  backup = await freshDatabase();
  const before = await deployment.start(backup);
  await before.settle();
  await before.stop();
  left = region.wires.length;
  earlier = region.copy();

  lost = await backup.copy();
  const after = await deployment.start(lost);
  const office = region.office('CR', 'specialised');
  for (let at = 0; at < LOST - 1; at += 1) {
    const names = { es: `Fiscalía ${at}`, en: `Office ${at}` };
    region.add({ ...office, names }, region.registrars('CR'));
    if (at === LOST / 2) await after.settle();
  }
  region.add(region.office('GT', 'registry'), region.registrars('GT'));
  await after.settle();
  const { trustStoreText } = deployment;
  home = await DirectoryReplica.open(new MemoryStore(), { trustStoreText, viewpoint: null });
  await home.sync(after.source);
  await after.stop();
  copy = await home.copy();
  await cp(join(deployment.dataDir, 'log-heads'), join(deployment.dataDir, 'kept-heads'), {
    recursive: true,
  });
}, PREPARING_MS);

afterAll(async () => {
  await backup.drop();
  await lost.drop();
  await deployment.end();
});

let restored: FreshDatabase;
let node: RunningNode | null;

beforeEach(async () => {
  restored = await backup.copy();
  node = null;
  const heads = join(deployment.dataDir, 'log-heads');
  await rm(heads, { recursive: true });
  await cp(join(deployment.dataDir, 'kept-heads'), heads, { recursive: true });
});

afterEach(async () => {
  await node?.stop();
  await restored.drop();
});

async function start(...args: readonly string[]): Promise<RunningNode> {
  node = await deployment.startAlone(restored, ...args);
  return node;
}

async function fileOf(brought: LogCopy): Promise<string> {
  const file = join(deployment.dataDir, 'copy.jsonl');
  await writeFile(file, formatLogCopy(brought));
  return file;
}

const refill = async (brought: LogCopy) => start('--refill', await fileOf(brought));

/** This node signed nothing that its folder still knows. */
async function forgetHeads(): Promise<void> {
  const heads = join(deployment.dataDir, 'log-heads');
  await rm(heads, { recursive: true });
  await mkdir(heads, { mode: 0o700 });
}

const DIRECTORY = `(SELECT log_id FROM audit.logs WHERE stream = 'directory')`;

/** All that the directory is: statements, what they add up to, and the log over them. */
async function directoryOf(database: FreshDatabase): Promise<readonly unknown[]> {
  const tables = ['authorities', 'registrars', 'offices', 'persons', 'devices', 'contacts'];
  const rows = tables.map(
    (table) => `(SELECT json_agg(t ORDER BY t::text) FROM app.${table} t) AS "${table}"`,
  );
  return database.asAdmin(`
    SELECT ${rows.join(', ')},
      (SELECT json_agg(json_build_array(place, statement_id, kind, subject, serial, wire, accepted_at) ORDER BY place)
         FROM app.directory_statements) AS statements,
      (SELECT json_agg(json_build_array(index, encode(leaf, 'hex')) ORDER BY index)
         FROM audit.log_entries WHERE log_id = ${DIRECTORY}) AS entries,
      (SELECT json_agg(json_build_array(level, n, encode(hashes, 'hex')) ORDER BY level, n)
         FROM audit.log_tiles WHERE log_id = ${DIRECTORY}) AS tiles,
      (SELECT json_agg(json_build_array(size, encode(root, 'hex'), state))
         FROM audit.logs WHERE stream = 'directory') AS heads,
      (SELECT encode(note, 'hex') FROM audit.log_checkpoints
        WHERE log_id = ${DIRECTORY} ORDER BY size DESC LIMIT 1) AS note`);
}

const stateOfLog = async () => {
  const [row] = await restored.asAdmin(
    `SELECT state, size::int, (SELECT count(*)::int FROM app.directory_statements) AS statements
       FROM audit.logs WHERE stream = 'directory'`,
  );
  return row;
};

const ready = async ({ url }: RunningNode) =>
  fetch(`${url}/health/ready`).then(async (answer) => answer.json());

const signed = async (size: number) =>
  until(async () => {
    const rows = await restored.asAdmin(
      `SELECT FROM audit.log_checkpoints WHERE log_id = ${DIRECTORY} AND size = $1`,
      [size],
    );
    return rows.length === 1;
  });

/** What the States sign so that the log of accesses, which nobody has a copy of, goes on after what it lost. */
async function continueAudit(running: RunningNode): Promise<void> {
  const carrier = await SeatedDevice.at(running, registrarSeat('PA'));
  const list: readonly LogSummary[] = (
    await carrier.send({ path: '/audit/logs', withoutProof: true })
  ).body;
  const halted = list.find(({ state }) => state === 'halted');
  if (halted?.next === undefined || halted.next === null) throw new Error('no log is halted');
  const { origin, vkey } = halted;
  const note = await readFile(
    join(deployment.dataDir, 'log-heads', `${origin.replaceAll('/', '_')}.checkpoint`),
  );
  const held = openCheckpoint(nodeTlogCrypto, note, {
    origin,
    logKeys: [parseVkey(nodeTlogCrypto, vkey)],
  });
  const act = {
    action: 'leave-recovery',
    target: formatLossTarget({
      lost: { origin, size: held.size, root: held.root },
      next: { origin: `${origin}-2`, vkey: halted.next },
    }),
    nonce: testBytes('nonce of the audit log', 16),
    reason: 'The disk of the database was restored',
    effectiveAfter: formatInstant(deployment.clock.ms),
    expiresAt: formatInstant(deployment.clock.ms + 3_600_000),
  };
  const wire = signObject(SIGNING_LABELS.breakGlass, act, THREE.map(forTestsOnlySeed));
  const sending = { method: 'POST', path: '/breakglass', body: { wire } } as const;
  const handed = await carrier.sendElevated(sending, {
    action: 'breakglass.invoke',
    objectId: act.nonce,
  });
  expect(handed.status).toBe(201);
  await running.server.app.get(BreakGlassRounds).look();
  await until(async () => {
    await running.server.app.get(Backlog).look();
    return (await ready(running)).status === 'ok';
  });
}

describe('a directory whose database was set back', () => {
  it('is in recovery before it answers anybody, and takes in nothing', async () => {
    const running = await start();
    expect(await ready(running)).toMatchObject({ status: 'recovery' });
    expect(await stateOfLog()).toEqual({ state: 'halted', size: left, statements: left });
  });

  it('is what it was, byte for byte, once a home has brought what it lost', async () => {
    await (await start()).stop();
    const running = await deployment.start(restored, '--refill', await fileOf(copy));
    node = running;
    await signed(left + LOST);
    expect(await directoryOf(restored)).toEqual(await directoryOf(lost));
    const [event] = await restored.asAdmin(
      `SELECT convert_from(s.body, 'utf8')::jsonb AS what FROM audit.sections s JOIN audit.events e USING (event_id)
        WHERE e.type = 'log.resumed' AND s.section = 1`,
    );
    expect(event?.['what']).toMatchObject({
      origin: 'directory.localhost',
      size: left + LOST,
      cause: 'refilled',
    });

    // A witness that has not seen the end yet shows a head that was signed in between, of which nobody here knows.
    const [between] = await lost.asAdmin(
      `SELECT convert_from(c.note, 'utf8') || k.line || E'\\n' AS note
         FROM audit.log_checkpoints c JOIN audit.log_cosignatures k USING (log_id, size)
        WHERE log_id = ${DIRECTORY} AND size > $1 AND size < $2`,
      [left, left + LOST],
    );
    const brought = await fetch(`${running.url}/directory/log/cosignatures`, {
      method: 'POST',
      headers: { authorization: 'DPoP none', 'content-type': 'text/plain' },
      body: String(between?.['note']),
    });
    expect(brought.status).toBe(204);
    expect(await stateOfLog()).toMatchObject({ state: 'open', size: left + LOST });

    // The log of accesses lost entries as well, and goes on by the States; then everything goes on.
    await continueAudit(running);
    deployment.region.add(
      { ...deployment.region.office('PA', 'specialised'), zone: 'America/Panama' },
      deployment.region.registrars('PA'),
    );
    await running.settle();
    expect(await home.sync(running.source)).toEqual([]);
    expect(home.entries).toHaveLength(left + LOST + 1);
    expect(home.checkpoint).toMatchObject({ size: left + LOST + 1 });
    expect(home.checkpoint?.witnessTimeMs).not.toBeNull();
  });
});

/** A copy with another statement at a place of what was lost. */
function withAnother(at: number, change: (entry: CopiedStatement) => CopiedStatement): LogCopy {
  const entries = copy.entries.map((entry, index) => (index === at ? change(entry) : entry));
  return { ...copy, entries };
}

describe('a copy that is not the log that was signed', () => {
  it.each<[string, () => LogCopy]>([
    [
      'another time of a statement',
      () => withAnother(left + 3, (entry) => ({ ...entry, acceptedAtMs: entry.acceptedAtMs + 1 })),
    ],
    [
      'another statement, with the signatures of its State',
      () => withAnother(left + 3, (entry) => ({ ...entry, wire: copy.entries[0]?.wire ?? '' })),
    ],
    [
      'another statement among those that were not lost',
      () => withAnother(3, (entry) => ({ ...entry, wire: copy.entries[4]?.wire ?? '' })),
    ],
    ['one statement too few', () => ({ ...copy, entries: copy.entries.slice(0, -1) })],
    ['one left out', () => ({ ...copy, entries: copy.entries.toSpliced(left + 3, 1) })],
    ['what the database has', () => ({ ...copy, entries: copy.entries.slice(0, left) })],
    ['nothing', () => ({ checkpoint: null, entries: [] })],
  ])('is refused and leaves nothing behind: %s', async (_, forged) => {
    const before = await stateOfLog();
    await expect(refill(forged())).rejects.toThrow(StartupRefusal);
    expect(await stateOfLog()).toEqual(before);
  });

  it('is refused without a head that this node signed or the witnesses cosigned', async () => {
    await forgetHeads();
    const note = copy.checkpoint ?? '';
    // As the log signed it, and no witness.
    const alone = note.slice(0, note.indexOf('\n', note.indexOf('\u2014')) + 1);
    for (const checkpoint of [null, alone, note.replace('directory.', 'directori.')]) {
      await expect(refill({ ...copy, checkpoint })).rejects.toThrow('--refill');
    }
    expect(await stateOfLog()).toMatchObject({ size: left, statements: left });
    // With what the witness said of it, no file of this node is needed.
    await refill(copy);
    expect(await stateOfLog()).toMatchObject({ state: 'open', size: left + LOST });
  });

  it('is refused where the database went another way since', async () => {
    await forgetHeads();
    const running = await start();
    const elsewhere = earlier.copy();
    elsewhere.add(elsewhere.office('PA', 'registry'), elsewhere.registrars('PA'));
    await plantStatements(restored, elsewhere);
    await signed(left + 1);
    await running.stop();
    node = null;
    await expect(refill(copy)).rejects.toThrow('not the log that was signed');
    await forgetHeads();
    await expect(refill(copy)).rejects.toThrow('the database took in other statements');
    expect(await stateOfLog()).toMatchObject({ size: left + 1, statements: left + 1 });
  });
});

describe('a refill that ends half way', () => {
  it.each([
    {
      at: 'in the second transaction of the statements',
      rows: () => `app.directory_statements FOR EACH ROW WHEN (NEW.place >= ${left + 100})`,
    },
    {
      at: 'when all statements are written and none is in the log',
      rows: () => 'audit.log_entries FOR EACH ROW',
    },
  ])('$at, leaves a halted log and goes on the next time', async ({ rows }) => {
    await restored.asAdmin(`
      CREATE FUNCTION public.dies() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'killed' USING ERRCODE = '58000'; END $$;
      CREATE TRIGGER dies BEFORE INSERT ON ${rows()} EXECUTE FUNCTION public.dies()`);
    await expect(refill(copy)).rejects.toThrow(Error);
    const half = await stateOfLog();
    expect(half).toMatchObject({ state: 'halted', size: left });
    expect(Number(half?.['statements'])).toBeGreaterThan(left);
    await restored.asAdmin('DROP FUNCTION public.dies() CASCADE');
    // Without the copy it stays as it is.
    const waiting = await start();
    expect(await ready(waiting)).toMatchObject({ status: 'recovery' });
    await waiting.stop();
    await refill(copy);
    await signed(left + LOST);
    expect(await directoryOf(restored)).toEqual(await directoryOf(lost));
  });
});

describe('a copy that is not needed', () => {
  it('changes nothing', async () => {
    const whole = await lost.copy();
    node = await deployment.startAlone(whole, '--refill', await fileOf(copy));
    expect(await ready(node)).toMatchObject({ status: 'ok' });
    await node.stop();
    node = null;
    expect(await directoryOf(whole)).toEqual(await directoryOf(lost));
    await whole.drop();
  });

  it('is written by the server alone, and only while the log is halted', async () => {
    const client = new pg.Client({ connectionString: restored.url('enl_app') });
    await client.connect();
    const wire = copy.entries[left]?.wire ?? '';
    const writing = client.query(
      'SELECT guard.refill_statement($1, $2, $3, gen_random_uuid(), $4, now(), true)',
      [left, 'A'.repeat(43), 'subject', wire],
    );
    await expect(writing).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
