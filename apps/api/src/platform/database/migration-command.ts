import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import { connect } from './data-source.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/migration-list.js';
import { ROLES_SQL } from './roles.js';
import { readSchemaState, schemaFaults } from './schema-state.js';

/** Exit codes of the command line: done, not sound, cannot run. */
const EXIT = { done: 0, unsound: 2, refused: 4 } as const;

const USAGE = `migration new <name>   the next numbered file, to be added to migration-list.ts
migration run          apply what is pending (DATABASE_MIGRATION_URL)
migration status       what is applied and pending (DATABASE_MIGRATION_URL)
migration roles        print the SQL that makes the database roles`;

const FOLDER = join(import.meta.dirname, 'migrations');

const terminal = {
  info: (line: string) => void process.stdout.write(`${line}\n`),
  warn: (line: string) => void process.stderr.write(`${line}\n`),
};

async function makeNext(name: string | undefined): Promise<number> {
  if (name === undefined || !/^[a-z]+(-[a-z]+)*$/.test(name)) {
    terminal.warn('A migration is named in lower-case words with hyphens between.');
    return EXIT.refused;
  }
  const taken = (await readdir(FOLDER)).map((file) => Number.parseInt(file, 10)).filter(Boolean);
  const fileName = `${String(Math.max(0, ...taken) + 1).padStart(4, '0')}-${name}`;
  const constant = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const text = `import type { Migration } from './migration.js';

/** Why the schema changes, and what holds while the build before it still runs. */
export const ${constant}Migration: Migration = {
  name: '${fileName}',
  sql: \`
\`,
};
`;
  await writeFile(join(FOLDER, `${fileName}.ts`), text, { flag: 'wx' });
  terminal.info(`migrations/${fileName}.ts`);
  return EXIT.done;
}

async function onDatabase(act: 'run' | 'status'): Promise<number> {
  const url = process.env['DATABASE_MIGRATION_URL'] ?? '';
  const source = await connect(url, 'migration', terminal);
  try {
    if (act === 'run') await migrate(source, MIGRATIONS, terminal);
    const state = await readSchemaState((sql) => source.query(sql), MIGRATIONS);
    for (const name of state.applied) terminal.info(`applied  ${name}`);
    for (const { name } of state.pending) terminal.info(`pending  ${name}`);
    for (const fault of schemaFaults(state)) terminal.warn(fault);
    return schemaFaults(state).length > 0 ? EXIT.unsound : EXIT.done;
  } finally {
    await source.destroy();
  }
}

async function runCommand([verb, name]: readonly string[]): Promise<number> {
  switch (verb) {
    case 'new':
      return makeNext(name);
    case 'run':
    case 'status':
      return onDatabase(verb);
    case 'roles':
      terminal.info(ROLES_SQL.trim());
      return EXIT.done;
    case undefined:
    default:
      terminal.warn(USAGE);
      return EXIT.refused;
  }
}

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StartupRefusal)) throw error;
  for (const reason of error.reasons) terminal.warn(reason);
  process.exitCode = EXIT.refused;
}
