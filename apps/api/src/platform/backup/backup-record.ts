import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { emptyRoot, type TreeHead } from '@enlace/tlog';

import type { Database } from '../database/database.js';
import { errorCode } from '../database/database-errors.js';
import { EVERYBODY } from '../sequencer/everybody.js';
import type { EventWriter } from '../tlog/event-writer.js';

/** In the folder of a cluster that came out of a backup, until that is on record. */
export const RESTORED = 'enlace-restored';

const HEAD_SQL = `
SELECT c.size::text, c.root FROM audit.streams s JOIN audit.log_checkpoints c USING (log_id)
 WHERE s.stream = 'audit' ORDER BY c.size DESC LIMIT 1`;

export interface RecordPorts {
  readonly database: Database;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
  /** Folder of the embedded cluster. */
  readonly cluster: string;
}

/** Backups are acts of the operator: that one was made, and that the database is one, is on record with its log. */
export class BackupRecord {
  constructor(private readonly ports: RecordPorts) {}

  /** Resolves with the newest head that was signed before. */
  async created(): Promise<TreeHead> {
    return this.#tell('backup.created');
  }

  /** Once for each restore, also when the server was killed before it could say so. */
  async restored(): Promise<void> {
    const marker = join(this.ports.cluster, RESTORED);
    const isRestored = await readFile(marker).then(
      () => true,
      (error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw error;
        return false;
      },
    );
    if (!isRestored) return;
    await this.#tell('backup.restored');
    await rm(marker);
  }

  async #tell(type: 'backup.created' | 'backup.restored'): Promise<TreeHead> {
    const { database, writer, clock, random } = this.ports;
    return database.asServer(async (tx) => {
      const rows: readonly { size: string; root: Buffer }[] = await tx.query(HEAD_SQL);
      const [row] = rows;
      const head =
        row === undefined
          ? { size: 0, root: emptyRoot() }
          : { size: Number(row.size), root: row.root };
      await writer.writeOwn(
        tx,
        {
          type,
          outcome: 'success',
          object: { type: 'backup', id: database.nodeId },
          states: EVERYBODY,
          fields: { checkpointSize: head.size, checkpointRoot: toBase64Url(head.root) },
        },
        { kind: 'life', correlationId: newId(clock, random) },
      );
      return head;
    });
  }
}
