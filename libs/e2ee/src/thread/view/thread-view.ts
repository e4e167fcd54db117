import { chainStart, type ChainHead, type ThreadState } from '@enlace/contracts';
import type { DeviceId, PersonId, ThreadId } from '@enlace/kernel';

import type { EpochKey, GroupState } from '../../mls/group-state.js';

/** A device in the tree, as verified commits say. */
export interface MemberLeaf {
  readonly leaf: number;
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  /** Acceptance of the last commit of the device, Unix milliseconds; `null` before this reader's start. */
  readonly updatedMs: number | null;
}

/** Who is in the thread at the cursor. */
export interface ThreadMembers {
  readonly state: ThreadState;
  /** By ascending leaf. */
  readonly leaves: readonly MemberLeaf[];
  /** Members who have left and whom no commit has removed. */
  readonly left: readonly PersonId[];
  /** From this sequence on the reader knows all of it; what was before, such as who had left, it may not know. */
  readonly sinceSeq: number;
}

/** An epoch that the log shows, and its key if it came here. */
export interface KnownEpoch {
  readonly incarnation: number;
  readonly epoch: number;
  /** Stated by the commit or genesis that began it. */
  readonly epochKeyId: Uint8Array;
  readonly epochKey: EpochKey | null;
}

/** The last entry of a device in the thread. */
export interface DevicePlace {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** What the newest commit or genesis says of the package of its epoch. */
export interface StatedPackage {
  readonly packageHash: Uint8Array;
  readonly stateHash: Uint8Array;
  readonly author: DeviceId;
}

/** What verified acts have made of the life of a thread, as far as the reader was shown them. */
export interface ThreadLife {
  /** Nothing is erased. */
  readonly isHeld: boolean;
  /** `null` while the policy says how long the thread is kept. */
  readonly retainUntilMs: number | null;
  /** Nonces of the approvals that counted: each counts once. */
  readonly approvals: readonly string[];
}

/** Who wrote before the reader knew the members, to be confirmed when it does. */
export interface UnconfirmedAuthor {
  readonly personId: PersonId;
  readonly incarnation: number;
  readonly epoch: number;
  readonly seq: number;
}

/**
 * A thread as one device knows it up to a place in its log: a value, which `receiveEntry` takes to the next one. The
 * owner stores it whole with each entry, in one transaction, before anything is shown; `group` goes through
 * `GroupPort.serialise`, keys are sealed by the store.
 */
export interface ThreadView {
  readonly threadId: ThreadId;
  readonly self: { readonly deviceId: DeviceId; readonly personId: PersonId };
  /** The last sequence that this reader is not shown; 0 for who reads from the genesis on. */
  readonly startSeq: number;
  /** The chain at the start; before a later one the server's word. */
  readonly startChain: Uint8Array;
  /** The cursor. Before the first entry of a later start its chain is the server's word; the first later entry of
   * another member confirms it. */
  readonly head: ChainHead;
  /** The epoch at the cursor; `null` before the first entry of a later start. */
  readonly place: { readonly incarnation: number; readonly epoch: number } | null;
  /** By `epochName`. */
  readonly epochs: ReadonlyMap<string, KnownEpoch>;
  readonly devices: ReadonlyMap<DeviceId, DevicePlace>;
  /** Epochs that hold an entry for named recipients alone (EN3), by `epochName`: never given as history. */
  readonly named: ReadonlySet<string>;
  /** `null` until a reader who starts later has opened a package: see `anchorView`. */
  readonly members: ThreadMembers | null;
  /** `null` without a leaf: invited, removed, or before the rejoin after a new incarnation. */
  readonly group: GroupState | null;
  readonly package: StatedPackage | null;
  readonly unconfirmed: readonly UnconfirmedAuthor[];
  /** Members who were removed while the reader did not know the members, and the last epoch that they were in. */
  readonly gone: ReadonlyMap<PersonId, number>;
  /** Sequences that were shown erased, by what is said to allow it: a later entry, or 0 for the end of the term. */
  readonly erasures: ReadonlyMap<number, readonly number[]>;
  readonly life: ThreadLife;
  /** Hashes of the newest entries of a later format: whose they are, the next entry of their author tells. */
  readonly unread: readonly Uint8Array[];
  /** A void commit stands at the end of the valid ones: nothing is sent until a new incarnation. */
  readonly isVoid: boolean;
}

/** Where a reader begins: before the genesis, or before the entry from which on it may read. */
export interface ReadingStart {
  readonly threadId: ThreadId;
  readonly self: ThreadView['self'];
  /** The chain before the first entry, as the server says; left out before the genesis. */
  readonly before?: { readonly seq: number; readonly chain: Uint8Array };
  /** The last entry of this device before it, if it was in the thread then: its own sequence goes on. */
  readonly own?: DevicePlace;
}

/** The view of a reader who has read nothing. */
export function startReading({ threadId, self, before, own }: ReadingStart): ThreadView {
  const isWhole = before === undefined || before.seq === 0;
  return {
    threadId,
    self,
    startSeq: before?.seq ?? 0,
    startChain: isWhole ? chainStart(threadId).chain : before.chain,
    head: isWhole ? chainStart(threadId) : { ...before, acceptedAtMs: 0 },
    place: null,
    epochs: new Map(),
    named: new Set(),
    devices: new Map(own === undefined ? [] : [[self.deviceId, own]]),
    members: null,
    group: null,
    package: null,
    unconfirmed: [],
    gone: new Map(),
    erasures: new Map(),
    life: { isHeld: false, retainUntilMs: null, approvals: [] },
    unread: [],
    isVoid: false,
  };
}

/** What `ThreadView.epochs` is keyed by. */
export function epochName({
  incarnation,
  epoch,
}: Pick<KnownEpoch, 'incarnation' | 'epoch'>): string {
  return `${incarnation}/${epoch}`;
}

export function findEpoch(
  { epochs }: Pick<ThreadView, 'epochs'>,
  place: Pick<KnownEpoch, 'incarnation' | 'epoch'>,
): KnownEpoch | null {
  return epochs.get(epochName(place)) ?? null;
}

export function withEpoch({ epochs }: Pick<ThreadView, 'epochs'>, known: KnownEpoch) {
  return new Map([...epochs, [epochName(known), known]]);
}

/** Persons in the thread, open invitees included: whom an entry for named recipients names. */
export function personsOf({ state }: ThreadMembers): ReadonlySet<PersonId> {
  return new Set([...state.members, ...state.invitations].map(({ personId }) => personId));
}

/** Whether a commit took the author out in that epoch or later: then the author had been in until then. */
export function wasRemovedAfter(
  { personId, epoch }: UnconfirmedAuthor,
  { gone }: Pick<ThreadView, 'gone'>,
): boolean {
  return epoch <= (gone.get(personId) ?? -1);
}
