import type { EntryHeader, EntryKind } from '@enlace/contracts';
import type { DeviceId, EntryId, PersonId } from '@enlace/kernel';

import type { EpochKey, GroupState } from '../../mls/group-state.js';
import type { GroupPort } from '../../mls/group-port.js';
import { EntryWaits } from '../alerts.js';
import type { DirectoryView } from '../view/directory-view.js';

/** What the store keeps of each entry that was taken, besides the entry. */
export interface PastEntry {
  /** The chain after it. */
  readonly chain: Uint8Array;
  /** `null` for what could not be read. */
  readonly kind: EntryKind | null;
  /** `null` where the author could not be told. */
  readonly personId: PersonId | null;
}

/**
 * A commit of ours that was stored before it was sent: the same bytes are sent until it is known what became of them.
 * Met in the log, it is applied and never processed; beaten by another one, it is dropped.
 */
export interface PendingGroup {
  readonly entryHash: Uint8Array;
  readonly epochKey: EpochKey;
  readonly group: GroupState;
}

/** All that the judging of an entry asks beside the view. Functions answer from the store, or fetch. */
export interface ReceiveGround {
  readonly port: GroupPort;
  readonly directory: DirectoryView;
  /** Opens grants to this device. */
  readonly kemSeed: Uint8Array;
  readonly pending: PendingGroup | null;
  /**
   * Whether the directory showed the device as revoked when the log was read to its end before: nothing that came
   * after is taken from it, whatever time the server gives it.
   */
  readonly wasRevoked: (deviceId: DeviceId) => boolean;
  /** A range that was given as history is read, apart from the thread: own commits in it are followed like others. */
  readonly isHistory?: boolean;
  /** What was taken at a sequence after the start; `null` for every other. */
  readonly entryAt: (seq: number) => Promise<PastEntry | null>;
  /** Whether an entry with this id of this device was taken, and where. */
  readonly findEntry: (deviceId: DeviceId, entryId: EntryId) => Promise<number | null>;
  /** A blob of the thread, compared with its name by who fetched it and again here; `null` while it is not here. */
  readonly blobOf: (hash: Uint8Array) => Promise<Uint8Array | null>;
}

/** An entry of the log, before anything of it is believed. */
export interface LogItem {
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly entry: Uint8Array | ErasedParts;
}

/** An entry whose body was erased: `by` names the entry that allows it, or the end of the term. */
export interface ErasedParts {
  readonly headerBytes: Uint8Array;
  readonly commitment: Uint8Array;
  readonly bodyHash: Uint8Array;
  readonly signature: Uint8Array;
  readonly by: number | 'retention';
}

/** The author of an entry, whose chain and signature were checked. */
export interface Author {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  readonly signKey: Uint8Array;
}

/** A clear or sealed entry at its place, authentic. */
export interface Placed {
  readonly header: EntryHeader;
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly hash: Uint8Array;
  readonly author: Author;
}

export async function blobNamed(ground: ReceiveGround, hash: Uint8Array): Promise<Uint8Array> {
  const blob = await ground.blobOf(hash);
  if (blob === null) throw new EntryWaits({ kind: 'blob', hash });
  return blob;
}
