import { migrationHash, type Migration } from './migrations/migration.js';

/** Runs one statement and returns its rows, whatever the driver. */
export type RunSql = (sql: string, values?: readonly unknown[]) => Promise<readonly SqlRow[]>;

type SqlRow = Readonly<Record<string, unknown>>;

/** The schema of a database compared with the migrations of this build. */
export interface SchemaState {
  readonly applied: readonly string[];
  readonly pending: readonly Migration[];
  /** Applied, but unknown to this build: the schema is newer than the code. */
  readonly unknown: readonly string[];
  /** Applied, but with another text than this build has under the name. */
  readonly changed: readonly string[];
}

/** Reads the history; a database without one has applied nothing. */
export async function readSchemaState(
  run: RunSql,
  migrations: readonly Migration[],
): Promise<SchemaState> {
  const history = await readHistory(run);
  const hashes = new Map(migrations.map((known) => [known.name, migrationHash(known)]));
  return {
    applied: [...history.keys()],
    pending: migrations.filter(({ name }) => !history.has(name)),
    unknown: [...history.keys()].filter((name) => !hashes.has(name)),
    changed: [...history].flatMap(([name, hash]) =>
      hashes.has(name) && hashes.get(name) !== hash ? [name] : [],
    ),
  };
}

/** Why this build must not work on the schema, whether or not it may migrate. One line each. */
export function schemaFaults(state: SchemaState): string[] {
  return [
    ...state.unknown.map(
      (name) => `The schema is newer than this build: it does not know migration ${name}.`,
    ),
    ...state.changed.map(
      (name) => `Migration ${name} was applied with another text than this build has.`,
    ),
  ];
}

async function readHistory(run: RunSql): Promise<ReadonlyMap<string, string>> {
  const found = await run(
    `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'app' AND c.relname = 'schema_migrations'`,
  );
  if (found.length === 0) return new Map();
  const rows = await run('SELECT name, sha256 FROM app.schema_migrations ORDER BY name');
  return new Map(rows.map((row) => [String(row['name']), String(row['sha256'])]));
}
