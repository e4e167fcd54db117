import {
  parseThreadStatement,
  type Action,
  type Approval,
  type ClearBody,
  type ThreadStatement,
} from '@enlace/contracts';
import { isDomainError, parseBase64Url, toHex } from '@enlace/kernel';
import { verifyApproval, type VerifiedApproval } from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import type { BatchGround } from './batch-ground.js';
import type { LifeChange } from './deeds.js';
import type { LockedThread } from './locked-thread.js';

type LifeAction = ThreadStatement<'lifecycle'>['action'];

const ACTIONS: Readonly<Record<LifeAction, Action>> = {
  close: 'thread.close',
  retain: 'thread.retain',
  hold: 'thread.hold',
  release: 'thread.release',
  shred: 'thread.shred',
};

interface Judging extends Pick<BatchGround, 'assertMay' | 'directory' | 'nowMs' | 'usedApprovals'> {
  readonly now: LockedThread;
  readonly seq: number;
  readonly acceptedAtMs: number;
  /** Nonces of approvals in the same append, hexadecimal. */
  readonly spent: readonly string[];
}

/**
 * An act on the life of a thread by a steward. All but closing have somebody else's approval of exactly this act, which
 * counts once. Throws `thread.closed`, `thread.held`, `thread.not-held`, `statement.refused` for an approval that does
 * not hold or was used, `entry.malformed`, and what the policy refuses, `approval.required` among it.
 */
// Attacker-controlled: the statement, with the approvals in it.
export async function judgeLife(body: ClearBody, judging: Judging): Promise<LifeChange> {
  const { now, seq, acceptedAtMs } = judging;
  const statement = parseThreadStatement('lifecycle', body.statement);
  const { action, basis } = statement;
  const until = statement.until ?? null;
  assertForm(statement, acceptedAtMs);
  assertState(action, now);
  const verified = await verifyAll(statement, judging);
  const approvals = verified.map(({ device: { person } }) => approvalOf(person, now));
  judging.assertMay([ACTIONS[action]], now, { approvals });
  return {
    seq,
    action,
    basis,
    until,
    atMs: acceptedAtMs,
    approvals: verified.map(({ nonce, device: { person } }) => ({
      personId: person.personId,
      state: person.state,
      nonce: toHex(parseBase64Url(nonce)),
    })),
  };
}

/** The thread after it. */
export function lifeAfter(now: LockedThread, { action, until }: LifeChange): LockedThread {
  switch (action) {
    case 'close':
      return { ...now, status: 'closed' };
    case 'hold':
      return { ...now, isHeld: true, hasOwnHold: true };
    case 'release':
      return { ...now, isHeld: now.isCaseHeld, hasOwnHold: false };
    case 'retain':
      return { ...now, retainUntil: until };
    case 'shred':
      return { ...now, status: 'shredded' };
  }
}

// A term ends later than now: to end it at once is shredding. Nothing else has a term.
function assertForm(
  { action, until, approvals }: ThreadStatement<'lifecycle'>,
  acceptedAtMs: number,
): void {
  const hasTerm = until !== undefined && Date.parse(until) > acceptedAtMs;
  const isSound = action === 'retain' ? hasTerm : until === undefined;
  if (!isSound || (action === 'close' && approvals.length > 0)) {
    throw new Refusal('entry.malformed');
  }
}

function assertState(action: LifeAction, now: LockedThread): void {
  if (action === 'close' && now.status !== 'open') throw new Refusal('thread.closed');
  if (action === 'hold' && now.hasOwnHold) throw new Refusal('thread.held');
  if (action === 'release' && !now.hasOwnHold) throw new Refusal('thread.not-held');
  const isStopped = action === 'retain' || action === 'shred';
  if (isStopped && now.isHeld) throw new Refusal('thread.held');
}

async function verifyAll(
  { action, basis, until, approvals }: ThreadStatement<'lifecycle'>,
  { now, directory, nowMs, usedApprovals, spent }: Judging,
): Promise<readonly VerifiedApproval[]> {
  const act = { threadId: now.threadId, action, basis, until: until ?? null };
  const verified = approvals.map((wire) => {
    try {
      return verifyApproval(wire, act, { directory, moment: { nowMs } });
    } catch (cause) {
      if (!isDomainError(cause)) throw cause;
      throw new Refusal('statement.refused', { cause, facts: { rule: 'approval' } });
    }
  });
  const nonces = verified.map(({ nonce }) => toHex(parseBase64Url(nonce)));
  const used = await usedApprovals(nonces);
  const isTwice = new Set([...nonces, ...spent]).size < nonces.length + spent.length;
  if (isTwice || used.length > 0) {
    throw new Refusal('statement.refused', { facts: { rule: 'approval-used' } });
  }
  return verified;
}

function approvalOf(
  { personId, state, roles, auditScope }: VerifiedApproval['device']['person'],
  { state: { members }, left }: LockedThread,
): Approval {
  const member = members.find((one) => one.personId === personId);
  return {
    personId,
    state,
    roles,
    ...(auditScope === null ? {} : { auditScope }),
    ...(member === undefined || left.includes(personId) ? {} : { membership: member.role }),
  };
}
