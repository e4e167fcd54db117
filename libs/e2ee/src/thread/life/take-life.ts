import type { ThreadStatement } from '@enlace/contracts';

import { holdUnless } from '../alerts.js';
import type { ReceiveGround } from '../receive/ground.js';
import type { Taken } from '../receive/take-commit.js';
import type { ThreadLife, ThreadView } from '../view/thread-view.js';
import { assertSecondPerson, verifyApprovals, type LifeAct } from './approvals.js';

/**
 * What an act of a steward makes of a thread, once whoever must stand beside it does: approvals of exactly this act, by
 * another person who may, none of them used before. Throws `MALFORMED` and `UNAUTHORIZED`: then it has no effect, and
 * erases nothing.
 */
// Attacker-controlled: the statement and the approvals in it, by a steward and the server.
export function takeLife(view: ThreadView, act: LifeAct, ground: ReceiveGround): Taken {
  const { life } = view;
  const { placed, statement } = act;
  const { action } = statement;
  assertForm(statement, placed.acceptedAtMs);
  const isErasing = action === 'retain' || action === 'shred';
  holdUnless(!isErasing || !life.isHeld, 'UNAUTHORIZED', 'held');
  const verified = verifyApprovals(view.threadId, act, ground);
  const nonces = [...life.approvals, ...verified.map(({ nonce }) => nonce)];
  holdUnless(new Set(nonces).size === nonces.length, 'UNAUTHORIZED', 'approval-used');
  const persons = verified.map(({ personId }) => personId);
  const unconfirmed =
    action === 'close' ? [] : assertSecondPerson(view, { ...act, persons }, ground.directory);
  const { incarnation, epoch } = placed.header;
  const toConfirm = unconfirmed.map((personId) => ({
    personId,
    incarnation,
    epoch,
    seq: placed.seq,
  }));
  return {
    view: {
      ...view,
      life: lifeAfter({ ...life, approvals: nonces }, statement),
      unconfirmed: [...view.unconfirmed, ...toConfirm],
    },
    effect: { kind: 'lifecycle', statement },
    alerts: [],
  };
}

// A term ends later than now: to end it at once is shredding. Nothing else has a term.
function assertForm(
  { action, until, approvals }: ThreadStatement<'lifecycle'>,
  acceptedAtMs: number,
): void {
  const hasTerm = until !== undefined && Date.parse(until) > acceptedAtMs;
  holdUnless(action === 'retain' ? hasTerm : until === undefined, 'MALFORMED', 'term');
  holdUnless(action !== 'close' || approvals.length === 0, 'MALFORMED', 'approvals');
}

function lifeAfter(life: ThreadLife, { action, until }: ThreadStatement<'lifecycle'>): ThreadLife {
  if (action === 'hold') return { ...life, isHeld: true };
  if (action === 'release') return { ...life, isHeld: false };
  if (action !== 'retain' || until === undefined) return life;
  return { ...life, retainUntilMs: Date.parse(until) };
}
