import type { CommitContext, CommitFacts, SuiteName } from '@enlace/contracts';
import type { DeviceId, PersonId, ThreadId } from '@enlace/kernel';

import type {
  CredentialCheck,
  EpochKey,
  FreshGroup,
  GroupState,
  RosterLeaf,
} from './group-state.js';

/** What a device needs to be in a group. The seed is its signing key: the caller keeps it. */
export interface DeviceSecrets {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  readonly signSeed: Uint8Array;
}

/** What the entry around a commit says, and what must be true after it. */
export interface ExpectedCommit {
  /** Of the header: the author, and the epoch that ends. */
  readonly deviceId: DeviceId;
  readonly epoch: number;
  readonly context: CommitContext;
  /** Of the statement: the public name of the new epoch's key. */
  readonly epochKeyId: Uint8Array;
  /** The devices with a leaf after the changes of the statement. */
  readonly devices: ReadonlySet<DeviceId>;
}

/** What the joiner knows from the log about the group that a package describes. */
export interface ExpectedGroup {
  readonly threadId: ThreadId;
  readonly incarnation: number;
  readonly epoch: number;
  readonly suite: SuiteName;
  /** The device whose commit began the epoch: it signed the package. */
  readonly author: DeviceId;
  /** Members of the thread's state; a leaf of anybody else makes the package void. */
  readonly persons: ReadonlySet<PersonId>;
}

/** A commit of ours that the server has not accepted yet. It is dropped, or its `next` becomes the state. */
export interface PendingCommit {
  readonly commit: Uint8Array;
  readonly next: FreshGroup;
  readonly newEpoch: number;
}

/** What a commit of somebody else led to; after `removed` the device has no part in later epochs. */
export type CommitOutcome =
  { readonly kind: 'epoch'; readonly next: FreshGroup } | { readonly kind: 'removed' };

/**
 * Continuous group key agreement in the profile of protocol.md, section 3.3, over MLS. All methods refuse with a
 * `GroupError` and change nothing then: a state that was given stays usable, and no method changes one in place. One
 * call at a time for each thread; `cryptoReady()` comes before the first.
 */
export interface GroupPort {
  /** A group of one device, epoch 0. */
  create(input: {
    readonly threadId: ThreadId;
    readonly incarnation: number;
    readonly suite: SuiteName;
    readonly device: DeviceSecrets;
    readonly auth: CredentialCheck;
  }): Promise<FreshGroup>;
  /**
   * The devices of a group that a GroupInfo describes, checked against what the reader knows from the log, as before a
   * join; nobody joins. Whether its signature and tree hold, the library verifies when somebody does.
   */
  rosterOf(input: {
    readonly groupInfo: Uint8Array;
    readonly device: DeviceSecrets;
    readonly expected: ExpectedGroup;
    readonly auth: CredentialCheck;
  }): Promise<readonly RosterLeaf[]>;
  /** The same state under another check of leaves: certificates are judged as of the entry in hand. */
  judgedBy(state: GroupState, auth: CredentialCheck): GroupState;
  /** What a commit says, without a state. Throws for every other spelling of the same values too. */
  inspect(commit: Uint8Array): CommitFacts;
  /** New keys for the own leaf, and a new epoch. */
  update(state: GroupState, context: CommitContext): Promise<PendingCommit>;
  /** Removes 1 to 20 leaves of others. */
  remove(
    state: GroupState,
    leaves: readonly number[],
    context: CommitContext,
  ): Promise<PendingCommit>;
  /**
   * Takes a leaf by External Commit. `replacesOwnLeaf` when the device has one in the group already, and only then: its
   * old leaf goes in the same commit.
   */
  joinExternal(input: {
    readonly groupInfo: Uint8Array;
    readonly device: DeviceSecrets;
    readonly replacesOwnLeaf: boolean;
    readonly expected: ExpectedGroup;
    readonly context: CommitContext;
    readonly auth: CredentialCheck;
  }): Promise<PendingCommit>;
  /** Applies a commit of somebody else that the log has. One's own pending commit is applied by its `next`. */
  process(state: GroupState, commit: Uint8Array, expected: ExpectedCommit): Promise<CommitOutcome>;
  /** The key of the epoch, once; the state that it returns cannot give it again. */
  exportSecret(
    fresh: FreshGroup,
  ): Promise<{ readonly epochKey: EpochKey; readonly state: GroupState }>;
  /** An `MLSMessage` of kind GroupInfo with the key to join by and the tree. Goes sealed into a package. */
  groupInfo(fresh: FreshGroup): Promise<Uint8Array>;
  /** Holds the signing key and the secrets of the epoch in clear: the store seals it. */
  serialise(state: GroupState): Uint8Array;
  restore(bytes: Uint8Array, auth: CredentialCheck): GroupState;
}
