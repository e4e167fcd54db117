import type { QueryConfig } from 'pg';
import { QueryFailedError, type EntityManager } from 'typeorm';

/** A statement that every act repeats: each connection parses and plans it once, under its name. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** The part of the driver's client that is used here; the caller knows what its statement answers. */
interface NamedStatements<Row> {
  query(config: QueryConfig): Promise<{ readonly rows: readonly Row[] }>;
}

/** Throws what `tx.query` throws. */
export async function queryPrepared<Row>(
  tx: EntityManager,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  if (tx.queryRunner === undefined) throw new TypeError('the work is in no transaction');
  // TypeORM hands out the client of the driver, of whose type it says nothing, and knows no named statements.
  const client: NamedStatements<Row> = await tx.queryRunner.connect();
  try {
    const { rows } = await client.query({ name, text, values: [...values] });
    return rows;
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(text, [...values], error) : error;
  }
}
