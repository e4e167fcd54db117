import { open, type FileHandle } from 'node:fs/promises';

import { parsePosition, type ReplicationConnection, type WalPosition } from './replication.js';

const COMMAND = "BASE_BACKUP (LABEL 'enlace', CHECKPOINT 'fast', WAIT false, MANIFEST 'no')";

/** First byte of each message of a copy. */
const MESSAGE = { archive: 0x6e, data: 0x64, progress: 0x70 } as const;

/** The stretch of the write-ahead log without which a copy is no database. */
export interface CopiedStretch {
  readonly from: WalPosition;
  readonly to: WalPosition;
}

/**
 * Writes all files of the running cluster into one archive (tar) that is not there yet. They are of different moments:
 * only the write-ahead log from `from` to `to` makes one state of them.
 */
export async function copyBase(
  connection: ReplicationConnection,
  path: string,
): Promise<CopiedStretch> {
  const archive = await open(path, 'wx', 0o600);
  try {
    const stretch = await copyInto(archive, connection);
    await archive.sync();
    return stretch;
  } finally {
    await archive.close();
  }
}

async function copyInto(
  archive: FileHandle,
  connection: ReplicationConnection,
): Promise<CopiedStretch> {
  let archives = 0;
  const answer = connection.copy(COMMAND, async (message) => {
    const [kind] = message;
    if (kind === MESSAGE.data) await archive.appendFile(message.subarray(1));
    else if (kind === MESSAGE.archive) archives += 1;
    else if (kind !== MESSAGE.progress) throw new Error('a copy of another form');
  });
  await answer.done;
  if (archives !== 1) throw new Error(`the database lies in ${archives} places, not in one`);
  return { from: positionIn(answer.rows.at(0)), to: positionIn(answer.rows.at(-1)) };
}

function positionIn(row: readonly (string | null)[] | undefined): WalPosition {
  return parsePosition(row?.[0] ?? '');
}
