import type { Cosigner, SectionName } from '@enlace/tlog';

/**
 * `malformed`: cannot be read. `integrity`: a hash, proof or signature says no, or nobody knows a key. `missing`: a
 * part is not there and nothing explains it. `split`: two heads of one log contradict each other. `quorum`: too few
 * witnesses. `roots`: proven under roots that nobody here vouches for. `loss`: proven in a log that goes on where
 * another one lost entries; what States signed of that is not in a bundle.
 */
export type ProblemKind =
  'malformed' | 'integrity' | 'missing' | 'split' | 'quorum' | 'roots' | 'loss';

export interface BundleProblem {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly file: string;
  readonly index: number | null;
  readonly detail: string;
}

/** One log of a bundle, as its one checkpoint says. */
export interface BundleLog {
  readonly name: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signed: boolean;
  readonly cosigners: readonly Cosigner[];
  readonly witnesses: number;
  readonly needed: number;
  readonly meetsQuorum: boolean;
}

/** Two heads that a log signed and that cannot both be true: what the region must see. */
export interface SplitEvidence {
  readonly origin: string;
  readonly size: number;
  readonly notes: readonly [Uint8Array, Uint8Array];
}

/** An event whose place and commitment hold, with the sections that are what was committed to. */
export interface ProvenEvent {
  readonly origin: string;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly occurredAtMs: number;
  readonly sections: Readonly<Partial<Record<SectionName, Uint8Array>>>;
  readonly states: Readonly<Record<SectionName, SectionState>>;
}
export type SectionState = 'shown' | 'erased' | 'withheld' | 'missing';

/** A token of a time-stamping authority, not opened here; the note is null where the bundle has no such checkpoint. */
export interface BundleTimestamp {
  readonly file: string;
  readonly note: Uint8Array | null;
  readonly token: Uint8Array;
}

/** What the manifest says of itself; `isSigned`: an auditor of that scope signed it, with that device. */
export interface BundleOrigin {
  readonly madeAt: string;
  readonly personId: string;
  readonly deviceId: string;
  readonly state: string;
  readonly scope: { readonly kind: string; readonly state: string; readonly filter: string };
  /** Until when it should be kept, as whoever made it says. */
  readonly expiresAt: string;
  readonly isSigned: boolean;
}

export interface BundleReport {
  /** Null where the manifest cannot be read. */
  readonly made: BundleOrigin | null;
  readonly logs: readonly BundleLog[];
  readonly events: { readonly proven: number; readonly failed: number };
  readonly sections: Readonly<Record<SectionState, number>>;
  /** Events that explain what is erased. */
  readonly erasures: number;
  readonly devices: {
    readonly proven: number;
    readonly unbound: number;
    readonly notApplicable: number;
  };
  readonly problems: readonly BundleProblem[];
  readonly splits: readonly SplitEvidence[];
  readonly timestamps: readonly BundleTimestamp[];
  /** What people read of a bundle is made of these alone. */
  readonly proven: readonly ProvenEvent[];
}

/** Collects what is wrong, so that nothing stops at the first fault. */
export class Problems {
  readonly found: BundleProblem[] = [];

  add(
    kind: ProblemKind,
    code: string,
    place: { readonly file: string; readonly index?: number; readonly detail?: string },
  ): void {
    const { file, index = null, detail = '' } = place;
    this.found.push({ kind, code, file, index, detail });
  }
}
