import {
  encodeThreadStatement,
  firstState,
  nextIncarnation,
  threadStateHash,
  THREAD_LIMITS,
  type SuiteName,
  type ThreadPolicy,
  type ThreadState,
  type ThreadStatement,
} from '@enlace/contracts';
import {
  sha256,
  toBase64Url,
  type CaseId,
  type EntryId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import { epochKeyId } from '../../envelope/epoch-keys.js';
import type { GroupPort } from '../../mls/group-port.js';
import type { EpochKey } from '../../mls/group-state.js';
import { roleOf } from '../receive/author-checks.js';
import { credentialCheckAt } from '../view/directory-view.js';
import { waitingDevices } from '../view/thread-facts.js';
import { startReading, type ThreadMembers, type ThreadView } from '../view/thread-view.js';
import { beginning, type MadeCommit } from './make-commit.js';
import { finished, ownPlace, placeOf, signClear, type MakeGround } from './make-entries.js';
import { refuseIf, PlanRefused } from './plan-error.js';

/** With what a genesis is made. */
export interface GenesisGround extends MakeGround {
  readonly port: GroupPort;
  readonly entryId: EntryId;
}

/** What a thread is opened with. */
export interface Opening {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly suite: SuiteName;
  readonly policy: ThreadPolicy;
}

/** The genesis of a thread, of one device; the view that meets it in the log is `startReading` of this thread. */
export async function makeGenesis(opening: Opening, ground: GenesisGround): Promise<MadeCommit> {
  const { deviceId, personId } = ground.device;
  const view = startReading({ threadId: opening.threadId, self: { deviceId, personId } });
  return make(view, { state: firstState({ ...opening, personId }), previous: null }, ground);
}

/** Why a group is begun anew, and who does not stay. */
export interface Renewal {
  readonly without: ReadonlySet<PersonId>;
  readonly suite?: SuiteName;
  readonly reason: 'bad-commit' | 'suite';
}

/**
 * The genesis of a new incarnation, by a steward of the last valid state (protocol.md, section 4.6). Its grant goes to
 * every certified device of whoever stays; all of them rejoin.
 */
export async function makeIncarnation(
  view: ThreadView,
  { without, suite, reason }: Renewal,
  ground: GenesisGround,
): Promise<MadeCommit> {
  const { members, self } = view;
  if (members === null) throw new PlanRefused('unanchored');
  refuseIf(roleOf(members, self.personId) !== 'steward' || without.has(self.personId), 'steward');
  const last = members.state;
  const state = nextIncarnation(last, { without, ...(suite === undefined ? {} : { suite }) });
  const previous = {
    incarnation: last.incarnation,
    lastSeq: view.head.seq,
    stateHash: toBase64Url(threadStateHash(last)),
    reason,
  };
  return make(view, { state, previous }, ground);
}

interface Begun {
  readonly state: ThreadState;
  readonly previous: ThreadStatement<'genesis'>['previous'] | null;
}

async function make(view: ThreadView, begun: Begun, ground: GenesisGround): Promise<MadeCommit> {
  const { device, port, directory, nowMs, entryId } = ground;
  const { threadId, incarnation, suite } = begun.state;
  const auth = credentialCheckAt(directory, nowMs);
  const fresh = await port.create({ threadId, incarnation, suite, device, auth });
  const members = membersOf(view, begun.state, nowMs);
  const recipients = waitingDevices(members, directory);
  refuseIf(recipients.length > THREAD_LIMITS.grantRecipients, 'recipients');
  const made = await beginning({ members, recipients }, fresh, ground);
  const { epochKey, group, packed, grant, blobs } = made;
  const body = {
    statement: statementOf(view, begun, epochKey),
    packageHash: sha256(packed),
    ...(grant === null ? {} : { grantHash: sha256(grant) }),
  };
  const begins = { ...view, place: { incarnation, epoch: 0 } };
  const place = placeOf(begins, { kind: 'genesis', entryId, own: ownPlace(view) });
  const entry = finished(signClear(place, body, device));
  return { entry, blobs, pending: { entryHash: entry.hash, epochKey, group } };
}

function membersOf(
  { self, members }: ThreadView,
  state: ThreadState,
  nowMs: number,
): ThreadMembers {
  const leaf = { leaf: 0, deviceId: self.deviceId, personId: self.personId, updatedMs: nowMs };
  return { state, leaves: [leaf], left: members?.left ?? [], sinceSeq: 0 };
}

function statementOf(
  { self: { personId, deviceId } }: ThreadView,
  { state, previous }: Begun,
  epochKey: EpochKey,
): string {
  const { caseId, suite, policy } = state;
  return encodeThreadStatement('genesis', {
    v: 1,
    caseId,
    suite,
    policy,
    creator: { personId, deviceId },
    stateHash: toBase64Url(threadStateHash(state)),
    epochKeyId: toBase64Url(epochKeyId(epochKey, state)),
    ...(previous === null || previous === undefined ? {} : { previous }),
  });
}
