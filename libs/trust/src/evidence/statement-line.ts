import { canonicalJson, isDomainError, isJsonObject, parseStrictJson } from '@enlace/kernel';
import { parseBase64, toBase64, utf8 } from '@enlace/kernel';
import { decodeDirectoryLeaf, digestWire, EvidenceMalformed, type Hasher } from '@enlace/tlog';

import { SIGNED_OBJECT_LIMITS } from '../signed-object.js';
import { parseStatement, STATEMENT_KINDS } from '../statements/statement.js';
import { StatementRefused } from '../trust-error.js';

/** A statement of the directory with its leaf and place. */
export interface EvidenceStatement {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly wire: string;
}

const LINE_LIMIT_CHARACTERS = 2 * SIGNED_OBJECT_LIMITS.wireBytes;

/** One statement on one line, canonical, without line end. */
export function formatStatementLine({ origin, index, leaf, wire }: EvidenceStatement): string {
  return canonicalJson({ v: 1, origin, index, leaf: toBase64(leaf), wire });
}

// Attacker-controlled: the line.
/** Throws `tlog.evidence-malformed`. */
export function parseStatementLine(line: string): EvidenceStatement {
  if (line.length > LINE_LIMIT_CHARACTERS) throw new EvidenceMalformed('a line too long');
  try {
    const value = parseStrictJson(line);
    const { origin, index, leaf, wire } = isJsonObject(value) ? value : {};
    const isWhole = typeof origin === 'string' && typeof leaf === 'string';
    if (isWhole && typeof index === 'number' && index >= 0 && typeof wire === 'string') {
      const statement = { origin, index, leaf: parseBase64(leaf), wire };
      if (formatStatementLine(statement) === line) return statement;
    }
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EvidenceMalformed('a statement that cannot be read', { cause });
  }
  throw new EvidenceMalformed('not the spelling of a statement');
}

/** The leaf stands for this wire and for its kind. Throws `tlog.leaf-malformed`, `statement.refused`. */
export function assertLeafOf(hasher: Hasher, { leaf, wire }: EvidenceStatement): void {
  const { kind, wireDigest } = decodeDirectoryLeaf(leaf);
  const digest = digestWire(hasher, utf8(wire));
  const isSame = toBase64(digest) === toBase64(wireDigest);
  if (!isSame || kind !== STATEMENT_KINDS[parseStatement(wire).type]) {
    throw new StatementRefused('leaf');
  }
}
