import type { Transaction } from '../database/database.js';
import type { SealedEvent } from '../tlog/event-rows.js';

/** Which end of which log an event stands at. */
export interface TurnPlace {
  readonly logId: string;
  readonly position: 'opening' | 'closing';
  readonly index: number;
}

const INSERT_SQL = `
INSERT INTO audit.log_turns (log_id, position, index, event_id, digests, salt, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)`;

/** Keeps what an end of a log says where everybody may read it: nobody has acted, so it holds nothing of anybody. */
export async function insertTurn(
  tx: Transaction,
  { logId, position, index }: TurnPlace,
  { eventId, digests, sections }: SealedEvent,
): Promise<void> {
  const { salt, bytes } = sections.what;
  const shown = [digests, salt, bytes].map((part) => Buffer.from(part));
  await tx.query(INSERT_SQL, [logId, position, index, eventId, ...shown]);
}
