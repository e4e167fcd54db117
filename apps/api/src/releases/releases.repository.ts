import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

/** A release as it was handed in. */
export interface ReleaseRow {
  readonly proposedBy: string | null;
  readonly isActive: boolean;
}

/** A release that counts, with the event that its row names. */
export interface ReleaseInUse {
  readonly manifestHash: string;
  readonly note: string;
  readonly origin: string;
  readonly index: string;
  readonly leaf: Uint8Array;
  readonly digests: Uint8Array;
  readonly salt: Uint8Array;
  readonly body: Uint8Array;
}

export interface HandedIn {
  readonly manifestHash: string;
  readonly releaseId: string;
  readonly note: string;
  readonly issuedAt: string;
}

const FIND_SQL = `
SELECT proposed_by AS "proposedBy", activated_at IS NOT NULL AS "isActive"
  FROM app.web_releases
 WHERE note_hash = sha256(convert_to($1, 'utf8'))`;
const PROPOSE_SQL = 'SELECT guard.propose_release($1, $2, $3, $4) AS done';
const ACTIVATE_SQL = 'SELECT guard.activate_release($1, $2, $3) AS done';
const FOUND_SQL = 'SELECT guard.found_release($1, $2, $3, $4, $5, $6) AS done';
const IN_USE_SQL = `
SELECT manifest_hash AS "manifestHash", note, origin, index::text, leaf, digests, salt, body
  FROM guard.releases_in_use()`;

@Injectable()
export class ReleasesRepository {
  async find(tx: Transaction, note: string): Promise<ReleaseRow | null> {
    const rows: readonly ReleaseRow[] = await tx.query(FIND_SQL, [note]);
    return rows[0] ?? null;
  }

  /** False when a newer one was in use. */
  async propose(tx: Transaction, release: HandedIn): Promise<boolean> {
    const { manifestHash, releaseId, note, issuedAt } = release;
    return isDone(await tx.query(PROPOSE_SQL, [manifestHash, releaseId, note, issuedAt]));
  }

  /** False when nobody else has proposed this very note. */
  async activate(
    tx: Transaction,
    { note }: Pick<HandedIn, 'note'>,
    recorded: { readonly eventId: string; readonly now: Date },
  ): Promise<boolean> {
    const { eventId, now } = recorded;
    return isDone(await tx.query(ACTIVATE_SQL, [note, eventId, now]));
  }

  /** While no two operators could agree. False when a newer one was in use. */
  async found(
    tx: Transaction,
    { manifestHash, releaseId, note, issuedAt }: HandedIn,
    recorded: { readonly eventId: string; readonly now: Date },
  ): Promise<boolean> {
    const { eventId, now } = recorded;
    const values = [manifestHash, releaseId, note, issuedAt, eventId, now];
    return isDone(await tx.query(FOUND_SQL, values));
  }

  /** The newest and the one before it, which nodes still serve while the newest is rolled out. */
  async findInUse(tx: Transaction): Promise<readonly ReleaseInUse[]> {
    return tx.query(IN_USE_SQL);
  }
}

function isDone(rows: readonly { readonly done: boolean }[]): boolean {
  return rows[0]?.done === true;
}
