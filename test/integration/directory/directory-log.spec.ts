import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, newId, systemRandom } from '@enlace/kernel';
import {
  findStatement,
  parseStatement,
  subjectOf,
  verifyDevice,
  type TrustStore,
} from '@enlace/trust';
import { freshDatabase, plantSession, Region, testId, type FreshDatabase } from '@enlace/testing';

import { DirectoryLog } from '../../../apps/api/src/directory/directory-log.js';
import { DirectoryRepository } from '../../../apps/api/src/directory/directory.repository.js';
import type { Database, SessionHash } from '../../../apps/api/src/platform/database/database.js';
import { openDatabase } from '../../../apps/api/src/platform/database/open-database.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { LogWriter } from '../../../apps/api/src/platform/tlog/log-writer.js';

const quiet = { info: () => undefined, warn: () => undefined };
const HOUR_MS = 3_600_000;

let fresh: FreshDatabase;
let database: Database;
let region: Region;
let logLines: string[];
const repository = new DirectoryRepository();

const log = () => {
  logLines = [];
  return createLog('debug', { write: (line: string) => void logLines.push(line) });
};
const aNodeOf = (trustStore: TrustStore | null) =>
  new DirectoryLog(
    trustStore,
    repository,
    new LogWriter(),
    { nowMs: () => region.nowMs },
    systemRandom,
    log(),
  );
const aNode = () => aNodeOf(region.trustStore);

async function write(wire: string, place: number, acceptedAtMs = region.nowMs): Promise<void> {
  const statement = parseStatement(wire);
  await database.beforeSignIn((tx) =>
    repository.append(tx, {
      place,
      statementId: statement.id,
      subject: subjectOf(statement.body),
      entryId: newId({ nowMs: () => place }, systemRandom),
      wire,
      acceptedAtMs,
      counts: findStatement(region.directory, statement.id) !== null,
    }),
  );
}

beforeAll(async () => {
  fresh = await freshDatabase();
  ({ database } = await openDatabase(
    {
      dataDir: '',
      databaseUrl: fresh.url('enl_app'),
      sequencerUrl: fresh.url('enl_sequencer'),
      auditorUrl: fresh.url('enl_auditor'),
      deliveryUrl: fresh.url('enl_delivery'),
      migrate: false,
      allowUnsyncedDatabase: true,
    },
    { log: quiet },
  ));
  region = await Region.complete();
  for (const [place, wire] of region.wires.entries()) await write(wire, place);
});

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

describe('the statements log of a node', () => {
  it('adds up to the same directory as the log of any client', async () => {
    const directory = await database.beforeSignIn((tx) => aNode().current(tx));
    expect(directory.size).toBe(region.wires.length);
    const rosa = testId('device:cr-rosa', 7);
    const at = { nowMs: region.nowMs + HOUR_MS };
    expect(verifyDevice(directory, rosa, at)).toEqual(verifyDevice(region.directory, rosa, at));
  });

  it('holds a sensitive role back, from the acceptance of its certificate on', async () => {
    const directory = await database.beforeSignIn((tx) => aNode().current(tx));
    const ines = testId('device:cr-ines', 7);
    const judge = (hours: number) => () =>
      verifyDevice(directory, ines, { nowMs: region.nowMs + hours * HOUR_MS });
    expect(judge(23)).toThrow('not-in-effect');
    expect(judge(25)).not.toThrow();
  });

  it('keeps what it has folded, reads only what came since, and skips what does not apply', async () => {
    const node = aNode();
    const before = await database.beforeSignIn((tx) => node.current(tx));
    expect(await database.beforeSignIn((tx) => node.current(tx))).toBe(before);
    const again = region.wires[0] ?? '';
    await expect(write(again, before.size)).rejects.toMatchObject({ code: 'write.conflict' });
    const rubbish = region.draft(region.office('CR', 'audit'), ['registrar:PA:1']);
    await write(rubbish.object.wire, before.size);
    const after = await database.beforeSignIn((tx) => node.current(tx));
    expect(after.size).toBe(before.size + 1);
    expect(findStatement(after, rubbish.id)).toBeNull();
    expect(logLines.join('')).toContain('directory.skipped');
  });

  it('takes nothing in where no trust store is installed', async () => {
    const fresher = aNodeOf(null);
    await expect(database.beforeSignIn((tx) => fresher.current(tx))).rejects.toMatchObject({
      code: 'statement.refused',
      facts: { rule: 'no-trust-store' },
    });
  });
});

describe('the rows of the directory', () => {
  it('say what the statements say, to whoever is signed in, and nothing without a session', async () => {
    const session = await plantSession(fresh, { state: 'PA' });
    const sidHash = session.sidHash as Uint8Array as SessionHash;
    const ask = 'SELECT roles, audit_scope FROM app.persons WHERE person_id = $1';
    const rows = await database.inSession(sidHash, (tx) => tx.query(ask, [testId('cr-ines', 4)]));
    expect(rows).toEqual([{ roles: ['auditor'], audit_scope: 'national' }]);
    await expect(
      database.beforeSignIn((tx) => tx.query(ask, [testId('cr-ines', 4)])),
    ).rejects.toMatchObject({ code: 'access.denied' });
    const [counted] = await fresh.asAdmin(
      `SELECT (SELECT count(*)::int FROM app.persons) AS persons,
              (SELECT count(*)::int FROM app.devices) AS devices,
              (SELECT count(*)::int FROM app.registrars) AS registrars,
              (SELECT count(*)::int FROM app.authorities) AS authorities`,
    );
    expect(counted).toEqual({ persons: 22, devices: 22, registrars: 12, authorities: 6 });
  });

  it('take no statement in the name of another State than the session speaks for', async () => {
    const session = await plantSession(fresh, { state: 'PA', roles: ['registrar'] });
    const sidHash = session.sidHash as Uint8Array as SessionHash;
    const statement = region.draft(region.office('CR', 'audit'), region.registrars('CR'));
    const row = {
      place: 9_000,
      statementId: statement.id,
      subject: subjectOf(statement.body),
      entryId: newId({ nowMs: () => 9_000 }, systemRandom),
      wire: statement.object.wire,
      acceptedAtMs: region.nowMs,
      counts: true,
    };
    await expect(
      database.inSession(sidHash, (tx) => repository.append(tx, row)),
    ).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('cannot be written in any other way', async () => {
    const session = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
    const sidHash = session.sidHash as Uint8Array as SessionHash;
    const sql = `UPDATE app.persons SET roles = '{auditor}' WHERE state = 'CR'`;
    await expect(database.inSession(sidHash, (tx) => tx.query(sql))).rejects.toMatchObject({
      code: 'access.denied',
    });
    const at = formatInstant(region.nowMs);
    await expect(
      database.beforeSignIn((tx) =>
        tx.query(`INSERT INTO app.authorities VALUES ('BZ', '${at}', '${at}', false)`),
      ),
    ).rejects.toMatchObject({ code: 'access.denied' });
  });
});
