import {
  canonicalJson,
  concatBytes,
  parseId,
  sha256,
  utf8,
  type CaseId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { z } from 'zod';

import { instant, objectId } from '../../fields.js';
import { EntryMalformed } from '../entry-malformed.js';
import { readCanonical } from '../read-canonical.js';
import { THREAD_LIMITS } from '../thread-limits.js';
import { invitationId, ordinal, personId, suiteName, threadRole } from './thread-fields.js';
import { threadPolicy } from './thread-policy.js';

const LABEL = utf8('enlace/thread-state/v1\0');

const member = z.strictObject({ personId, role: threadRole, sinceEpoch: ordinal });

const invitation = z.strictObject({
  invitationId,
  personId,
  role: threadRole,
  byPersonId: personId,
  /** The first epoch whose key the invited person is given. */
  fromEpoch: ordinal,
  expiresAt: instant,
});

const ascends = (ids: readonly string[]): boolean =>
  ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? ''));

const threadState = z.strictObject({
  v: z.literal(1),
  threadId: objectId.transform((id) => parseId<ThreadId>(id)),
  caseId: objectId.transform((id) => parseId<CaseId>(id)),
  incarnation: ordinal,
  epoch: ordinal,
  suite: suiteName,
  policy: threadPolicy,
  members: z
    .array(member)
    .max(THREAD_LIMITS.members)
    .refine((members) => ascends(members.map((one) => one.personId))),
  invitations: z
    .array(invitation)
    .max(THREAD_LIMITS.invitations)
    .refine((invitations) => ascends(invitations.map((one) => one.invitationId))),
});

/**
 * Who is in a thread, who is invited, and by which rules (protocol.md, section 4.1): at the start of an epoch, the same
 * for everybody. Members and invitations stand by ascending id; nobody is both or is invited twice.
 */
export type ThreadState = Readonly<z.infer<typeof threadState>>;
export type ThreadMember = Readonly<z.infer<typeof member>>;
export type ThreadInvitation = Readonly<z.infer<typeof invitation>>;

/** The one text of a state (RFC 8785). */
export function encodeThreadState(state: ThreadState): string {
  return canonicalJson(state);
}

/** Throws `entry.malformed` for everything but the one text of a state. */
// Attacker-controlled: it comes inside a package, from whoever committed last.
export function parseThreadState(text: string): ThreadState {
  const parsed = threadState.safeParse(readCanonical(text));
  if (!parsed.success) throw new EntryMalformed('a state of another form');
  const { members, invitations } = parsed.data;
  const persons = [...members, ...invitations].map((one) => one.personId);
  if (new Set(persons).size !== persons.length)
    throw new EntryMalformed('a person twice in a state');
  return parsed.data;
}

/** What every commit is bound to. */
export function threadStateHash(state: ThreadState): Uint8Array<ArrayBuffer> {
  return sha256(concatBytes(LABEL, utf8(encodeThreadState(state))));
}

/**
 * Persons who are to be given each new key: they have an open invitation, or are members without a device in the group
 * (protocol.md, section 4.2). Whoever has left waits for nothing, also while no commit has said so yet.
 */
export function waitingPersons(
  { members, invitations }: ThreadState,
  {
    withLeaf,
    left,
  }: { readonly withLeaf: ReadonlySet<PersonId>; readonly left: readonly PersonId[] },
): ReadonlySet<PersonId> {
  const isAbsent = (id: PersonId): boolean => !withLeaf.has(id) && !left.includes(id);
  const absent = members.filter((one) => isAbsent(one.personId));
  return new Set([...absent, ...invitations].map((one) => one.personId));
}
