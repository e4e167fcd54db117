import { isTermOver, type ThreadView } from '@enlace/e2ee';

import { ending, endingOf, isShredding } from '../kept/erase-thread.js';
import { isHalfGone } from '../keys/thread-vault.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';

/**
 * Takes keys and texts of a thread off this device once its content is destroyed, and tells the record so. By a
 * verified act of those who may, or by the own clock of the thread where the server has erased it as well: never on the
 * word of the server alone, and not while a hold that only the server knows of keeps it there. True for a thread that
 * has ended: there is nothing more to do in it. Dying anywhere it is done again; the record may be told twice then.
 */
export async function eraseEnded(
  { view, follower }: ThreadWork,
  ports: ThreadPorts,
): Promise<boolean> {
  const { store, statements } = ports;
  if (view?.members == null) return false;
  const { threadId } = view;
  const known = await endingOf(store, threadId);
  if (known?.isConfirmed === true) return true;
  const by = known?.by ?? 0;
  const hasEnded =
    by > 0
      ? await isShreddedBy(by, view, follower)
      : known !== null || (await hasEndedByTerm(view, ports));
  if (!hasEnded) return false;
  await follower.eraseContent(by);
  await statements.state({ type: 'thread.erasure-confirmed', threadId });
  await store.commit([ending(threadId, { by, isConfirmed: true })]);
  return true;
}

async function hasEndedByTerm(
  view: ThreadView,
  { session, directory }: ThreadPorts,
): Promise<boolean> {
  return isTermOver(view, directory().witnessedMs) && isHalfGone(session, view.threadId);
}

/** Whoever knew no members when it came may have learnt since that its author might not. */
async function isShreddedBy(
  seq: number,
  { threadId, startSeq }: ThreadView,
  { shelf }: ThreadWork['follower'],
): Promise<boolean> {
  const entry = await shelf.entryAt(threadId, seq);
  return entry !== null && seq > startSeq && isShredding(entry);
}
