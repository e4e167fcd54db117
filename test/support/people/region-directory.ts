import {
  formatInstant,
  newId,
  sha256,
  systemRandom,
  toBase64Url,
  toHex,
  utf8,
} from '@enlace/kernel';
import {
  forTestsOnlySeed,
  personaOf,
  Region,
  REGION_START_MS,
  strictPolicy,
  type FreshDatabase,
  type Persona,
} from '@enlace/testing';
import { digestWire, encodeDirectoryLeaf } from '@enlace/tlog';
import {
  findStatement,
  parseStatement,
  sodium,
  STATEMENT_KINDS,
  subjectOf,
  type Statement,
} from '@enlace/trust';

const DAY_MS = 86_400_000;

/** A persona's device for the command line, beside its browser. */
export const cliDeviceOf = (persona: Persona): string => `cli:${persona.slug}`;

/**
 * The region of all tests at a moment that is not before the database's own: sessions are judged by both clocks.
 * Costa Rica allows devices for the command line; Panama did, and has one that no longer counts.
 */
export async function aPresentRegion(): Promise<Region> {
  // oxlint-disable-next-line no-restricted-properties -- the clock of the database, which no test can move
  const startMs = Math.max(REGION_START_MS, Date.now());
  const region = await Region.complete(null, startMs);
  for (const state of ['CR', 'PA'] as const) {
    region.add(strictPolicy(state, { allowCliDevices: true, maxDevices: 16 }), [`root:${state}`]);
  }
  for (const slug of ['cr-rosa', 'cr-esteban', 'pa-omar']) enrolCli(region, personaOf(slug));
  region.add(strictPolicy('PA'), ['root:PA']);
  return region;
}

export function enrolCli(region: Region, persona: Persona, name = cliDeviceOf(persona)): void {
  const device = region.device(persona, name);
  const { publicKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeedOf(name));
  const kemKey = toBase64Url(publicKey);
  region.add({ ...device, platform: 'cli', authenticators: [], kemKey }, [
    `identity:${persona.slug}`,
  ]);
}

/** With what a device for the command line opens what is sealed to it. */
export function kemSeedOf(name: string): Uint8Array {
  return forTestsOnlySeed(`kem:${name}`);
}

const APPEND_SQL = `
SELECT guard.append_statement(place, id, subject, entry, wire, at, counts)
  FROM jsonb_to_recordset($1::jsonb) AS s (
    place bigint, id text, subject text, entry uuid, wire text, at timestamptz, counts boolean)`;

const LEAVES_SQL = `
INSERT INTO audit.outbox (stream, created_at, entry_id, kind, leaf)
SELECT 'directory', clock_timestamp(), entry, kind, decode(leaf, 'hex')
  FROM jsonb_to_recordset($1::jsonb) AS s (entry uuid, kind smallint, leaf text)`;

/**
 * Puts the statements of the region that a database does not have yet into its log, as accepted at the region's time.
 */
export async function plantStatements(database: FreshDatabase, region: Region): Promise<void> {
  const [known] = await database.asAdmin('SELECT count(*) FROM app.directory_statements');
  const from = Number(known?.['count']);
  const statements = region.wires.slice(from).map((wire, at) => {
    const statement = parseStatement(wire);
    return {
      place: from + at,
      id: statement.id,
      subject: subjectOf(statement.body),
      entry: newId({ nowMs: () => from + at }, systemRandom),
      wire,
      at: formatInstant(region.nowMs),
      counts: findStatement(region.directory, statement.id) !== null,
      kind: STATEMENT_KINDS[statement.type],
      leaf: toHex(leafOf(statement, region.nowMs)),
    };
  });
  await database.asAdmin(APPEND_SQL, [JSON.stringify(statements)]);
  await database.asAdmin(LEAVES_SQL, [JSON.stringify(statements)]);
  region.nowMs += DAY_MS;
}

function leafOf({ type, object }: Statement, acceptedAtMs: number): Uint8Array {
  const wireDigest = digestWire({ sha256 }, utf8(object.wire));
  return encodeDirectoryLeaf({ kind: STATEMENT_KINDS[type], acceptedAtMs, wireDigest });
}
