import {
  decodeGrantBlob,
  parseThreadStatement,
  type ClearBody,
  type Entry,
  type EntryHeader,
  type GrantBlob,
  type ThreadFacts,
  type ThreadStatement,
} from '@enlace/contracts';
import { formatIdBytes, type HistoryGrantId, type PersonId } from '@enlace/kernel';

import { Refusal } from '../../platform/problem/refusal.js';
import type { BatchGround } from './batch-ground.js';
import type { GivenHistory, PastRange } from './history.js';
import { assertMaySeal } from './judge-entry.js';
import { recipientsOf, type LockedThread } from './locked-thread.js';
import { devicesOf, fingerprintOf } from './thread-facts.js';

interface Judging extends Pick<
  BatchGround,
  'assertMay' | 'device' | 'directory' | 'nowMs' | 'pastOf'
> {
  readonly now: LockedThread;
  readonly facts: ThreadFacts;
  readonly entry: Entry;
  readonly seq: number;
  /** Of entries of the same append, which the log does not have yet. */
  readonly before: readonly EntryHeader[];
}

/**
 * Keys that one member gives to the devices of one person: that of the epoch, which any member gives to who asks for
 * access, or those of the past, by a steward who was there. `null` for the first, which opens nothing that the person
 * may not fetch anyway. Throws `access.denied` and what else the policy refuses, `grant.recipient`,
 * `handling.forbidden`, `entry.removal-required`, `entry.malformed`.
 */
// Attacker-controlled: the statement and every byte of the blob.
export async function judgeGrant(
  body: ClearBody,
  blob: Uint8Array,
  judging: Judging,
): Promise<GivenHistory | null> {
  const { now, facts, entry, seq } = judging;
  const statement = parseThreadStatement('grant', body.statement);
  const said = decodeGrantBlob(blob);
  const isAccess = statement.basis === 'access';
  judging.assertMay([isAccess ? 'thread.update-keys' : 'thread.grant-history'], now);
  assertMaySeal(entry, now, facts);
  assertAgrees(said, statement, judging);
  const fingerprints = readRecipients(said, statement.toPersonId, judging);
  const { fromSeq, toSeq, fromEpoch, toEpoch } = statement;
  if (isAccess) {
    const isOfEpoch = said.incarnation === now.incarnation && fromEpoch === now.epoch;
    if (statement.requestId === undefined || !isOfEpoch || toEpoch !== now.epoch) {
      throw new Refusal('entry.malformed');
    }
    return null;
  }
  const range = { fromSeq, toSeq, fromEpoch, toEpoch, incarnation: said.incarnation };
  await assertOpen(range, judging);
  const grantId = formatIdBytes<HistoryGrantId>(said.grantId);
  if (grantId === null) throw new Refusal('entry.malformed');
  return { ...range, seq, grantId, personId: statement.toPersonId, fingerprints };
}

function assertAgrees(
  said: GrantBlob,
  { basis, fromSeq, toSeq, fromEpoch, toEpoch }: ThreadStatement<'grant'>,
  { now, seq }: Judging,
): void {
  const isSame =
    said.threadId === now.threadId &&
    said.cause === (basis === 'access' ? 'access' : 'history') &&
    said.fromEpoch === fromEpoch &&
    said.toEpoch === toEpoch;
  const isPast = said.incarnation < now.incarnation || toEpoch <= now.epoch;
  const isRange = fromSeq >= 1 && fromSeq <= toSeq && toSeq < seq;
  if (!isSame || !isPast || !isRange || said.incarnation > now.incarnation) {
    throw new Refusal('entry.malformed');
  }
}

/** The devices by their keys: certified ones of the person, who stands in the thread. */
function readRecipients(
  { wraps }: GrantBlob,
  personId: PersonId,
  { now, directory, nowMs }: Judging,
): readonly string[] {
  const devices = new Set(devicesOf(directory, [personId]));
  if (!recipientsOf(now).includes(personId)) throw new Refusal('grant.recipient');
  return wraps.map(({ deviceId }) => {
    const fingerprint = fingerprintOf(directory, deviceId, nowMs);
    if (fingerprint === null || !devices.has(deviceId)) throw new Refusal('grant.recipient');
    return fingerprint;
  });
}

/** By whom was a member in all of the epochs and got all of the entries; and nothing of it is for named recipients. */
async function assertOpen(
  range: PastRange,
  { now, device, pastOf, before }: Judging,
): Promise<void> {
  const { fromSeq, toSeq, incarnation, fromEpoch, toEpoch } = range;
  const giver = now.state.members.find(({ personId }) => personId === device.person.personId);
  const isSince = incarnation < now.incarnation || (giver?.sinceEpoch ?? Infinity) <= fromEpoch;
  const past = await pastOf(range);
  if (!isSince || past.received !== toSeq - fromSeq + 1) {
    throw new Refusal('access.denied', { facts: { ruleId: 'M-001' } });
  }
  const isForNamed = before.some(
    (one) =>
      one.handling === 3 &&
      one.incarnation === incarnation &&
      one.epoch >= fromEpoch &&
      one.epoch <= toEpoch,
  );
  if (past.isForNamed || isForNamed) throw new Refusal('handling.forbidden');
}
