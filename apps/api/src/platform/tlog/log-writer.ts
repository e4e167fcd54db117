import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../access/act.js';

/** The logs that one mechanism keeps. */
export type Stream = 'audit' | 'directory';

export const STREAMS: readonly Stream[] = ['audit', 'directory'];

/** One entry on its way into a log. */
export interface LogEntry {
  /** A UUID, never used twice. */
  readonly entryId: string;
  /** Begins with a version and a kind, a byte each. */
  readonly leaf: Uint8Array;
}

const APPEND_SQL = `
INSERT INTO audit.outbox (entry_id, stream, kind, leaf, created_at) VALUES ($1, $2, $3, $4, clock_timestamp())`;

/** Leads to the logs. Knows neither what a stream is for nor what a leaf means. */
@Injectable()
export class LogWriter {
  /**
   * Writes into the outbox, in the transaction of the act: the entry will stand in the log if and only if the act
   * commits.
   */
  async append(
    { tx }: Pick<ActTransaction, 'tx'>,
    stream: Stream,
    { entryId, leaf }: LogEntry,
  ): Promise<void> {
    await tx.query(APPEND_SQL, [entryId, stream, leaf[1], Buffer.from(leaf)]);
  }
}
