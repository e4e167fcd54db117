import type { StateCode, ThreadRole } from '@enlace/contracts';
import { termEndMs, type ThreadMembers, type ThreadView } from '@enlace/e2ee';
import {
  formatInstant,
  isJsonObject,
  type CaseId,
  type DeviceId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import type { LocalStore } from '../store/local-store.js';
import { endingOf, lifeActIn } from './kept/erase-thread.js';
import type { KeptEntry } from './kept/kept-entry.js';
import type { ThreadReading } from './reading.js';

/** A thread as the list shows it. */
export interface ListedThread {
  readonly threadId: ThreadId;
  readonly caseId: CaseId | null;
  /** Newest title by a steward, as far as it was read here. */
  readonly title: string | null;
  /** `unread`: this device has read nothing of it yet. */
  readonly standing: ThreadRole | 'invited' | 'former' | 'unread';
  readonly readSeq: number;
  /** Where the log ends, by the word of the server; 0 when it lists the thread no more. */
  readonly seq: number;
  /** Acts that wait to be sent. */
  readonly waiting: number;
}

/** Everything that this device holds of a thread, as it stood when its log was read last. */
export interface HeldThread {
  readonly listed: Omit<ListedThread, 'seq'>;
  readonly reading: ThreadReading;
  /** Nobody where no key of the thread has come. */
  readonly members: readonly ShownMember[];
  /** Whose people may come. */
  readonly states: readonly StateCode[];
  /** `null` where no key of the thread has come. */
  readonly life: ShownLife | null;
}

/** What verified acts have made of a thread. */
export interface ShownLife {
  /** `destroyed`: nothing of its content is here any more. */
  readonly status: 'open' | 'closed' | 'destroyed';
  /** Nothing of it is erased. */
  readonly isHeld: boolean;
  /** When its term ends. */
  readonly keptUntil: string;
}

/** Somebody in a thread, as verified commits say. */
export interface ShownMember {
  readonly personId: PersonId;
  readonly state: string | null;
  readonly role: ThreadRole;
  readonly standing: 'member' | 'invited' | 'leaving';
  /** Devices with a leaf. */
  readonly devices: readonly DeviceId[];
  /** Of an invitation. */
  readonly expiresAt?: string;
}

/** What this device knows of a thread. */
export function listedOf(
  view: ThreadView | null,
  entries: readonly KeptEntry[],
): Omit<ListedThread, 'threadId' | 'seq' | 'waiting'> {
  if (view === null) return { caseId: null, title: null, standing: 'unread', readSeq: 0 };
  const { members, head } = view;
  return {
    caseId: members?.state.caseId ?? null,
    title: titleOf(entries, members),
    standing: standingOf(view),
    readSeq: head.seq,
  };
}

/** Everybody in a thread and whoever is invited. */
export function membersIn(
  { state, leaves, left }: ThreadMembers,
  stateOf: (personId: PersonId) => string | null,
): readonly ShownMember[] {
  const members = state.members.map(({ personId, role }) => ({
    personId,
    state: stateOf(personId),
    role,
    standing: left.includes(personId) ? ('leaving' as const) : ('member' as const),
    devices: leaves.filter((leaf) => leaf.personId === personId).map(({ deviceId }) => deviceId),
  }));
  const invited = state.invitations.map(({ personId, role, expiresAt }) => ({
    personId,
    state: stateOf(personId),
    role,
    standing: 'invited' as const,
    devices: [],
    expiresAt,
  }));
  return [...members, ...invited];
}

/** What became of a thread, by what this device has read of it. */
export async function lifeOf(
  view: ThreadView | null,
  entries: readonly KeptEntry[],
  store: LocalStore,
): Promise<ShownLife | null> {
  const endMs = view === null ? null : termEndMs(view);
  if (view === null || endMs === null) return null;
  const ended = await endingOf(store, view.threadId);
  const isClosed = entries.some((entry) => lifeActIn(entry) === 'close');
  return {
    status: ended?.isConfirmed === true ? 'destroyed' : isClosed ? 'closed' : 'open',
    isHeld: view.life.isHeld,
    keptUntil: formatInstant(endMs),
  };
}

function standingOf({ members, self }: ThreadView): ListedThread['standing'] {
  if (members === null) return 'invited';
  const own = members.state.members.find(({ personId }) => personId === self.personId);
  if (own !== undefined) return members.left.includes(self.personId) ? 'former' : own.role;
  const isInvited = members.state.invitations.some(({ personId }) => personId === self.personId);
  return isInvited ? 'invited' : 'former';
}

/** The newest title by whoever is a steward wins. */
function titleOf(entries: readonly KeptEntry[], members: ThreadMembers | null): string | null {
  const stewards = new Set(
    (members?.state.members ?? []).flatMap(({ personId, role }) =>
      role === 'steward' ? [personId] : [],
    ),
  );
  const titles = entries.flatMap(({ author, effect }) => {
    const { content } = effect;
    const isMeta = isJsonObject(content) && content['type'] === 'thread.meta';
    const isBySteward = author !== null && stewards.has(author.personId);
    return isMeta && isBySteward && typeof content['title'] === 'string' ? [content['title']] : [];
  });
  return titles.at(-1) ?? null;
}
