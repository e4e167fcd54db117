import type { NoteSigner, TreeHead } from '@enlace/tlog';

/** That a log which lost entries may go on in another one, and how. */
export interface LossRuling {
  /** The head up to which entries were promised: what the log does not hold of them is lost. */
  readonly lost: TreeHead;
  /** The log that goes on. */
  readonly signer: NoteSigner;
  readonly reason: string;
  /** What says so, signed; shown to everybody beside the log that goes on. */
  readonly wire: string;
}

/** Who may let a halted stream go on. The mechanism decides nothing about it. */
export abstract class LossRulings {
  /** `null` while nobody has, or while this node has not the key that was named. */
  abstract find(origin: string): Promise<LossRuling | null>;
}
