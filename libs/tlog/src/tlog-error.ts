import { DomainError } from '@enlace/kernel';

/**
 * Everything this library throws on purpose. `malformed`: the input has not the form its format demands, nothing was
 * compared. `integrity`: the form is right, and a hash, proof, signature or policy says no; that is evidence, keep it.
 */
export abstract class TlogError extends DomainError {}

/** The constructor of one fault, for the readers that several formats share. */
export type Fault = new (message: string, options?: { readonly cause?: unknown }) => TlogError;

export class SizeOutOfRange extends TlogError {
  override readonly code = 'tlog.size-out-of-range';
  override readonly kind = 'malformed';
}

export class IndexOutOfRange extends TlogError {
  override readonly code = 'tlog.index-out-of-range';
  override readonly kind = 'malformed';
}

export class HashLength extends TlogError {
  override readonly code = 'tlog.hash-length';
  override readonly kind = 'malformed';
}

/** A proof with fewer or more hashes than its index and sizes call for. */
export class ProofLength extends TlogError {
  override readonly code = 'tlog.proof-length';
  override readonly kind = 'integrity';
}

export class RootMismatch extends TlogError {
  override readonly code = 'tlog.root-mismatch';
  override readonly kind = 'integrity';
}

/** A tree of size 0 whose root is not the hash of nothing, or a proof asked of it. */
export class EmptyTree extends TlogError {
  override readonly code = 'tlog.empty-tree';
  override readonly kind = 'integrity';
}

export class TilePathMalformed extends TlogError {
  override readonly code = 'tlog.tile-path';
  override readonly kind = 'malformed';
}

export class TileShort extends TlogError {
  override readonly code = 'tlog.tile-short';
  override readonly kind = 'integrity';
}

export class BundleMalformed extends TlogError {
  override readonly code = 'tlog.bundle-malformed';
  override readonly kind = 'malformed';
}

export class NoteMalformed extends TlogError {
  override readonly code = 'tlog.note-malformed';
  override readonly kind = 'malformed';
}

/** A signature said to be of a known key that this key did not make: the whole note is refused. */
export class NoteSignature extends TlogError {
  override readonly code = 'tlog.note-signature';
  override readonly kind = 'integrity';
}

/** No signature of a key that had to sign. */
export class NoteUnsigned extends TlogError {
  override readonly code = 'tlog.note-unsigned';
  override readonly kind = 'integrity';
}

export class VkeyMalformed extends TlogError {
  override readonly code = 'tlog.vkey-malformed';
  override readonly kind = 'malformed';
}

export class CheckpointMalformed extends TlogError {
  override readonly code = 'tlog.checkpoint-malformed';
  override readonly kind = 'malformed';
}

export class OriginMismatch extends TlogError {
  override readonly code = 'tlog.origin-mismatch';
  override readonly kind = 'integrity';
}

export class PolicyMalformed extends TlogError {
  override readonly code = 'tlog.policy-malformed';
  override readonly kind = 'malformed';
}

/** Proven, but by fewer witnesses than the policy demands. */
export class QuorumUnmet extends TlogError {
  override readonly code = 'tlog.quorum-unmet';
  override readonly kind = 'integrity';
}

/** Two heads of one log with equal size and different roots. */
export class SplitView extends TlogError {
  override readonly code = 'tlog.split-view';
  override readonly kind = 'integrity';
}

/** A head smaller than one that was already verified. */
export class RolledBack extends TlogError {
  override readonly code = 'tlog.rolled-back';
  override readonly kind = 'integrity';
}

/** Entries of a log that are not those whose root was signed. */
export class LogDiverged extends TlogError {
  override readonly code = 'tlog.log-diverged';
  override readonly kind = 'integrity';
}

export class ProofMalformed extends TlogError {
  override readonly code = 'tlog.proof-malformed';
  override readonly kind = 'malformed';
}

export class WitnessRequestMalformed extends TlogError {
  override readonly code = 'tlog.witness-request-malformed';
  override readonly kind = 'malformed';
}

export class LeafMalformed extends TlogError {
  override readonly code = 'tlog.leaf-malformed';
  override readonly kind = 'malformed';
}

/** Digests or a section that are not what the leaf committed to. */
export class CommitmentMismatch extends TlogError {
  override readonly code = 'tlog.commitment-mismatch';
  override readonly kind = 'integrity';
}

export class ReceiptMalformed extends TlogError {
  override readonly code = 'tlog.receipt-malformed';
  override readonly kind = 'malformed';
}

export class ReceiptSignature extends TlogError {
  override readonly code = 'tlog.receipt-signature';
  override readonly kind = 'integrity';
}

/** A bundle, or a line of it, that has not the form of evidence. */
export class EvidenceMalformed extends TlogError {
  override readonly code = 'tlog.evidence-malformed';
  override readonly kind = 'malformed';
}

/** Something that a bundle of evidence says and that does not hold; `facts.rule` names what. */
export class EvidenceRefused extends TlogError {
  override readonly code = 'tlog.evidence-refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the evidence does not hold: ${rule}`, { ...options, facts: { rule } });
  }
}

/** What is shown as the end or the beginning of a log is not what stands there, or leads elsewhere. */
export class TurnRefused extends TlogError {
  override readonly code = 'tlog.turn-refused';
  override readonly kind = 'integrity';
}
