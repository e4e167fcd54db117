import type { AuditEvent, ClientStatedType, StateCode } from '@enlace/contracts';
import type { ClientEventForm } from '@enlace/contracts/dto';
import { parseId, type CaseId, type PersonId, type ThreadId } from '@enlace/kernel';
import { currentOf, type Directory } from '@enlace/trust';

import type { SessionContext } from '../../platform/database/database.js';
import { Refusal } from '../../platform/problem/refusal.js';
import type { ThreadPlace } from './client-events.repository.js';

/** What the server knows beside the statement. */
interface Grounds {
  readonly directory: Directory;
  readonly session: SessionContext;
  readonly aliasOf: (person: {
    readonly personId: PersonId;
    readonly state: string;
    readonly caseId?: CaseId;
  }) => Promise<string>;
  /** `null` for a file that the session does not have. */
  readonly findFile: (file: {
    readonly threadId: string;
    readonly attachmentId: string;
  }) => Promise<ThreadPlace | null>;
  /** `null` for a thread that the session does not see. */
  readonly findThread: (threadId: string) => Promise<ThreadPlace | null>;
  /** Throws what the policy refuses custody of a file of the thread with. */
  readonly assertMayTransfer: (threadId: ThreadId) => Promise<void>;
}

/**
 * The event of a statement: in its section `what` stand aliases where the statement names people, because auditors of
 * other States read it. Throws `client-event.refused` for a peer whom no State has certified, and for a file that the
 * session does not have.
 */
export async function eventOf(
  statement: ClientEventForm,
  grounds: Grounds,
): Promise<AuditEvent<ClientStatedType>> {
  if ('threadId' in statement) return threadEventOf(statement, grounds);
  const { directory, session, aliasOf } = grounds;
  const { state: ownerState, personId } = session;
  const own = { outcome: 'success', states: [ownerState] } as const;
  if ('leafHash' in statement) {
    const { leafHash, cause } = statement;
    const object = { type: 'receipt', id: leafHash, ownerState } as const;
    return { ...own, type: 'receipt.disputed', object, fields: { leafHash, cause } };
  }
  if ('evidenceHash' in statement) {
    const { what, evidenceHash } = statement;
    const object = { type: 'audit', id: evidenceHash, ownerState } as const;
    return { ...own, type: 'audit.verification-failed', object, fields: { what, evidenceHash } };
  }
  if ('expected' in statement) {
    const { expected, found } = statement;
    const object = { type: 'vault', id: personId, ownerState } as const;
    return { ...own, type: 'vault.rollback-detected', object, fields: { expected, found } };
  }
  const { peerId, peerState, method } = statement;
  const peer = certified(directory, { personId: peerId, state: peerState });
  const peerAlias = await aliasOf(peer);
  const states: readonly StateCode[] = [...new Set([ownerState, peerState])].toSorted();
  const object = { type: 'safety-number', id: peerAlias, ownerState: peerState } as const;
  return {
    ...own,
    states,
    type: 'safety-number.verified',
    object,
    fields: { peerAlias, method },
  };
}

type OfThread = Extract<ClientEventForm, { readonly threadId: string }>;

/** For the auditors of every State of the thread. */
async function threadEventOf(
  statement: OfThread,
  grounds: Grounds,
): Promise<AuditEvent<ClientStatedType>> {
  const { session, findFile, findThread } = grounds;
  const isOfFile = 'attachmentId' in statement;
  const place = await (isOfFile ? findFile(statement) : findThread(statement.threadId));
  if ('stage' in statement) return brokenFile(statement, place, session);
  if ('seq' in statement) return refusedEntry(statement, place, session);
  if (place === null) throw new Refusal('client-event.refused');
  const { threadId, caseId, ownerState } = place;
  const states = [...new Set([...place.states, session.state])].toSorted();
  const about = { outcome: 'success', states, threadId, caseId } as const;
  if (!isOfFile) {
    const object = { type: 'thread', id: threadId, ownerState } as const;
    return { ...about, type: 'thread.erasure-confirmed', object, fields: {} };
  }
  const object = { type: 'attachment', id: statement.attachmentId, ownerState } as const;
  if ('target' in statement) {
    return { ...about, type: 'attachment.saved', object, fields: { target: statement.target } };
  }
  const { custodyId, sealCommitment } = statement;
  const sealed = { custodyId, sealCommitment };
  if (!('fromId' in statement)) {
    return { ...about, type: 'attachment.sealed', object, fields: sealed };
  }
  const fields = { ...sealed, ...(await partiesOf(statement, place, grounds)) };
  return { ...about, type: 'attachment.transferred', object, fields };
}

/**
 * A device says so when it next reaches a server, and waits until one has taken it: of what is gone meanwhile, or what
 * the person may have no more, the auditors of the own State alone are told.
 */
function toldOf(place: ThreadPlace | null, { state }: SessionContext) {
  if (place === null) return { outcome: 'failed', states: [state] } as const;
  const { threadId, caseId } = place;
  const states = [...new Set([...place.states, state])].toSorted();
  return { outcome: 'failed', states, threadId, caseId } as const;
}

function brokenFile(
  { attachmentId, stage }: { readonly attachmentId: string; readonly stage: string },
  place: ThreadPlace | null,
  session: SessionContext,
): AuditEvent<ClientStatedType> {
  const ownerState = place?.ownerState ?? session.state;
  const object = { type: 'attachment', id: attachmentId, ownerState } as const;
  const type = 'attachment.integrity-failed';
  return { ...toldOf(place, session), type, object, fields: { stage } };
}

function refusedEntry(
  { threadId, seq, cause }: Extract<OfThread, { readonly seq: number }>,
  place: ThreadPlace | null,
  session: SessionContext,
): AuditEvent<ClientStatedType> {
  const ownerState = place?.ownerState ?? session.state;
  const object = { type: 'thread', id: threadId, ownerState } as const;
  return { ...toldOf(place, session), type: 'entry.refused', object, fields: { seq, cause } };
}

/** Who gave and who took over, as the auditors of the case know them: whoever takes over tells of it. */
async function partiesOf(
  { fromId, fromState }: { readonly fromId: string; readonly fromState: StateCode },
  { threadId, caseId }: ThreadPlace,
  { directory, session, aliasOf, assertMayTransfer }: Grounds,
) {
  await assertMayTransfer(threadId);
  const giver = certified(directory, { personId: fromId, state: fromState });
  if (giver.personId === session.personId) throw new Refusal('client-event.refused');
  return {
    fromAlias: await aliasOf({ ...giver, caseId }),
    toAlias: await aliasOf({ personId: session.personId, state: session.state, caseId }),
  };
}

function certified(
  directory: Directory,
  { personId, state }: { readonly personId: string; readonly state: StateCode },
) {
  if (currentOf(directory, { type: 'person-cert', state, subject: personId }) === null) {
    throw new Refusal('client-event.refused');
  }
  return { personId: parseId<PersonId>(personId), state };
}
