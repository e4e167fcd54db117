import { isSealedKind, parseThreadStatement, type ClearBody } from '@enlace/contracts';

import { Refusal } from '../../platform/problem/refusal.js';
import type { BatchGround } from './batch-ground.js';
import type { Redaction, Redactable } from './deeds.js';
import type { LockedThread } from './locked-thread.js';

interface Judging extends Pick<BatchGround, 'assertMay' | 'device' | 'directory' | 'redactable'> {
  readonly now: LockedThread;
  readonly seq: number;
}

/**
 * Bodies that go: of sealed entries before this one, which still have them. Somebody withdraws the own ones, from
 * whichever device; a steward erases others, and updates of records that two snapshots have made dispensable. Throws
 * `thread.held`, `redaction.refused`, `entry.malformed`, and what the policy refuses.
 */
// Attacker-controlled: the statement.
export async function judgeRedaction(body: ClearBody, judging: Judging): Promise<Redaction> {
  const { now, seq, device, directory } = judging;
  const { targets, reason } = parseThreadStatement('redaction', body.statement);
  if (now.isHeld) throw new Refusal('thread.held');
  const { entries, compactedBelow } = await judging.redactable(targets);
  const own = device.person.personId;
  const devices = new Set(directory.devices.get(own));
  const isOwn = entries.every(({ deviceId }) => devices.has(deviceId));
  if (reason === 'withdrawn') {
    const about = isOwn ? { personId: own } : {};
    judging.assertMay(['entry.redact-own'], now, { about });
  } else {
    judging.assertMay(['entry.redact-others'], now);
  }
  const isWhole =
    entries.length === targets.length && entries.every((one) => one.seq < seq && isErasable(one));
  const isCompacted =
    reason !== 'compacted' ||
    entries.every((one) => one.kind === 'record-update' && one.seq < compactedBelow);
  if (!isWhole || !isCompacted) throw new Refusal('redaction.refused');
  return { seq, targets, reason };
}

function isErasable({ kind, isErased }: Redactable): boolean {
  return !isErased && isSealedKind(kind);
}
