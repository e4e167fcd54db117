import { THREAD_LIMITS, type GrantScope, type ThreadStatement } from '@enlace/contracts';
import { sha256, type EntryId, type PersonId, type Random } from '@enlace/kernel';

import { sealGrant } from '../../grants/grant.js';
import type { DirectoryView } from '../view/directory-view.js';
import { isForNamed } from '../view/named-epochs.js';
import { findEpoch, personsOf, type ThreadMembers, type ThreadView } from '../view/thread-view.js';
import { sealingFault, type EntryDraft } from './make-entries.js';
import { PlanRefused, refuseIf } from './plan-error.js';

/** Keys that one person is given apart from a commit (protocol.md, sections 4.5 and 10.1). */
export interface Giving {
  readonly toPersonId: PersonId;
  /** `access`: the key of this moment, to a device that asked for it. Everything else is history. */
  readonly basis: ThreadStatement<'grant'>['basis'];
  readonly requestId?: string;
  /** Of the incarnation at the cursor. */
  readonly fromEpoch: number;
  readonly toEpoch: number;
  /** What the person may fetch for it. */
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** With what keys are given. */
export interface GivingGround {
  readonly directory: DirectoryView;
  readonly random: Random;
  readonly nowMs: number;
  readonly entryId: EntryId;
}

/**
 * The entry that says who is given which keys, and the blob beside it: an explicit act, in the log before any key
 * moves. History is given by a steward who was a member in all of the epochs, to a person of the thread, and to every
 * certified device of that person. Throws `thread.plan-refused`.
 */
export function giveKeys(
  view: ThreadView,
  giving: Giving,
  ground: GivingGround,
): { readonly draft: EntryDraft; readonly blob: Uint8Array } {
  const { members, place, threadId } = view;
  if (members === null || place === null) throw new PlanRefused('unanchored');
  const fault = sealingFault(view, ground);
  if (fault !== null) throw new PlanRefused(fault);
  assertMayGive(view, members, giving);
  const epochs = epochsOf(giving);
  const { fromEpoch, toEpoch } = giving;
  if (giving.basis === 'access') {
    refuseIf(epochs.length !== 1 || giving.fromEpoch !== place.epoch, 'access');
  } else {
    refuseIf(
      isForNamed(view, { incarnation: place.incarnation, fromEpoch, toEpoch }),
      'named-recipients',
    );
  }
  const epochKeys = epochs.map((epoch) => keyOf(view, place.incarnation, epoch));
  const recipients = ground.directory.devicesOf(giving.toPersonId);
  refuseIf(recipients.length > THREAD_LIMITS.grantRecipients, 'recipients');
  const cause = giving.basis === 'access' ? 'access' : 'history';
  const scope: GrantScope = {
    cause,
    threadId,
    incarnation: place.incarnation,
    fromEpoch,
    toEpoch,
  };
  const blob = sealGrant({ scope, epochKeys, recipients }, ground.random);
  if (blob === null) throw new PlanRefused('recipients');
  const { entryId } = ground;
  const statement: ThreadStatement<'grant'> = { v: 1, ...giving };
  return { draft: { entryId, kind: 'grant', statement, grantHash: sha256(blob) }, blob };
}

function assertMayGive(view: ThreadView, members: ThreadMembers, giving: Giving): void {
  const { personId } = view.self;
  const giver = members.state.members.find((one) => one.personId === personId);
  if (giver === undefined) throw new PlanRefused('left');
  refuseIf(!personsOf(members).has(giving.toPersonId), 'person');
  refuseIf(giving.fromSeq > giving.toSeq || giving.toSeq > view.head.seq, 'range');
  if (giving.basis === 'access') return;
  refuseIf(giver.role !== 'steward', 'steward');
  refuseIf(giver.sinceEpoch > giving.fromEpoch, 'not-a-member-then');
}

function epochsOf({ fromEpoch, toEpoch }: Giving): readonly number[] {
  const count = toEpoch - fromEpoch + 1;
  refuseIf(count < 1 || count > THREAD_LIMITS.grantEpochs, 'range');
  return Array.from({ length: count }, (_, at) => fromEpoch + at);
}

function keyOf(view: ThreadView, incarnation: number, epoch: number): Uint8Array {
  const known = findEpoch(view, { incarnation, epoch });
  if (known === null || known.epochKey === null) throw new PlanRefused('no-key');
  return known.epochKey;
}
