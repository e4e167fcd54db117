import { formatInstant } from '@enlace/kernel';
import type { LoggedStatement, PersonCard, StateCode } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import { queryPrepared, type PreparedStatement } from '../platform/database/prepared.js';

/** One statement in its place, as it is written. */
export interface StatementRow {
  readonly place: number;
  readonly statementId: string;
  readonly subject: string;
  readonly entryId: string;
  readonly wire: string;
  readonly acceptedAtMs: number;
  /** A root that only presented itself is in the log and in no row yet. */
  readonly counts: boolean;
}

const LOCK_SQL = `SELECT pg_advisory_xact_lock(hashtextextended('enlace/directory', 0))`;

const STATEMENTS = {
  name: 'directory-statements',
  text: `
SELECT place, accepted_at AS "acceptedAt", wire FROM app.directory_statements
 WHERE place >= $1 ORDER BY place LIMIT $2`,
} as const satisfies PreparedStatement;

const SIZE_SQL = 'SELECT coalesce(max(place) + 1, 0) AS size FROM app.directory_statements';

const APPEND_SQL = 'SELECT guard.append_statement($1, $2, $3, $4, $5, $6, $7)';

const REFILL_SQL = 'SELECT guard.refill_statement($1, $2, $3, $4, $5, $6, $7)';

const CARDS_SQL = `
SELECT card, state, body, salt FROM app.cards
 WHERE kind = 'person' AND card = ANY ($1::text[]) ORDER BY card`;

/** All SQL of the statements log. */
@Injectable()
export class DirectoryRepository {
  /** Appends happen one after the other; the lock ends with the transaction. */
  async awaitTurn(tx: Transaction): Promise<void> {
    await tx.query(LOCK_SQL);
  }

  async findStatements(
    tx: Transaction,
    { from, limit }: { readonly from: number; readonly limit: number },
  ): Promise<readonly LoggedStatement[]> {
    const rows = await queryPrepared<{ place: string; acceptedAt: Date; wire: string }>(
      tx,
      STATEMENTS,
      [from, limit],
    );
    return rows.map(({ place, acceptedAt, wire }) => ({
      index: Number(place),
      acceptedAt: formatInstant(acceptedAt.getTime()),
      wire,
    }));
  }

  /** How many statements there are. */
  async size(tx: Transaction): Promise<number> {
    const [row]: readonly { size: string }[] = await tx.query(SIZE_SQL);
    return Number(row?.size ?? 0);
  }

  /** The statement and the rows that it changes. Throws `access.denied` unless the session speaks for its State. */
  async append(tx: Transaction, row: StatementRow): Promise<void> {
    await tx.query(APPEND_SQL, parametersOf(row));
  }

  /** The same for a statement that was in the log before, while that is halted. */
  async refill(tx: Transaction, row: StatementRow): Promise<void> {
    await tx.query(REFILL_SQL, parametersOf(row));
  }

  async findPersonCards(tx: Transaction, ids: readonly string[]): Promise<readonly PersonCard[]> {
    const rows: readonly {
      card: string;
      state: StateCode;
      body: string | null;
      salt: Buffer | null;
    }[] = await tx.query(CARDS_SQL, [ids]);
    return rows.map(({ card, state, body, salt }) => ({
      card,
      state,
      body,
      salt: salt === null ? null : salt.toString('base64url'),
    }));
  }
}

function parametersOf(row: StatementRow): unknown[] {
  const { place, statementId, subject, entryId, wire, acceptedAtMs, counts } = row;
  return [place, statementId, subject, entryId, wire, formatInstant(acceptedAtMs), counts];
}
