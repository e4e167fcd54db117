import type { Action } from '@enlace/contracts';
import type { Directory, VerifiedDevice } from '@enlace/trust';

import type { RedactionGround } from './deeds.js';
import type { Past, PastRange } from './history.js';
import type { LockedThread } from './locked-thread.js';
import type { Asking } from './thread-about.js';

/** What entries of a batch are judged by besides the thread. */
export interface BatchGround {
  readonly device: VerifiedDevice;
  readonly directory: Directory;
  readonly nowMs: number;
  /** By the hexadecimal text of their hash. */
  readonly blobs: ReadonlyMap<string, KeptBlob>;
  /** The chain at each sequence that the entries say they had seen, as far as the log had it. */
  readonly chains: ReadonlyMap<number, Uint8Array>;
  readonly pastOf: (range: PastRange) => Promise<Past>;
  readonly redactable: (targets: readonly number[]) => Promise<RedactionGround>;
  /** Those of the nonces, hexadecimal, that approvals before had. */
  readonly usedApprovals: (nonces: readonly string[]) => Promise<readonly string[]>;
  /** Throws what the policy refuses. */
  readonly assertMay: (actions: readonly Action[], now: LockedThread, asking?: Asking) => void;
}

/** A blob that an entry names, and whether one before it has named it. */
export interface KeptBlob {
  readonly bytes: Uint8Array;
  readonly isNamed: boolean;
}
