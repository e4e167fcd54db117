import type { QueryConfig } from 'pg';
import { QueryFailedError, type EntityManager } from 'typeorm';

/** A statement that every act repeats: each connection parses and plans it once, under its name. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** The part of the driver's client that is used here; the caller knows what its statement answers. */
interface NamedStatements {
  query<Row>(config: QueryConfig): Promise<{ readonly rows: readonly Row[] }>;
}

/** An open transaction: its connection, and the answers that nobody has waited for. */
interface OpenTransaction {
  readonly connection: NamedStatements;
  readonly unread: Promise<unknown>[];
}

const open = new WeakMap<EntityManager, OpenTransaction>();

/** Tells on which connection the statements of a transaction go. */
export function openOn(tx: EntityManager, connection: NamedStatements): void {
  open.set(tx, { connection, unread: [] });
}

/** Sends the statement before it returns, behind all that was sent. Throws what `tx.query` throws. */
export async function queryPrepared<Row>(
  tx: EntityManager,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { connection } = transactionOf(tx);
  try {
    const { rows } = await connection.query<Row>({ name, text, values: [...values] });
    return rows;
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(text, [...values], error) : error;
  }
}

/**
 * Lets the act go on without an answer that only says that it was done: statements that follow are sent behind it, and
 * the commit waits for it. What it throws, the transaction throws, whatever else fails after it.
 */
export function answeredByCommit(tx: EntityManager, answer: Promise<unknown>): void {
  // It is heard when the transaction ends, whenever it fails.
  answer.catch(() => undefined);
  transactionOf(tx).unread.push(answer);
}

/** The first of the answers that nobody has waited for decides. Throws what it throws. */
export async function readAnswers(tx: EntityManager): Promise<void> {
  for (const answer of transactionOf(tx).unread) await answer;
}

function transactionOf(tx: EntityManager): OpenTransaction {
  const found = open.get(tx);
  if (found === undefined) throw new TypeError('the work is in no transaction');
  return found;
}
