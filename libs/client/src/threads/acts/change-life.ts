import type { Action } from '@enlace/contracts';
import {
  toBase64Url,
  type JsonObject,
  type PersonId,
  type Random,
  type ThreadId,
} from '@enlace/kernel';
import {
  parseSignedObject,
  signApproval,
  StatementRefused,
  verifyApproval,
  type Directory,
  type Seed,
} from '@enlace/trust';

import { eraseEnded } from '../live/erase-ended.js';
import type { LifeAct } from '../thread-intent.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork, type Acted } from '../thread-work.js';
import { elevating, type ElevatedSession } from './elevating.js';

const LIFE_ACTIONS = ['retain', 'hold', 'release', 'shred'] as const;
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

/** What somebody approved, and who did. */
export interface ReadLifeApproval extends Omit<LifeAct, 'action' | 'approvals'> {
  readonly action: (typeof LIFE_ACTIONS)[number];
  readonly personId: PersonId;
}

/**
 * The approval of a second person, as the steward who was handed it reads it before the act. Throws `statement.refused`
 * for one of another thread, of another form, or whose signature does not hold, and `chain.refused`.
 */
// Attacker-controlled: the text, by whoever handed it over.
export function readLifeApproval(
  text: string,
  threadId: ThreadId,
  { directory, nowMs }: { readonly directory: Directory; readonly nowMs: number },
): ReadLifeApproval {
  const wire = text.trim();
  const { action: said, basis, until } = bodyOf(wire);
  const action = LIFE_ACTIONS.find((one) => one === said);
  const isWhole = typeof basis === 'string' && (until === null || typeof until === 'string');
  if (action === undefined || !isWhole) throw new StatementRefused('act');
  const act = { threadId, action, basis, until };
  const { device } = verifyApproval(wire, act, { directory, moment: { nowMs } });
  const { personId } = device.person;
  return { action, basis, ...(until === null ? {} : { until }), personId };
}

function bodyOf(wire: string): JsonObject {
  try {
    return parseSignedObject(wire).body;
  } catch (cause) {
    // Of any file that somebody chose: it is no approval, whatever else is wrong with it.
    throw new StatementRefused('act', { cause });
  }
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
