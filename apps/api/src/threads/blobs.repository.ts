import type { Entry } from '@enlace/contracts';
import { formatInstant, toHex, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import type { KeptBlob } from './judging/batch-ground.js';
import { namedBlobs } from './judging/named-blobs.js';

const STAGE_SQL = 'SELECT guard.stage_blob($1, $2, $3, $4, $5) AS "isKept"';
const FIND_SQL =
  'SELECT bytes, grant_id AS "grantId" FROM app.blobs WHERE thread_id = $1 AND sha256 = $2';
const NAMED_SQL =
  'SELECT sha256, bytes, named_by IS NOT NULL AS "isNamed" FROM app.blobs WHERE thread_id = $1 AND sha256 = ANY ($2)';

interface StagedBlob {
  readonly threadId: ThreadId;
  readonly sha256: Uint8Array;
  readonly bytes: Uint8Array;
  /** More than these of one person do not wait for their entry. */
  readonly most: number;
  readonly nowMs: number;
}

interface ReadBlob {
  readonly bytes: Uint8Array;
  /** Of a grant of history. */
  readonly grantId: string | null;
}

/** All SQL of blobs. */
@Injectable()
export class BlobsRepository {
  /** False when too many of the person wait. */
  async stage(tx: Transaction, { threadId, sha256, bytes, most, nowMs }: StagedBlob) {
    const rows: readonly { readonly isKept: boolean }[] = await tx.query(STAGE_SQL, [
      threadId,
      Buffer.from(sha256),
      Buffer.from(bytes),
      most,
      formatInstant(nowMs),
    ]);
    return rows[0]?.isKept === true;
  }

  /** `null` for what is not there, or is named by entries that the person may not read. */
  async find(tx: Transaction, threadId: ThreadId, sha256: Uint8Array): Promise<ReadBlob | null> {
    const rows: readonly ReadBlob[] = await tx.query(FIND_SQL, [threadId, Buffer.from(sha256)]);
    return rows[0] ?? null;
  }

  /** Blobs that entries name, those that are there, by the hexadecimal text of their hash. */
  async findNamed(
    tx: Transaction,
    threadId: ThreadId,
    entries: readonly Entry[],
  ): Promise<ReadonlyMap<string, KeptBlob>> {
    const hashes = namedBlobs(entries);
    if (hashes.length === 0) return new Map();
    const rows: readonly (KeptBlob & { readonly sha256: Buffer })[] = await tx.query(NAMED_SQL, [
      threadId,
      hashes.map((hash) => Buffer.from(hash)),
    ]);
    return new Map(rows.map(({ sha256, bytes, isNamed }) => [toHex(sha256), { bytes, isNamed }]));
  }
}
