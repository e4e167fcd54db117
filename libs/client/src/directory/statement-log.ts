import { isDomainError, utf8 } from '@enlace/kernel';
import { digestWire, encodeDirectoryLeaf, hashLeaf, RootBuilder, type Hasher } from '@enlace/tlog';
import { parseStatement, sodium, STATEMENT_KINDS } from '@enlace/trust';

/** One statement as it stands in the log. */
export interface LogEntry {
  readonly index: number;
  readonly acceptedAtMs: number;
  readonly wire: string;
}

/** Hashes with libsodium; signatures of checkpoints are checked with it as well. */
export const clientHasher: Hasher = { sha256: (bytes) => sodium.crypto_hash_sha256(bytes) };

/** What cannot be read as a statement has no kind; no server that refuses rubbish has it in its log. */
const NO_KIND = 255;

function kindOf(wire: string): number {
  try {
    return STATEMENT_KINDS[parseStatement(wire).type];
  } catch (error) {
    if (isDomainError(error)) return NO_KIND;
    throw error;
  }
}

/** The root over the first entries, in their order (RFC 6962, section 2.1). */
export function rootOfEntries(entries: readonly LogEntry[]): Uint8Array {
  const tree = new RootBuilder(clientHasher);
  for (const { acceptedAtMs, wire } of entries) {
    const wireDigest = digestWire(clientHasher, utf8(wire));
    const leaf = encodeDirectoryLeaf({ kind: kindOf(wire), acceptedAtMs, wireDigest });
    tree.push(hashLeaf(clientHasher, leaf));
  }
  return tree.root();
}
