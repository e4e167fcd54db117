import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import type { Flow, TakenChallenge } from './challenge-hash.js';

/** A challenge as it is kept. */
interface GivenChallenge {
  readonly id: string;
  readonly flow: Flow;
  readonly hash: Uint8Array;
  /** The session that may answer; `null` where there is none yet. */
  readonly sessionId: string | null;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

const TAKE_SQL = `
SELECT flow, challenge_hash AS hash, session_id AS "sessionId", expires_at AS "expiresAt"
  FROM guard.take_challenge($1)`;

/** All SQL of challenges: no role of the server reads their table. */
@Injectable()
export class ChallengesRepository {
  async put(tx: Transaction, challenge: GivenChallenge): Promise<void> {
    const { id, flow, hash, sessionId, nowMs, expiresAtMs } = challenge;
    await tx.query('SELECT guard.put_challenge($1, $2, $3, $4, $5, $6)', [
      id,
      flow,
      Buffer.from(hash),
      sessionId,
      formatInstant(nowMs),
      formatInstant(expiresAtMs),
    ]);
  }

  /** Removes the challenge and says what it was; `null` when there was none. */
  async take(tx: Transaction, id: string): Promise<TakenChallenge | null> {
    const rows: readonly TakenChallenge[] = await tx.query(TAKE_SQL, [id]);
    return rows[0] ?? null;
  }
}
