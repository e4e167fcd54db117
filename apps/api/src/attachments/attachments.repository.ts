import { formatInstant, type AttachmentId, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

/** Which file, in which thread. */
export interface FileId {
  readonly threadId: ThreadId;
  readonly attachmentId: AttachmentId;
}

/** An upload of the device of the session. */
export interface Upload {
  readonly key: string;
  readonly length: number;
  readonly received: number;
  readonly sha256: Uint8Array | null;
  readonly isComplete: boolean;
}

interface UploadRow {
  readonly key: string;
  readonly length: string;
  readonly received: string;
  readonly sha256: Buffer | null;
  readonly isComplete: boolean;
}

/** A file that is complete, and that the person of the session may read. */
export interface ReadableFile {
  readonly key: string;
  readonly length: number;
}

export interface Reservation {
  readonly key: string;
  readonly length: number;
  readonly mostOfCase: number;
  readonly mostOfState: number;
}

const RESERVE_SQL = 'SELECT guard.reserve_attachment($1, $2, $3, $4, $5, $6, $7) AS outcome';
const LOCK_SQL = `
SELECT object_key AS key, length, received, ciphertext_sha256 AS sha256, is_complete AS "isComplete"
  FROM guard.lock_upload($1, $2)`;
const RECEIVE_SQL = 'SELECT guard.receive_part($1, $2, $3, $4)';
const HASH_SQL = 'SELECT guard.hash_upload($1, $2, $3)';
const COMPLETE_SQL = 'SELECT guard.complete_attachment($1, $2, $3, $4)';
const READABLE_SQL = `
SELECT object_key AS key, length FROM app.attachments
 WHERE thread_id = $1 AND attachment_id = $2 AND completed_at IS NOT NULL`;
const LAPSE_SQL = 'SELECT guard.lapse_attachments($1, $2, $3) AS lapsed';
const STRAY_SQL = 'SELECT guard.stray_objects($1) AS key';

/** All SQL of attached files. Those of others do not exist for it. */
@Injectable()
export class AttachmentsRepository {
  async reserve(
    tx: Transaction,
    { threadId, attachmentId }: FileId,
    { key, length, mostOfCase, mostOfState, nowMs }: Reservation & { readonly nowMs: number },
  ): Promise<'reserved' | 'conflict' | 'case' | 'state'> {
    const rows: readonly { readonly outcome: 'reserved' | 'conflict' | 'case' | 'state' }[] =
      await tx.query(RESERVE_SQL, [
        threadId,
        attachmentId,
        key,
        length,
        formatInstant(nowMs),
        mostOfCase,
        mostOfState,
      ]);
    return rows[0]?.outcome ?? 'conflict';
  }

  /** Held until the end of the transaction; `null` for whatever the device did not reserve. */
  async lock(tx: Transaction, { threadId, attachmentId }: FileId): Promise<Upload | null> {
    const rows: readonly UploadRow[] = await tx.query(LOCK_SQL, [threadId, attachmentId]);
    const [row] = rows;
    if (row === undefined) return null;
    return { ...row, length: Number(row.length), received: Number(row.received) };
  }

  async receive(
    tx: Transaction,
    { threadId, attachmentId }: FileId,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<void> {
    await tx.query(RECEIVE_SQL, [threadId, attachmentId, from, to]);
  }

  async keepHash(tx: Transaction, id: FileId, sha256: Uint8Array): Promise<void> {
    await tx.query(HASH_SQL, [id.threadId, id.attachmentId, Buffer.from(sha256)]);
  }

  async complete(
    tx: Transaction,
    { threadId, attachmentId }: FileId,
    { sha256, nowMs }: { readonly sha256: Uint8Array; readonly nowMs: number },
  ): Promise<void> {
    const hash = Buffer.from(sha256);
    await tx.query(COMPLETE_SQL, [threadId, attachmentId, hash, formatInstant(nowMs)]);
  }

  /** `null` for what is not complete, and for whoever may read no entry that names it. */
  async findReadable(
    tx: Transaction,
    { threadId, attachmentId }: FileId,
  ): Promise<ReadableFile | null> {
    const rows: readonly { readonly key: string; readonly length: string }[] = await tx.query(
      READABLE_SQL,
      [threadId, attachmentId],
    );
    const [row] = rows;
    return row === undefined ? null : { key: row.key, length: Number(row.length) };
  }

  /** Forgets what was not completed, or not named, in time: at most so many. */
  async lapse(
    tx: Transaction,
    due: {
      readonly reservedBeforeMs: number;
      readonly completedBeforeMs: number;
      readonly most: number;
    },
  ): Promise<number> {
    const rows: readonly { readonly lapsed: number }[] = await tx.query(LAPSE_SQL, [
      formatInstant(due.reservedBeforeMs),
      formatInstant(due.completedBeforeMs),
      due.most,
    ]);
    return rows[0]?.lapsed ?? 0;
  }

  /** Those of the keys that no file has. */
  async listStray(tx: Transaction, keys: readonly string[]): Promise<readonly string[]> {
    const rows: readonly { readonly key: string }[] = await tx.query(STRAY_SQL, [keys]);
    return rows.map(({ key }) => key);
  }
}
