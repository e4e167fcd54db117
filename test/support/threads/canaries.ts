import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemRandom, toHex } from '@enlace/kernel';
import type { FreshDatabase } from '@enlace/testing';

/** What every canary begins with: nobody else writes it. */
const MARK = 'Zq7Canario4Secreto';
/** Its forms in base64 hang on where it begins; the two characters at either end hang on its neighbours. */
const ALIGNMENTS = [0, 1, 2];

/** A secret that is planted, and that nobody but the members may ever have. */
export function aCanary(): string {
  return `${MARK}-${toHex(systemRandom.bytes(6))}`;
}

/** The forms in which a canary could lie somewhere: as it is, in UTF-16, in hex, in base64. */
function canaryForms(mark = MARK): readonly Buffer[] {
  const plain = Buffer.from(mark);
  const encoded = ALIGNMENTS.map((at) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(at), plain])
        .toString('base64')
        .slice(4, -4),
    ),
  );
  const texts = [plain, ...encoded];
  const hex = texts.map((text) => Buffer.from(text.toString('hex')));
  return [...texts, ...hex, Buffer.from(mark, 'utf16le')];
}

/** Whether any form of a canary is in the bytes. */
export function hasCanary(bytes: Uint8Array, forms = canaryForms()): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return forms.some((form) => all.includes(form));
}

/** Files below a folder that hold one. */
export async function canaryFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (hasCanary(await readFile(path))) found.push(path);
  }
  return found;
}

const TABLES_SQL = `
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
const ROWS_SQL = (table: string): string =>
  `SELECT count(*)::int AS count FROM ${table} AS one
    WHERE one::text LIKE ANY (SELECT '%' || convert_from(form, 'UTF8') || '%' FROM unnest($1::bytea[]) AS form)`;
const FILES_SQL = `
SELECT dir || '/' || name AS name FROM (
  SELECT 'pg_wal' AS dir, name FROM pg_ls_waldir()
   WHERE name BETWEEN pg_walfile_name($1::pg_lsn) AND pg_walfile_name(pg_current_wal_lsn())
  UNION ALL
  SELECT dir, pg_ls_dir(dir) FROM (SELECT 'base/' || oid AS dir FROM pg_database WHERE datname = current_database()) d
) AS files`;
const FILE_SQL = `
SELECT bool_or(position(form IN bytes) > 0) AS found
  FROM pg_read_binary_file($1) AS bytes, unnest($2::bytea[]) AS form`;

const slotOf = ({ name }: FreshDatabase): string => `canaries_${name}`;

/** Keeps the write-ahead log from here on, which a checkpoint would reuse; resolves to the place that it begins at. */
export async function holdWal(database: FreshDatabase): Promise<string> {
  const [row] = await database.asAdmin(
    'SELECT lsn::text FROM pg_create_physical_replication_slot($1, true)',
    [slotOf(database)],
  );
  return String(row?.['lsn']);
}

export async function releaseWal(database: FreshDatabase): Promise<void> {
  await database.asAdmin('SELECT pg_drop_replication_slot($1)', [slotOf(database)]);
}

/** Tables of a database with rows that hold a canary, as a dump would show them. */
export async function canaryTables(database: FreshDatabase): Promise<readonly string[]> {
  const forms = canaryForms().slice(0, -1);
  const found: string[] = [];
  for (const { name } of await database.asAdmin(TABLES_SQL)) {
    const [row] = await database.asAdmin(ROWS_SQL(String(name)), [forms]);
    if (Number(row?.['count']) > 0) found.push(String(name));
  }
  return found;
}

/** Files of the database itself with a canary: its tables and indexes on the disk, and the write-ahead log. */
export async function canaryPages(
  database: FreshDatabase,
  since: string,
): Promise<readonly string[]> {
  await database.asAdmin('CHECKPOINT');
  const found: string[] = [];
  for (const { name } of await database.asAdmin(FILES_SQL, [since])) {
    const [row] = await database.asAdmin(FILE_SQL, [name, canaryForms()]);
    if (row?.['found'] === true) found.push(String(name));
  }
  return found;
}
