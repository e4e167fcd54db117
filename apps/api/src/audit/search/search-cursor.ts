import {
  canonicalJson,
  concatBytes,
  equalBytes,
  parseBase64Url,
  parseHex,
  toBase64Url,
  toHex,
  utf8,
} from '@enlace/kernel';
import type { AuditSearchRequest } from '@enlace/contracts/dto';

import type { ActContext } from '../../platform/access/act.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';

const LABEL = 'enlace/audit-cursor/v1\0';
const ID_BYTES = 16;

/**
 * Where the next page begins: the last event of this one, and an HMAC-SHA-256 under the key of the session over it and
 * the search. Nobody makes one, and none is of use in another search or session.
 */
export function makeCursor(act: ActContext, search: AuditSearchRequest, lastId: string): string {
  const id = parseHex(lastId.replaceAll('-', ''));
  return toBase64Url(concatBytes(id, macOf(act, search, id)));
}

/** Throws `body.malformed` for a cursor of another search or session. */
export function openCursor(act: ActContext, search: AuditSearchRequest): string | null {
  if (search.cursor === undefined) return null;
  const bytes = parseBase64Url(search.cursor);
  const id = bytes.slice(0, ID_BYTES);
  if (!equalBytes(bytes.slice(ID_BYTES), macOf(act, search, id))) {
    throw new Refusal('body.malformed');
  }
  return toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function macOf({ ticketing }: ActContext, search: AuditSearchRequest, id: Uint8Array): Uint8Array {
  // A cursor is of a session; whoever acts without one has none.
  if (ticketing === undefined) throw new Refusal('session.ended');
  const filter = Object.entries(search).flatMap(([name, value]) =>
    name !== 'cursor' && typeof value === 'string' ? [[name, value] as const] : [],
  );
  const text = canonicalJson(Object.fromEntries(filter));
  return nodeTlogCrypto.hmacSha256(ticketing.key, concatBytes(utf8(LABEL), id, utf8(text)));
}
