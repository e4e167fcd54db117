import { THREAD_LIMITS, type ThreadChange } from '@enlace/contracts';
import type { DeviceId, PersonId } from '@enlace/kernel';

import type { DirectoryView } from '../view/directory-view.js';
import { factsAt } from '../view/thread-facts.js';
import type { ThreadMembers } from '../view/thread-view.js';

type Removal = Extract<ThreadChange, { readonly op: 'remove' }>;

/**
 * Removals that the next committer owes (protocol.md, sections 3.3 and 4.5): of persons who left or were revoked, of
 * revoked devices, of leaves that nobody has updated for 45 days. Never of the own device, and at most as many leaves
 * as one commit removes; the rest goes with the next.
 */
export function removalsOwed(
  members: ThreadMembers,
  self: { readonly deviceId: DeviceId; readonly personId: PersonId },
  { directory, nowMs }: { readonly directory: DirectoryView; readonly nowMs: number },
): readonly Removal[] {
  const facts = factsAt(members, directory, nowMs);
  const others = members.state.members.map(({ personId }) => personId);
  const persons = others
    .filter((personId) => personId !== self.personId)
    .flatMap((personId): readonly Removal[] => {
      const cause = facts.hasLeft(personId) ? 'left' : 'revoked';
      const isGone = facts.hasLeft(personId) || facts.isRevoked(personId);
      const deviceIds = facts.leavesOf(personId);
      return isGone ? [{ op: 'remove', personId, deviceIds, cause }] : [];
    });
  const gone = new Set(persons.map(({ personId }) => personId));
  const leaves = members.leaves
    .filter(({ personId, deviceId }) => !gone.has(personId) && deviceId !== self.deviceId)
    .map(({ deviceId }) => deviceId);
  const revoked = leaves.filter((deviceId) => facts.isRevoked(deviceId));
  const stale = leaves.filter((id) => !revoked.includes(id) && facts.isStale(id));
  const devices = [
    ...revoked.map((deviceId) => removalOf(deviceId, 'revoked')),
    ...stale.map((deviceId) => removalOf(deviceId, 'stale')),
  ];
  return within([...persons, ...devices]);
}

function removalOf(deviceId: DeviceId, cause: 'revoked' | 'stale'): Removal {
  return { op: 'remove', personId: null, deviceIds: [deviceId], cause };
}

function within(removals: readonly Removal[]): readonly Removal[] {
  let leaves = 0;
  return removals.filter(({ deviceIds }) => {
    const fits = leaves + deviceIds.length <= THREAD_LIMITS.removalsPerCommit;
    if (fits) leaves += deviceIds.length;
    return fits;
  });
}

/** Invitations that the next committer ends: they have expired, or whoever made them is no member any more. */
export function lapsesOwed(
  { state }: ThreadMembers,
  removals: readonly Removal[],
  nowMs: number,
): readonly ThreadChange[] {
  const gone = new Set(removals.map(({ personId }) => personId));
  const stays = new Set(
    state.members.map(({ personId }) => personId).filter((personId) => !gone.has(personId)),
  );
  return state.invitations
    .filter(({ expiresAt, byPersonId }) => Date.parse(expiresAt) <= nowMs || !stays.has(byPersonId))
    .map(({ invitationId }) => ({ op: 'lapse', invitationId }));
}
