import { formatInstant, type PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import type { KeptLine, SealedItem } from './vault-write.js';

/** The head in force and what opens the vault. */
interface KeptVault {
  readonly counter: number;
  readonly head: string;
  readonly wraps: readonly Uint8Array[];
}

interface WrittenVault extends KeptVault {
  readonly personId: PersonId;
  readonly nowMs: number;
}

/** A vault and its lines, as they were at one moment. */
interface WholeVault extends KeptVault {
  readonly lines: readonly KeptLine[];
}

type VaultRow = Omit<KeptVault, 'counter'> & { readonly counter: string };
type LineRow = Omit<KeptLine, 'version'> & { readonly version: string };
type ItemRow = { readonly counter: string; readonly item: Buffer };

/** Lines by columns, all in one order. */
interface WholeRow extends VaultRow {
  readonly itemIds: readonly Buffer[];
  readonly versions: readonly string[];
  readonly hashes: readonly Buffer[];
  readonly sizes: readonly number[];
}

const FIND_SQL = 'SELECT counter, head, wraps FROM app.vaults WHERE person_id = $1';
const LOCK_SQL = `${FIND_SQL} FOR UPDATE`;
const LINES_SQL = `
SELECT item_id AS "itemId", version, hash, octet_length(item) AS bytes
  FROM app.vault_items WHERE person_id = $1 ORDER BY item_id`;
// One statement sees one moment; of two, the second may see what another device has written after the first.
const SHOWN_SQL = `
SELECT counter, head, wraps, "itemIds", versions, hashes, sizes
  FROM app.vaults
 CROSS JOIN (SELECT coalesce(array_agg(item_id ORDER BY item_id), '{}') AS "itemIds",
                    coalesce(array_agg(version ORDER BY item_id), '{}') AS versions,
                    coalesce(array_agg(hash ORDER BY item_id), '{}') AS hashes,
                    coalesce(array_agg(octet_length(item) ORDER BY item_id), '{}') AS sizes
               FROM app.vault_items WHERE person_id = $1) AS lines
 WHERE person_id = $1`;
const ITEM_SQL = `
SELECT counter, item FROM app.vaults JOIN app.vault_items USING (person_id)
 WHERE person_id = $1 AND item_id = $2`;
// Two first writes at once: the second finds the row of the first and is a conflict.
const INSERT_SQL = `
INSERT INTO app.vaults (person_id, counter, head, wraps, written_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id) DO NOTHING RETURNING person_id`;
const UPDATE_SQL = `
UPDATE app.vaults SET counter = $2, head = $3, wraps = $4, written_at = $5
 WHERE person_id = $1 AND counter = $2 - 1 RETURNING person_id`;
const REMOVE_SQL = 'DELETE FROM app.vault_items WHERE person_id = $1 AND item_id = ANY ($2)';
const PUT_SQL = `
INSERT INTO app.vault_items (person_id, item_id, version, hash, item)
SELECT $1, * FROM unnest($2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[])
ON CONFLICT (person_id, item_id)
DO UPDATE SET version = excluded.version, hash = excluded.hash, item = excluded.item`;

/** All SQL of vaults. Rows of others do not exist for it: the database shows the own ones only. */
@Injectable()
export class VaultRepository {
  /** `null` for a person who has kept nothing yet. */
  async find(tx: Transaction, personId: PersonId): Promise<KeptVault | null> {
    const [row]: readonly VaultRow[] = await tx.query(FIND_SQL, [personId]);
    return row === undefined ? null : { ...row, counter: Number(row.counter) };
  }

  /** The same, held until the end of the transaction. */
  async lock(tx: Transaction, personId: PersonId): Promise<KeptVault | null> {
    const [row]: readonly VaultRow[] = await tx.query(LOCK_SQL, [personId]);
    return row === undefined ? null : { ...row, counter: Number(row.counter) };
  }

  async findLines(tx: Transaction, personId: PersonId): Promise<readonly KeptLine[]> {
    const rows: readonly LineRow[] = await tx.query(LINES_SQL, [personId]);
    return rows.map((row) => ({ ...row, version: Number(row.version) }));
  }

  /** The vault as it is shown; `null` for a person who has kept nothing yet. */
  async findWhole(tx: Transaction, personId: PersonId): Promise<WholeVault | null> {
    const [row]: readonly WholeRow[] = await tx.query(SHOWN_SQL, [personId]);
    if (row === undefined) return null;
    const { itemIds, versions, hashes, sizes, counter, ...kept } = row;
    const empty = new Uint8Array();
    const lines = itemIds.map((itemId, at) => ({
      itemId,
      version: Number(versions[at]),
      hash: hashes[at] ?? empty,
      bytes: sizes[at] ?? 0,
    }));
    return { ...kept, counter: Number(counter), lines };
  }

  /** A sealed item, and the counter of the vault that it is of; `null` when there is none. */
  async findItem(
    tx: Transaction,
    personId: PersonId,
    itemId: Uint8Array,
  ): Promise<{ readonly counter: number; readonly item: Uint8Array } | null> {
    const values = [personId, Buffer.from(itemId)];
    const [row]: readonly ItemRow[] = await tx.query(ITEM_SQL, values);
    return row === undefined ? null : { item: row.item, counter: Number(row.counter) };
  }

  /** False when there is a vault already. */
  async insert(tx: Transaction, vault: WrittenVault): Promise<boolean> {
    const rows: readonly unknown[] = await tx.query(INSERT_SQL, parameters(vault));
    return rows.length === 1;
  }

  /** False when the counter is not the one before. */
  async update(tx: Transaction, vault: WrittenVault): Promise<boolean> {
    const [, affected]: readonly [unknown, number] = await tx.query(UPDATE_SQL, parameters(vault));
    return affected === 1;
  }

  async removeItems(tx: Transaction, personId: PersonId, ids: readonly Uint8Array[]) {
    if (ids.length > 0) await tx.query(REMOVE_SQL, [personId, ids.map((id) => Buffer.from(id))]);
  }

  async putItems(tx: Transaction, personId: PersonId, items: readonly SealedItem[]) {
    if (items.length === 0) return;
    await tx.query(PUT_SQL, [
      personId,
      items.map(({ itemId }) => Buffer.from(itemId)),
      items.map(({ version }) => version),
      items.map(({ hash }) => Buffer.from(hash)),
      items.map(({ item }) => Buffer.from(item)),
    ]);
  }
}

function parameters({ personId, counter, head, wraps, nowMs }: WrittenVault) {
  const instant = formatInstant(nowMs);
  return [personId, counter, head, wraps.map((wrap) => Buffer.from(wrap)), instant];
}
