import type { ChainHead, SuiteName, State, ThreadState } from '@enlace/contracts';
import {
  formatInstant,
  type CaseId,
  type DeviceId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

const DAY_MS = 86_400_000;

/** A device in the tree of the group, as the commits in the log say; the members know it from the tree. */
export interface KnownLeaf {
  readonly leaf: number;
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  /** Of the last commit of the device, Unix milliseconds. */
  readonly updatedMs: number;
}

export type Standing = 'steward' | 'member' | 'invited';

/** Where the device of the session is in its own sequence; `seq` 0 before its first entry. */
export interface DevicePlace {
  readonly seq: number;
  readonly lastHash: Uint8Array;
}

/** A thread under the lock of its row, as the person of the session stands in it: all that an entry is judged by. */
export interface LockedThread {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly originator: State;
  /** Those of the policy. */
  readonly states: readonly State[];
  readonly suite: SuiteName;
  readonly status: 'open' | 'closed' | 'shredded';
  /** By a hold of its own or of its case: nothing is erased. */
  readonly isHeld: boolean;
  readonly hasOwnHold: boolean;
  readonly isCaseHeld: boolean;
  /** `null` while the policy of the thread says how long it is kept. */
  readonly retainUntil: string | null;
  readonly incarnation: number;
  readonly epoch: number;
  readonly head: ChainHead;
  readonly rosterVersion: number;
  readonly state: ThreadState;
  /** By ascending leaf. */
  readonly leaves: readonly KnownLeaf[];
  /** Members who have left and whom no commit has removed. */
  readonly left: readonly PersonId[];
  /** `null` once the person has left. */
  readonly standing: Standing | null;
  readonly device: DevicePlace;
}

/** Persons whom the next entry is for: members who have not left, and whoever is invited. Sorted. */
export function recipientsOf({
  state,
  left,
}: Pick<LockedThread, 'state' | 'left'>): readonly PersonId[] {
  const persons = [...state.members, ...state.invitations].map(({ personId }) => personId);
  return persons.filter((personId) => !left.includes(personId)).toSorted();
}

/** How each of them stands. */
export function standingsOf({
  state,
  left,
}: Pick<LockedThread, 'state' | 'left'>): readonly { personId: PersonId; standing: Standing }[] {
  const members = state.members
    .filter(({ personId }) => !left.includes(personId))
    .map(({ personId, role }) => ({ personId, standing: role }));
  const invited = state.invitations.map(({ personId }) => ({
    personId,
    standing: 'invited' as const,
  }));
  return [...members, ...invited];
}

/** The day on which the term of a thread ends, unless it is held. */
export function keptUntil({ retainUntil, state: { policy } }: LockedThread): string {
  const { openedAt, retentionDays } = policy;
  return retainUntil ?? formatInstant(Date.parse(openedAt) + retentionDays * DAY_MS);
}
