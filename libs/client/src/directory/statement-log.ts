import { isDomainError, utf8 } from '@enlace/kernel';
import { digestWire, encodeDirectoryLeaf, hashLeaf, RootBuilder } from '@enlace/tlog';
import { parseStatement, STATEMENT_KINDS } from '@enlace/trust';

import { clientTlogCrypto } from '../tlog-crypto.js';

/** One statement as it stands in the log. */
export interface LogEntry {
  readonly index: number;
  readonly acceptedAtMs: number;
  readonly wire: string;
}

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
  const tree = new RootBuilder(clientTlogCrypto);
  for (const { acceptedAtMs, wire } of entries) {
    const wireDigest = digestWire(clientTlogCrypto, utf8(wire));
    const leaf = encodeDirectoryLeaf({ kind: kindOf(wire), acceptedAtMs, wireDigest });
    tree.push(hashLeaf(clientTlogCrypto, leaf));
  }
  return tree.root();
}
