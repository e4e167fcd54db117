import { findEpoch, type ThreadMembers, type ThreadView } from '@enlace/e2ee';
import { isJsonObject, type PersonId } from '@enlace/kernel';

import { isShredding, lifeActIn } from '../kept/erase-thread.js';
import type { KeptEntry } from '../kept/kept-entry.js';
import type { ThreadIntent } from '../thread-intent.js';

/** Somebody asked for the key of the moment. */
interface Request {
  readonly requestId: string;
  readonly author: NonNullable<KeptEntry['author']>;
}

/**
 * What a device has to do about keys once it has read a log to its end (protocol.md, section 4.5): ask for the key of
 * this moment while it has none, take a leaf as a further device of a member, and give the key to devices of persons in
 * the thread that asked and have not been answered. A closed thread takes in neither question nor key. `newRequestId`
 * names what it asks.
 */
export function keyDuties(
  view: ThreadView,
  entries: readonly KeptEntry[],
  newRequestId: () => string,
): readonly ThreadIntent[] {
  const { place, members, self, group } = view;
  if (place === null || view.isVoid || entries.some(isClosing)) return [];
  const open = openRequests(entries);
  if (findEpoch(view, place)?.epochKey == null) return askingDuty(view, open, newRequestId);
  if (members === null || members.left.includes(self.personId)) return [];
  return group === null ? leafDuty(view) : givingDuties(members, open);
}

/** Whether a key is still to be asked for or given in this log: nobody else has answered meanwhile, and it is open. */
export function isOwed(
  view: ThreadView,
  entries: readonly KeptEntry[],
  wanted: Extract<ThreadIntent, { act: 'ask' | 'give' }>,
): boolean {
  const duties = keyDuties(view, entries, () => wanted.requestId);
  return duties.some((duty) => duty.act === wanted.act && duty.requestId === wanted.requestId);
}

function askingDuty(
  view: ThreadView,
  open: readonly Request[],
  newRequestId: () => string,
): readonly ThreadIntent[] {
  const { members, self } = view;
  const isAsked = open.some(({ author }) => author.deviceId === self.deviceId);
  const mayAsk = members === null || isIn(members, self.personId);
  if (isAsked || !mayAsk) return [];
  const reason = view.devices.has(self.deviceId) ? 'grant-missing' : 'new-device';
  return [{ act: 'ask', requestId: newRequestId(), reason }];
}

function leafDuty({ members, self }: ThreadView): readonly ThreadIntent[] {
  const isMember = members?.state.members.some(({ personId }) => personId === self.personId);
  return isMember === true ? [{ act: 'commit', commit: { act: 'device' } }] : [];
}

function givingDuties(members: ThreadMembers, open: readonly Request[]): readonly ThreadIntent[] {
  const withLeaf = new Set(members.leaves.map(({ deviceId }) => deviceId));
  return open
    .filter(({ author }) => !withLeaf.has(author.deviceId) && isIn(members, author.personId))
    .map(({ requestId, author: { personId } }) => ({
      act: 'give',
      requestId,
      toPersonId: personId,
    }));
}

/**
 * Requests that no later entry answers: of each device the newest, because the key that is given is the one of the
 * moment. Whoever asks again and again makes nobody write more than one grant for it.
 */
function openRequests(entries: readonly KeptEntry[]): readonly Request[] {
  const open = new Map<string, Request>();
  for (const { effect, author } of entries) {
    const { effect: type, statement } = effect;
    const { requestId } = isJsonObject(statement) ? statement : {};
    if (typeof requestId !== 'string') continue;
    if (type === 'access-requested' && author !== null) {
      open.set(author.deviceId, { requestId, author });
    }
    if (type !== 'granted') continue;
    for (const [deviceId, asked] of open) if (asked.requestId === requestId) open.delete(deviceId);
  }
  return [...open.values()];
}

function isIn({ state }: ThreadMembers, personId: PersonId): boolean {
  return [...state.members, ...state.invitations].some((one) => one.personId === personId);
}

/** No act opens a thread again (protocol.md, section 10.2). */
function isClosing(entry: KeptEntry): boolean {
  return lifeActIn(entry) === 'close' || isShredding(entry);
}
