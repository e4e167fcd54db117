import type { Role, StateCode } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

interface KnownCard {
  readonly state: StateCode;
  readonly kind: 'person' | 'contact';
  readonly isErased: boolean;
}

interface AskedErasure {
  readonly askedBy: string;
  readonly roles: readonly Role[];
}

const CARD_SQL = `
SELECT state, kind, body IS NULL AS "isErased" FROM app.cards WHERE state = $1 AND card = $2`;
const ASK_SQL = 'SELECT guard.ask_card_erasure($1, $2)';
const ASKED_SQL = `
SELECT asked_by AS "askedBy", roles FROM app.card_erasures WHERE state = $1 AND card = $2`;
const ERASE_SQL = 'SELECT guard.erase_card($1) AS done';

/** All SQL of erased cards. */
@Injectable()
export class CardErasuresRepository {
  /** `null` when the State has no such card. */
  async findCard(tx: Transaction, state: StateCode, card: string): Promise<KnownCard | null> {
    const [row]: readonly KnownCard[] = await tx.query(CARD_SQL, [state, card]);
    return row ?? null;
  }

  /** Who asks is read from the session by the database. Asking again changes nothing. */
  async ask(tx: Transaction, card: string, nowMs: number): Promise<void> {
    await tx.query(ASK_SQL, [card, formatInstant(nowMs)]);
  }

  async findAsked(tx: Transaction, state: StateCode, card: string): Promise<AskedErasure | null> {
    const [row]: readonly AskedErasure[] = await tx.query(ASKED_SQL, [state, card]);
    return row ?? null;
  }

  /** False when the database does not see a registrar and an auditor of this State, two persons, behind it. */
  async erase(tx: Transaction, card: string): Promise<boolean> {
    const [row] = await tx.query(ERASE_SQL, [card]);
    return row.done === true;
  }
}
