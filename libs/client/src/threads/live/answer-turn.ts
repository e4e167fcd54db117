import type { ThreadView } from '@enlace/e2ee';
import { isJsonObject, sha256, toHex, utf8 } from '@enlace/kernel';

import type { KeptEntry } from '../kept/kept-entry.js';

/** How long each device lets the one before it answer, and any device the others, at most. In milliseconds. */
export const ANSWER_TURNS = { stepMs: 400, longestMs: 4_000 } as const;

/**
 * How long this device waits before it gives the key that an entry asks for, in milliseconds: devices that follow a
 * thread all hear the question at once, and one answer is enough. Each question puts the devices of the thread in an
 * order of its own, the same for all of them; whoever is not there is passed over. `null` for an entry that asks for
 * no key.
 */
export function answerDelayMs(
  { members, self }: Pick<ThreadView, 'members' | 'self'>,
  { kind, effect: { statement } }: Pick<KeptEntry, 'kind' | 'effect'>,
): number | null {
  const requestId = isJsonObject(statement) ? statement['requestId'] : null;
  if (kind !== 'access-request' || typeof requestId !== 'string') return null;
  const orderOf = (deviceId: string) => toHex(sha256(utf8(`${requestId}/${deviceId}`)));
  const own = orderOf(self.deviceId);
  const before = (members?.leaves ?? []).filter(({ deviceId }) => orderOf(deviceId) < own);
  return Math.min(before.length * ANSWER_TURNS.stepMs, ANSWER_TURNS.longestMs);
}
