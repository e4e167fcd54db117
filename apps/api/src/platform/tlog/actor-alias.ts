import type { CaseId, PersonId, Random } from '@enlace/kernel';

import type { Transaction } from '../database/database.js';
import { nodeTlogCrypto } from './node-tlog-crypto.js';

/** 50 bits: enough to tell the people of one case apart, too few to be somebody's name elsewhere. */
const ALIAS_CHARACTERS = 10;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ALIAS_KEY_BYTES = 32;
/** Keys kept in memory; the oldest is forgotten and read again. */
const KEYS_LIMIT = 10_000;

const KEY_SQL = 'SELECT alias_key AS key, is_new AS "isNew" FROM guard.alias_key($1, $2)';

/** Where one alias stands for one person: within a case, or within a State and year outside a case. */
export interface AliasScope {
  readonly caseId: CaseId | undefined;
  readonly state: string;
  readonly nowMs: number;
}

/** The first 10 characters of the lower-case base32 (RFC 4648, section 6) of HMAC-SHA-256(alias key, person id). */
export function aliasOf(key: Uint8Array, personId: PersonId): string {
  const mac = nodeTlogCrypto.hmacSha256(key, Buffer.from(personId));
  const bits = Array.from(mac, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: ALIAS_CHARACTERS }, (_, at) =>
    BASE32.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)),
  ).join('');
}

/**
 * Finds the alias under which auditors of other States follow a person. Keys never change, so a committed one is
 * kept.
 */
export class ActorAliases {
  /** In the order of first use. */
  readonly #committed = new Map<string, Uint8Array>();
  /** Keys that a transaction made itself: they count in it alone until it has committed. */
  readonly #uncommitted = new WeakMap<Transaction, Set<string>>();

  constructor(private readonly random: Random) {}

  async find(tx: Transaction, personId: PersonId, scope: AliasScope): Promise<string> {
    const name = scopeName(scope);
    return aliasOf(this.#committed.get(name) ?? (await this.#read(tx, name)), personId);
  }

  async #read(tx: Transaction, name: string): Promise<Uint8Array> {
    const rows: readonly { key: Uint8Array; isNew: boolean }[] = await tx.query(KEY_SQL, [
      name,
      Buffer.from(this.random.bytes(ALIAS_KEY_BYTES)),
    ]);
    const [found] = rows;
    if (found === undefined) throw new TypeError('the guard answered without a row');
    const own = this.#uncommitted.get(tx) ?? new Set();
    if (found.isNew) this.#uncommitted.set(tx, own.add(name));
    if (!own.has(name)) this.#keep(name, found.key);
    return found.key;
  }

  #keep(name: string, key: Uint8Array): void {
    this.#committed.set(name, key);
    const [oldest] = this.#committed.keys();
    if (this.#committed.size > KEYS_LIMIT && oldest !== undefined) this.#committed.delete(oldest);
  }
}

function scopeName({ caseId, state, nowMs }: AliasScope): string {
  if (caseId !== undefined) return `case/${caseId}`;
  return `state/${state}/${new Date(nowMs).getUTCFullYear()}`;
}
