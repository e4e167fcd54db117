import {
  chainStart,
  decodeClearBody,
  firstState,
  parseThreadStatement,
  threadStateHash,
  type Entry,
  type ThreadState,
  type ThreadStatement,
} from '@enlace/contracts';
import { equalBytes, parseBase64Url, sha256 } from '@enlace/kernel';
import type { VerifiedDevice } from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import { recipientsOf, type LockedThread } from './locked-thread.js';
import { NO_DEED, type TakenEntry } from './taken-entry.js';

const MINUTE_MS = 60_000;
/** How far the moment that a policy names may be from the server's, either way. */
const OPENING_TOLERANCE_MS = 10 * MINUTE_MS;

/**
 * What a genesis says, which names its package. Throws `entry.malformed`, `entry.kind-refused`, `blob.missing`.
 */
// Attacker-controlled: both.
export function readGenesis(entry: Entry, packed: Uint8Array) {
  if (entry.header.kind !== 'genesis') throw new Refusal('entry.kind-refused');
  const body = decodeClearBody('genesis', entry.body);
  const statement = parseThreadStatement('genesis', body.statement);
  const { packageHash } = body;
  if (packageHash === undefined || !equalBytes(packageHash, sha256(packed))) {
    throw new Refusal('blob.missing');
  }
  // Further incarnations and grants that come with them are not taken in by this version of the server.
  if (statement.previous !== undefined || body.grantHash !== undefined) {
    throw new Refusal('entry.kind-refused');
  }
  return { statement, packageHash };
}

/** The state that a genesis makes, which it is bound to. Throws `entry.malformed`. */
export function stateOf(
  { header }: Entry,
  { caseId, suite, policy, creator, stateHash }: ThreadStatement<'genesis'>,
  device: VerifiedDevice,
): ThreadState {
  const { personId } = device.person;
  const isOwn = creator.personId === personId && creator.deviceId === device.deviceId;
  const { threadId } = header;
  const state = firstState({ threadId, caseId, suite, policy, personId });
  const isBound = equalBytes(threadStateHash(state), parseBase64Url(stateHash));
  if (!isOwn || !isBound) throw new Refusal('entry.malformed');
  return state;
}

/** Retention is counted from the moment that the policy names: `entry.malformed` for one far from the server's. */
export function assertMoment({ policy }: ThreadState, nowMs: number): void {
  const distance = Math.abs(Date.parse(policy.openedAt) - nowMs);
  if (distance > OPENING_TOLERANCE_MS) throw new Refusal('entry.malformed');
}

/** The thread before its first entry. */
export function unopened(state: ThreadState): LockedThread {
  const { threadId, caseId, suite, policy } = state;
  return {
    threadId,
    caseId,
    suite,
    state,
    originator: policy.originator,
    states: policy.states,
    status: 'open',
    isHeld: false,
    hasOwnHold: false,
    isCaseHeld: false,
    retainUntil: null,
    incarnation: 0,
    epoch: 0,
    head: chainStart(threadId),
    rosterVersion: 1,
    leaves: [],
    left: [],
    standing: 'steward',
    device: { seq: 0, lastHash: new Uint8Array(32) },
  };
}

/** The genesis as the entry that it is: for its author alone. */
export function takenGenesis(placed: Pick<TakenEntry, 'placed' | 'before' | 'after'>): TakenEntry {
  return { ...placed, recipients: recipientsOf(placed.after), rosterVersion: 1, ...NO_DEED };
}
