import type { StateCode } from '@enlace/contracts';
import { formatInstant, toHex } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import type { NewPasskey } from './verify-passkey.js';

/** A passkey that is kept: whose it is and how its answers are verified. */
export interface KeptPasskey {
  readonly state: StateCode;
  readonly personId: string;
  readonly ref: string;
  readonly credentialKey: Uint8Array;
  readonly aaguid: string;
}

/** What a certificate may name, and what the record says of it. */
export type NamedPasskey = Pick<KeptPasskey, 'ref' | 'aaguid'>;

const FIND_SQL = `
SELECT state, person_id AS "personId", ref, credential_key AS "credentialKey", aaguid
  FROM guard.find_passkey($1)`;
const NAMED_SQL = 'SELECT ref, aaguid FROM guard.named_passkeys($1, $2, $3)';
const USE_SQL = 'SELECT guard.use_passkey($1, $2, $3) AS done';
const KEEP_CLAIMED_SQL = 'SELECT guard.keep_claimed_passkeys($1, $2, $3, $4) AS done';
const KEEP_MINE_SQL = 'SELECT guard.keep_my_passkeys($1, $2) AS done';

/** All SQL of passkeys: no role of the server reads their table. */
@Injectable()
export class PasskeysRepository {
  async find(tx: Transaction, credentialId: Uint8Array): Promise<KeptPasskey | null> {
    const rows: readonly KeptPasskey[] = await tx.query(FIND_SQL, [Buffer.from(credentialId)]);
    return rows[0] ?? null;
  }

  /** Those of these names that are passkeys of the person. */
  async findNamed(
    tx: Transaction,
    { state, personId }: { readonly state: StateCode; readonly personId: string },
    refs: readonly string[],
  ): Promise<readonly NamedPasskey[]> {
    return tx.query(NAMED_SQL, [state, personId, refs]);
  }

  /** Takes the counter of an answer; false when it went back, or did not move although it counts. */
  async use(
    tx: Transaction,
    credentialId: Uint8Array,
    { counter, nowMs }: { readonly counter: number; readonly nowMs: number },
  ): Promise<boolean> {
    const values = [Buffer.from(credentialId), counter, formatInstant(nowMs)];
    return this.#did(tx, USE_SQL, values);
  }

  /** Keeps what came with a claim that was just accepted; false when one of them is known already. */
  async keepClaimed(
    tx: Transaction,
    { state, invitationId }: { readonly state: StateCode; readonly invitationId: string },
    { passkeys, nowMs }: { readonly passkeys: readonly NewPasskey[]; readonly nowMs: number },
  ): Promise<boolean> {
    const values = [state, invitationId, toRows(passkeys), formatInstant(nowMs)];
    return this.#did(tx, KEEP_CLAIMED_SQL, values);
  }

  /** Keeps passkeys of the person of the session; false when one of them is known already. */
  async keepMine(
    tx: Transaction,
    { passkeys, nowMs }: { readonly passkeys: readonly NewPasskey[]; readonly nowMs: number },
  ): Promise<boolean> {
    return this.#did(tx, KEEP_MINE_SQL, [toRows(passkeys), formatInstant(nowMs)]);
  }

  async #did(tx: Transaction, sql: string, values: readonly unknown[]): Promise<boolean> {
    const rows: readonly { done: boolean }[] = await tx.query(sql, [...values]);
    return rows[0]?.done === true;
  }
}

function toRows(passkeys: readonly NewPasskey[]): string {
  return JSON.stringify(
    passkeys.map(({ credentialId, credentialKey, ref, counter, aaguid }) => ({
      credential_id: toHex(credentialId),
      credential_key: toHex(credentialKey),
      ref,
      counter,
      aaguid,
    })),
  );
}
