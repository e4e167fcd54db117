import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const TAKE_SQL = 'SELECT guard.take_client_statement($1, $2) AS "isNew"';

@Injectable()
export class ClientEventsRepository {
  /** False when the device of the session has brought the statement before. */
  async take(tx: Transaction, statementId: string, nowMs: number): Promise<boolean> {
    const [row]: readonly { isNew: boolean }[] = await tx.query(TAKE_SQL, [
      statementId,
      formatInstant(nowMs),
    ]);
    return row?.isNew === true;
  }
}
