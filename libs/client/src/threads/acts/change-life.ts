import type { Action } from '@enlace/contracts';
import { toBase64Url, type Random, type ThreadId } from '@enlace/kernel';
import { signApproval, type Seed } from '@enlace/trust';

import { eraseEnded } from '../live/erase-ended.js';
import type { LifeAct } from '../thread-intent.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork, type Acted } from '../thread-work.js';
import { elevating, type ElevatedSession } from './elevating.js';

const APPROVAL_NONCE_BYTES = 16;
const ACTIONS = {
  close: 'thread.close',
  retain: 'thread.retain',
  hold: 'thread.hold',
  release: 'thread.release',
  shred: 'thread.shred',
} as const satisfies Readonly<Record<LifeAct['action'], Action>>;

/**
 * The approval of a second person for what becomes of a thread: for exactly this act, basis and end, and for once. It
 * needs no server: it is handed to the steward who acts.
 */
export function approveLife(
  about: Omit<LifeAct, 'approvals'> & { readonly threadId: ThreadId },
  seed: Seed,
  random: Random,
): string {
  const { threadId, action, basis, until = null } = about;
  const nonce = toBase64Url(random.bytes(APPROVAL_NONCE_BYTES));
  return signApproval({ threadId, action, basis, until }, nonce, seed);
}

/**
 * Puts into the log what becomes of a thread. What is destroyed by it is gone from this device when it resolves. Throws
 * as `ThreadWork.act`.
 */
export async function changeLife(
  ports: ThreadPorts,
  threadId: ThreadId,
  { life, by }: { readonly life: LifeAct; readonly by: ElevatedSession },
): Promise<Acted> {
  const act = { kind: 'lifecycle', action: ACTIONS[life.action], by, isDeclared: false } as const;
  const isElevated = life.action !== 'close';
  const work = await ThreadWork.open(
    isElevated ? elevating(ports, threadId, act) : ports,
    threadId,
  );
  await work.pull();
  const seq = await work.act({ act: 'life', ...life });
  await eraseEnded(work, ports);
  return { threadId, seq };
}
