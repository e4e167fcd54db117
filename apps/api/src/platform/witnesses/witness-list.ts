import type { StateCode } from '@enlace/contracts';
import type { VerifierKey } from '@enlace/tlog';

/** A witness as its State named it. */
export interface KnownWitness {
  /** Of its key, and of its lines below a checkpoint. */
  readonly name: string;
  readonly state: StateCode;
  readonly key: VerifierKey;
}

/**
 * Who the witnesses are. The mechanism believes nobody else's word for it: a feature reads it from signed
 * statements.
 */
export abstract class WitnessList {
  /** The newest key of each State, as committed; none where there is no directory yet. */
  abstract list(): Promise<readonly KnownWitness[]>;
}
