import type { StateCode } from '@enlace/contracts';
import { formatInstant, type CaseId, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const TAKE_SQL = 'SELECT guard.take_client_statement($1, $2) AS "isNew"';

/** As row-level security shows it to the session: only a member who may have the file finds it. */
const FILE_SQL = `
SELECT t.thread_id AS "threadId", t.case_id AS "caseId", t.originator AS "ownerState", t.states
  FROM app.attachments a JOIN app.threads t ON t.thread_id = a.thread_id
 WHERE a.thread_id = $1 AND a.attachment_id = $2 AND a.completed_at IS NOT NULL`;

const THREAD_SQL = `
SELECT t.thread_id AS "threadId", t.case_id AS "caseId", t.originator AS "ownerState", t.states
  FROM app.threads t WHERE t.thread_id = $1`;

/** Which thread it is, or the thread in which a file stands, and whose it is. */
export interface ThreadPlace {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly ownerState: StateCode;
  readonly states: readonly StateCode[];
}

@Injectable()
export class ClientEventsRepository {
  async findFile(
    tx: Transaction,
    { threadId, attachmentId }: { readonly threadId: string; readonly attachmentId: string },
  ): Promise<ThreadPlace | null> {
    const [found]: readonly ThreadPlace[] = await tx.query(FILE_SQL, [threadId, attachmentId]);
    return found ?? null;
  }

  /** `null` for a thread that the session does not see. */
  async findThread(tx: Transaction, threadId: string): Promise<ThreadPlace | null> {
    const [found]: readonly ThreadPlace[] = await tx.query(THREAD_SQL, [threadId]);
    return found ?? null;
  }

  /** False when the device of the session has brought the statement before. */
  async take(tx: Transaction, statementId: string, nowMs: number): Promise<boolean> {
    const [row]: readonly { isNew: boolean }[] = await tx.query(TAKE_SQL, [
      statementId,
      formatInstant(nowMs),
    ]);
    return row?.isNew === true;
  }
}
