import { isDomainError, utf8 } from '@enlace/kernel';
import { digestWire, encodeDirectoryLeaf } from '@enlace/tlog';
import {
  findStatement,
  parseStatement,
  STATEMENT_KINDS,
  type Directory,
  type EvidenceStatement,
  type Statement,
  type StatementType,
} from '@enlace/trust';

import type { LogEntry } from '../../directory/statement-log.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';

/** Of every State: who may speak for it at all. */
const OF_ALL: ReadonlySet<StatementType> = new Set<StatementType>([
  'state-root',
  'root-rotation',
  'root-replacement',
  'state-admission',
  'state-removal',
]);
/** Of the States whose people are in the evidence: who certified them, and by which rules. */
const OF_STATES: ReadonlySet<StatementType> = new Set<StatementType>([
  'state-policy',
  'registrar-cert',
  'office',
]);

/**
 * The statements that a fold needs to certify these people and their devices, in the order of the log: roots, the
 * authorities of their States, their own certificates, and what revokes any of it. Nothing that the directory refused.
 */
export function evidenceStatements(
  entries: readonly LogEntry[],
  directory: Directory,
  { origin, personIds }: { readonly origin: string; readonly personIds: ReadonlySet<string> },
): readonly EvidenceStatement[] {
  const states = new Set(
    [...personIds].map((personId) => directory.homes.get(`person|${personId}`)),
  );
  const chosen = new Set<string>();
  return entries.flatMap((entry) => {
    const statement = acceptedIn(directory, entry);
    if (statement === null) return [];
    const { type, body, id } = statement;
    const isOfPeople =
      (body.type === 'person-cert' || body.type === 'device-cert') && personIds.has(body.personId);
    const isRevocation = body.type === 'revocation' && chosen.has(body.target);
    const isOfState = OF_STATES.has(type) && states.has(body.state);
    if (!OF_ALL.has(type) && !isOfState && !isOfPeople && !isRevocation) return [];
    chosen.add(id);
    return [{ origin, index: entry.index, wire: entry.wire, leaf: leafOf(entry, type) }];
  });
}

/** Null for rubbish in the log, and for a root that nobody took in. */
function acceptedIn(directory: Directory, { wire }: LogEntry): Statement | null {
  try {
    const statement = parseStatement(wire);
    const isKnown =
      findStatement(directory, statement.id) !== null ||
      directory.candidates.get(statement.id) !== undefined;
    return isKnown ? statement : null;
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

function leafOf({ acceptedAtMs, wire }: LogEntry, type: StatementType): Uint8Array {
  const wireDigest = digestWire(clientTlogCrypto, utf8(wire));
  return encodeDirectoryLeaf({ kind: STATEMENT_KINDS[type], acceptedAtMs, wireDigest });
}
