import {
  decodeClearBody,
  isSealedKind,
  parseThreadStatement,
  type ClearBody,
  type ClearKind,
} from '@enlace/contracts';
import { isDomainError, type PersonId } from '@enlace/kernel';

import { EntryRefused, holdUnless } from '../alerts.js';
import { takeLife } from '../life/take-life.js';
import { isForNamed } from '../view/named-epochs.js';
import type { ThreadMembers, ThreadView } from '../view/thread-view.js';
import { assertSteward } from './author-checks.js';
import type { Placed, ReceiveGround } from './ground.js';
import type { Taken } from './take-commit.js';

/** Clear kinds that change neither keys nor state. */
export type PlainKind = Exclude<ClearKind, 'commit' | 'genesis'>;

/** What such an entry does. Throws `MALFORMED`, and `UNAUTHORIZED` for what its author may not do. */
// Attacker-controlled: the body, by a member.
export async function takePlain(
  view: ThreadView,
  placed: Placed & { readonly kind: PlainKind; readonly bodyBytes: Uint8Array },
  ground: ReceiveGround,
): Promise<Taken> {
  const body = readBody(placed.kind, placed.bodyBytes);
  switch (placed.kind) {
    case 'leave':
      return takeLeave(view, placed, body);
    case 'access-request': {
      const statement = readStatement(placed.kind, body);
      return { view, effect: { kind: 'access-requested', statement }, alerts: [] };
    }
    case 'grant':
      return takeGrant(view, placed, body);
    case 'redaction':
      return takeRedaction(view, { placed, body }, ground);
    case 'lifecycle': {
      return takeLife(view, { placed, statement: readStatement(placed.kind, body) }, ground);
    }
  }
}

/** Somebody leaves for himself alone; the leaf goes with the next commit of another member. */
function takeLeave(view: ThreadView, { author }: Placed, body: ClearBody): Taken {
  const { personId } = readStatement('leave', body);
  holdUnless(personId === author.personId, 'UNAUTHORIZED', 'person');
  const { members } = view;
  const left =
    members === null || members.left.includes(personId)
      ? members
      : { ...members, left: [...members.left, personId] };
  return { view: { ...view, members: left }, effect: { kind: 'left', personId }, alerts: [] };
}

/**
 * History is given by a steward, and never of epochs that hold something for named recipients. Any member gives the key
 * of this moment to a device that asked for it.
 */
function takeGrant(view: ThreadView, { author, header, seq }: Placed, body: ClearBody): Taken {
  const statement = readStatement('grant', body);
  const { grantHash } = body;
  holdUnless(grantHash !== undefined, 'MALFORMED', 'grant');
  const { fromSeq, toSeq, fromEpoch, toEpoch, basis } = statement;
  holdUnless(fromSeq <= toSeq && toSeq < seq && fromEpoch <= toEpoch, 'MALFORMED', 'range');
  if (basis === 'access') {
    const isCurrent = view.place === null || view.place.epoch === fromEpoch;
    holdUnless(isCurrent && fromEpoch === toEpoch, 'UNAUTHORIZED', 'access');
  } else {
    const range = { incarnation: header.incarnation, fromEpoch, toEpoch };
    holdUnless(!isForNamed(view, range), 'UNAUTHORIZED', 'named-recipients');
    assertMayGive(view.members, author.personId, fromEpoch);
  }
  return { view, effect: { kind: 'granted', statement, grantHash }, alerts: [] };
}

function assertMayGive(members: ThreadMembers | null, giverId: PersonId, fromEpoch: number): void {
  if (members === null) return;
  assertSteward(members, giverId);
  const giver = members.state.members.find(({ personId }) => personId === giverId);
  const wasThere = giver !== undefined && giver.sinceEpoch <= fromEpoch;
  holdUnless(wasThere, 'UNAUTHORIZED', 'not-a-member-then');
}

/** An author withdraws his own; the rest is for stewards. Nothing but sealed bodies is ever erased. */
async function takeRedaction(
  view: ThreadView,
  { placed, body }: { readonly placed: Placed; readonly body: ClearBody },
  ground: ReceiveGround,
): Promise<Taken> {
  const statement = readStatement('redaction', body);
  const { targets, reason } = statement;
  const { author, seq } = placed;
  holdUnless(!view.life.isHeld, 'UNAUTHORIZED', 'held');
  for (const target of targets) {
    holdUnless(target < seq, 'MALFORMED', 'target');
    const past = target > view.startSeq ? await ground.entryAt(target) : null;
    // Of what was before the start, or is of a later format, nothing is known, and nothing is here to erase.
    if (past === null || past.kind === null) continue;
    holdUnless(isSealedKind(past.kind), 'UNAUTHORIZED', 'target');
    const isOwn = reason !== 'withdrawn' || past.personId === author.personId;
    holdUnless(isOwn, 'UNAUTHORIZED', 'target');
  }
  if (reason !== 'withdrawn' && view.members !== null) {
    assertSteward(view.members, author.personId);
  }
  return { view, effect: { kind: 'redacted', statement }, alerts: [] };
}

function readBody(kind: PlainKind, bytes: Uint8Array): ClearBody {
  return malformedUnless(() => decodeClearBody(kind, bytes));
}

function readStatement<Kind extends PlainKind>(kind: Kind, { statement }: ClearBody) {
  return malformedUnless(() => parseThreadStatement(kind, statement));
}

function malformedUnless<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused('MALFORMED', 'body', { cause });
  }
}
