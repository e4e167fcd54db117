import type { DeviceId, PersonId } from '@enlace/kernel';

import type { StateCode } from '../../states.js';
import type { CommitShape } from '../commit/commit-facts.js';

/** What the log and the directory say, as of the place of the commit in the log: the same for everybody. */
export interface ThreadFacts {
  /** The State of a person who may take part in threads; `null` for anybody else. */
  stateOf(personId: PersonId): StateCode | null;
  /** Devices of the person that have a leaf before the commit. */
  leavesOf(personId: PersonId): readonly DeviceId[];
  /** The log has an entry `leave` of the person since the membership began. */
  hasLeft(personId: PersonId): boolean;
  isRevoked(id: DeviceId | PersonId): boolean;
  /** The leaf of the device is older than `THREAD_LIMITS.staleLeafDays`. */
  isStale(deviceId: DeviceId): boolean;
}

/** The commit around the changes. */
export interface CommitAct {
  readonly author: { readonly deviceId: DeviceId; readonly personId: PersonId };
  readonly shape: CommitShape;
  /** Devices whose leaves the commit removes. */
  readonly removed: readonly DeviceId[];
  /** When the server accepted it, Unix milliseconds: in the chain, so the same for everybody. */
  readonly acceptedAtMs: number;
}
