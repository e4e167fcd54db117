import { extendTiles, hashLeaf, type TreeEdge } from '@enlace/tlog';

import { ServiceUnavailable } from '../database/database-errors.js';
import type { Transaction } from '../database/database.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import {
  advanceLog,
  insertEntries,
  storeTiles,
  type LogRow,
  type WaitingEntry,
} from './log-rows.js';

/** The edge of the tree of the log as it stands, and what comes next, in order. */
export interface Growth {
  readonly edge: TreeEdge;
  readonly entries: readonly WaitingEntry[];
}

/**
 * Puts entries at the end of a log: rows, tiles and head. Throws `service.unavailable` when the log was moved by
 * somebody else meanwhile; the transaction must roll back.
 */
export async function growLog(tx: Transaction, log: LogRow, { edge, entries }: Growth) {
  const leafHashes = entries.map(({ leaf }) => hashLeaf(nodeTlogCrypto, leaf));
  const grown = extendTiles(nodeTlogCrypto, edge, leafHashes);
  await insertEntries(tx, log, entries);
  await storeTiles(tx, log, grown.tiles);
  if (await advanceLog(tx, log, grown)) return grown;
  throw new ServiceUnavailable('the log was moved by somebody else: nothing was integrated');
}
