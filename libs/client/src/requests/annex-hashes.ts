import {
  DomainError,
  isJsonObject,
  parseBase64Url,
  toHex,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { namedFiles } from '../threads/files/named-files.js';
import type { KeptEntry } from '../threads/kept/kept-entry.js';

/** Annexes without a file and without a hash; `facts.annexes` names them. */
class AnnexMissing extends DomainError {
  override readonly code = 'request.annex-missing';
  override readonly kind = 'invalid';

  constructor(annexes: readonly string[]) {
    super('an annex has neither a file nor a hash', { facts: { annexes: annexes.join(', ') } });
  }
}

/**
 * A request whose annexes say which bytes they are: those of the newest file in the thread of the draft that is called
 * as the annex is, whatever its extension. Where there is none, the hash that somebody wrote stays. Throws
 * `request.annex-missing`.
 */
// A member who names another hash than that of the file is found out by whoever opens it: files are checked by it.
export function withAnnexHashes(request: JsonObject, entries: readonly KeptEntry[]): JsonObject {
  const { annexes } = request;
  if (!Array.isArray(annexes)) return request;
  const hashes = new Map(
    namedFiles(entries).map(({ reference: { name, sha256 } }) => [stemOf(name), hexOf(sha256)]),
  );
  const filled = annexes.map((annex: JsonValue) => withHash(annex, hashes));
  const missing = filled.flatMap((annex, at) =>
    hashIn(annex) === null ? [nameOf(annex, at)] : [],
  );
  if (missing.length > 0) throw new AnnexMissing(missing);
  return { ...request, annexes: filled };
}

function withHash(annex: JsonValue, hashes: ReadonlyMap<string, string>): JsonValue {
  if (!isJsonObject(annex) || typeof annex['id'] !== 'string') return annex;
  const sha256 = hashes.get(annex['id']);
  return sha256 === undefined ? annex : { ...annex, sha256 };
}

function hashIn(annex: JsonValue): string | null {
  const sha256 = isJsonObject(annex) ? annex['sha256'] : undefined;
  return typeof sha256 === 'string' ? sha256 : null;
}

/** By its place where it has no id. */
function nameOf(annex: JsonValue, at: number): string {
  const id = isJsonObject(annex) ? annex['id'] : undefined;
  return typeof id === 'string' ? id : String(at + 1);
}

/** Ids of annexes may have dots: what comes after the last one is the extension. */
function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function hexOf(sha256: string): string {
  return toHex(parseBase64Url(sha256));
}
