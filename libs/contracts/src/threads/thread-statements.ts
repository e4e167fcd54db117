import { canonicalJson, parseId, type CaseId } from '@enlace/kernel';
import { z } from 'zod';

import { hash, instant, listOf, objectId, text } from '../fields.js';
import type { ClearKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { readCanonical } from './read-canonical.js';
import { threadChanges } from './state/thread-changes.js';
import { deviceId, keyId, ordinal, personId, suiteName } from './state/thread-fields.js';
import { threadPolicy } from './state/thread-policy.js';
import { THREAD_LIMITS } from './thread-limits.js';

const v = z.literal(1);
/** Signed approvals of other persons; whose they are is for the reader to verify. */
const approvals = listOf(text(12 * 1024), 0, 8);

/** What the statement of each clear kind says (protocol.md, section 2.3). */
const SCHEMAS = {
  genesis: z.strictObject({
    v,
    caseId: objectId.transform((id) => parseId<CaseId>(id)),
    suite: suiteName,
    policy: threadPolicy,
    creator: z.strictObject({ personId, deviceId }),
    stateHash: hash,
    epochKeyId: keyId,
    /** The incarnation that this one follows, and why. */
    previous: z
      .strictObject({
        incarnation: ordinal,
        lastSeq: ordinal,
        stateHash: hash,
        reason: z.enum(['bad-commit', 'suite']),
      })
      .exactOptional(),
  }),
  commit: z.strictObject({
    v,
    changes: threadChanges,
    /** After the changes. */
    stateHash: hash,
    /** Of the epoch that the commit begins. */
    epochKeyId: keyId,
    cause: z.enum(['update', 'membership', 'policy', 'recovery']),
  }),
  leave: z.strictObject({ v, personId }),
  'access-request': z.strictObject({
    v,
    requestId: objectId,
    reason: z.enum(['new-device', 'state-lost', 'fell-behind', 'grant-missing']),
  }),
  grant: z.strictObject({
    v,
    requestId: objectId.exactOptional(),
    toPersonId: personId,
    fromSeq: ordinal,
    toSeq: ordinal,
    fromEpoch: ordinal,
    toEpoch: ordinal,
    basis: z.enum(['access', 'case-joined', 'handover', 'substitution', 'court-order']),
  }),
  redaction: z.strictObject({
    v,
    targets: z
      .array(ordinal.min(1))
      .min(1)
      .max(THREAD_LIMITS.redactionTargets)
      .refine((targets) => targets.every((seq, at) => at === 0 || seq > (targets[at - 1] ?? 0))),
    reason: z.enum(['withdrawn', 'steward', 'court-order', 'compacted']),
  }),
  lifecycle: z.strictObject({
    v,
    action: z.enum(['close', 'retain', 'hold', 'release', 'shred']),
    basis: text(64),
    until: instant.exactOptional(),
    approvals,
  }),
} as const satisfies Readonly<Record<ClearKind, z.ZodType>>;

type Statements = { readonly [Kind in ClearKind]: z.infer<(typeof SCHEMAS)[Kind]> };
/** The statement of an entry of a clear kind. */
export type ThreadStatement<Kind extends ClearKind = ClearKind> = Readonly<Statements[Kind]>;

const STATEMENTS: { readonly [Kind in ClearKind]: z.ZodType<Statements[Kind]> } = SCHEMAS;

/** The one text of a statement (RFC 8785). Throws `entry.malformed` for what the kind does not have. */
export function encodeThreadStatement<Kind extends ClearKind>(
  kind: Kind,
  statement: Statements[Kind],
): string {
  const encoded = canonicalJson(statement);
  parseThreadStatement(kind, encoded);
  return encoded;
}

/** Throws `entry.malformed` for everything but the one text of a statement of the kind. */
// Attacker-controlled: from the server or a member.
export function parseThreadStatement<Kind extends ClearKind>(
  kind: Kind,
  encoded: string,
): ThreadStatement<Kind> {
  const parsed = STATEMENTS[kind].safeParse(readCanonical(encoded));
  if (!parsed.success) throw new EntryMalformed('a statement of another form');
  return parsed.data;
}
