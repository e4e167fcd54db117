import type { LeafIdentity, SuiteName } from '@enlace/contracts';
import type { Branded, ThreadId } from '@enlace/kernel';

import { GroupError } from './group-error.js';
import type { ClientState } from './library.js';

/**
 * What the directory says of a leaf: a device certified for this person with this key; the same, but revoked since; or
 * neither. A revoked device may stand in a tree until somebody removes it, but it neither joins nor commits.
 */
export type CredentialVerdict = 'certified' | 'revoked' | 'refused';
/** Asked for each leaf, and cheap: it answers from the directory that the client holds. */
export type CredentialCheck = (leaf: LeafIdentity) => CredentialVerdict;

/** 32 bytes that all members of one epoch have, and nobody else. */
export type EpochKey = Branded<Uint8Array, 'EpochKey'>;

/** A device in the tree. */
export interface RosterLeaf extends LeafIdentity {
  readonly leaf: number;
}

/** What everybody may know of a group. */
export interface GroupView {
  readonly threadId: ThreadId;
  readonly incarnation: number;
  readonly epoch: number;
  readonly suite: SuiteName;
  readonly ownLeaf: number;
  /** By ascending leaf. */
  readonly roster: readonly RosterLeaf[];
}

/** What the port holds of a group. It stays inside this folder. */
export interface HeldGroup {
  readonly view: GroupView;
  readonly state: ClientState;
  readonly auth: CredentialCheck;
  /** The public name of the epoch's key, by which the next one is told to differ. */
  readonly epochKeyId: Uint8Array;
}

/** A group whose epoch key was taken out: it may be written down. A value; nothing changes it. */
export class GroupState {
  // Tells the two classes apart for the compiler: a fresh group is no state, and cannot be serialised.
  private readonly kind = 'state';

  constructor(readonly view: GroupView) {}
}

/** A group at the start of an epoch, whose key is still inside. There is no way to write it down. */
export class FreshGroup {
  private readonly kind = 'fresh';

  constructor(readonly view: GroupView) {}
}

// Keyed by the handle, so that nothing secret is printed, cloned or written by whoever has the handle.
const groups = new WeakMap<GroupState | FreshGroup, HeldGroup>();
const keys = new WeakMap<FreshGroup, EpochKey>();

export function holdState(group: HeldGroup): GroupState {
  const state = new GroupState(group.view);
  groups.set(state, group);
  return state;
}

export function holdFresh(group: HeldGroup, epochKey: EpochKey): FreshGroup {
  const fresh = new FreshGroup(group.view);
  groups.set(fresh, group);
  keys.set(fresh, epochKey);
  return fresh;
}

export function heldBy(handle: GroupState | FreshGroup): HeldGroup {
  const group = groups.get(handle);
  if (group === undefined) throw new GroupError('group.malformed', 'not a group of this port');
  return group;
}

/** The same of a state alone: what the compiler says is said again where a caller has no compiler. */
export function heldByState(state: GroupState): HeldGroup {
  if (!(state instanceof GroupState)) throw new GroupError('group.malformed', 'not a state');
  return heldBy(state);
}

/** The key of a fresh group, the first time. Throws `group.already-exported` after. */
export function takeKey(fresh: FreshGroup): EpochKey {
  const key = keys.get(fresh);
  if (key === undefined) {
    throw new GroupError('group.already-exported', 'the key of an epoch is taken once');
  }
  keys.delete(fresh);
  return key;
}
