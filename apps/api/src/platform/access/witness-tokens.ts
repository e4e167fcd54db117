import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { Injectable } from '@nestjs/common';

import { Database, type Transaction } from '../database/database.js';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const FIND_SQL = 'SELECT witness, mirror_key AS "mirrorKey" FROM guard.find_witness($1)';
const PUT_SQL = 'SELECT guard.put_witness_token($1, $2, $3)';

/** A witness that is known by its token. */
interface FoundWitness {
  readonly witness: string;
  /** What its tickets are made with. */
  readonly mirrorKey: Uint8Array;
}

/** The hash of a witness's token: nothing else of it is ever stored. */
function witnessTokenHash(token: string): Uint8Array {
  return new Uint8Array(
    createHash('sha256').update('enlace/witness-token/v1\0').update(token).digest(),
  );
}

/** The hash of the token that a request carries (RFC 6750, section 2.1); `null` for a request without one. */
export function readBearer({ authorization }: IncomingHttpHeaders): Uint8Array | null {
  const token = /^Bearer (?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'];
  if (token === undefined) return null;
  return witnessTokenHash(TOKEN.test(token) ? token : '');
}

@Injectable()
export class WitnessTokens {
  constructor(private readonly database: Database) {}

  async find(tokenHash: Uint8Array): Promise<FoundWitness | null> {
    const rows: readonly FoundWitness[] = await this.database.beforeSignIn((tx) =>
      tx.query(FIND_SQL, [Buffer.from(tokenHash)]),
    );
    return rows[0] ?? null;
  }

  /** In the name of the registrar's session. Throws `access.denied` for the witness of another State. */
  async put(
    tx: Transaction,
    witness: string,
    { token, mirrorKey }: { readonly token: string; readonly mirrorKey: Uint8Array },
  ): Promise<void> {
    const hash = Buffer.from(witnessTokenHash(token));
    await tx.query(PUT_SQL, [witness, hash, Buffer.from(mirrorKey)]);
  }
}
