import type { Beacon } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const KEEP_SQL = 'SELECT guard.keep_beacon($1, $2, $3) AS "isNew"';
const LIST_SQL = 'SELECT beacon FROM app.beacons WHERE thread_id = $1 ORDER BY device_id';

/** All SQL of beacons under a session. */
@Injectable()
export class BeaconsRepository {
  /** False for one that is not newer than the last of the device. */
  async keep(tx: Transaction, { threadId, counter }: Beacon, bytes: Uint8Array): Promise<boolean> {
    const rows: readonly { readonly isNew: boolean }[] = await tx.query(KEEP_SQL, [
      threadId,
      counter,
      Buffer.from(bytes),
    ]);
    return rows[0]?.isNew === true;
  }

  /** The newest of each device of a thread in which the person stands. */
  async list(tx: Transaction, threadId: ThreadId): Promise<readonly Uint8Array[]> {
    const rows: readonly { readonly beacon: Buffer }[] = await tx.query(LIST_SQL, [threadId]);
    return rows.map(({ beacon }) => beacon);
  }
}
