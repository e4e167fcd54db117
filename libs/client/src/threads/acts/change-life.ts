import type { Action } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';

import { eraseEnded } from '../live/erase-ended.js';
import type { LifeAct } from '../thread-intent.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork, type Acted } from '../thread-work.js';
import { elevating, type ElevatedSession } from './elevating.js';

const ACTIONS = {
  close: 'thread.close',
  retain: 'thread.retain',
  hold: 'thread.hold',
  release: 'thread.release',
  shred: 'thread.shred',
} as const satisfies Readonly<Record<LifeAct['action'], Action>>;

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
