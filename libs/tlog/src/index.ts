export {
  checkManifests,
  type ManifestClaim,
  type ManifestProblem,
  type ManifestReport,
  type ProvenErasure,
  type ShownEvent,
} from './audit/check-manifests.js';
export { isAfterLoss, originAfterLoss } from './audit/continued-origin.js';
export {
  verifyClosing,
  verifyOpening,
  type VerifiedClosing,
  type VerifiedOpening,
} from './audit/verify-turn.js';
export { verifyLog, type LogClaim, type LogSource, type VerifiedLog } from './audit/verify-log.js';
export {
  decodeDirectoryLeaf,
  digestWire,
  DIRECTORY_LEAF_BYTES,
  encodeDirectoryLeaf,
  type DirectoryLeaf,
} from './events/directory-leaf.js';
export {
  decodeLeaf,
  encodeLeaf,
  LEAF_BYTES,
  LEAF_KINDS,
  type AuditLeaf,
  type LeafKind,
} from './events/leaf.js';
export { ManifestBuilder, manifestHead, type ManifestRow } from './events/manifest.js';
export {
  issueReceipt,
  RECEIPT_BYTES,
  verifyReceipt,
  type VerifiedReceipt,
} from './events/receipt.js';
export {
  commitSections,
  digestSection,
  SALT_BYTES,
  SECTION_LIMIT_BYTES,
  SECTION_NAMES,
  verifyEvent,
  type SaltedSection,
  type SectionDigests,
  type SectionName,
  type VerifiedEvent,
} from './events/sections.js';
export {
  covers,
  formatErasedRange,
  readErasure,
  type ErasedRange,
  type Erasure,
} from './evidence/erased-range.js';
export {
  ABSENCES,
  EVENT_LINE_LIMIT_CHARACTERS,
  formatEventLine,
  parseEventLine,
  type Absence,
  type EvidenceEvent,
} from './evidence/event-line.js';
export { readStoredZip, type OpenedZip, type ZipLimits } from './evidence/stored-zip.js';
export {
  formatAddCheckpoint,
  parseAddCheckpoint,
  type AddCheckpoint,
} from './notes/add-checkpoint.js';
export {
  cosign,
  formatCheckpoint,
  formatVerifiedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type CheckpointKeys,
  type CheckpointText,
  type VerifiedCheckpoint,
} from './notes/checkpoint.js';
export {
  formatNote,
  NOTE_LIMITS,
  openNote,
  signNote,
  splitNote,
  type NoteParts,
  type NoteSigner,
  type VerifiedNote,
} from './notes/note.js';
export {
  parsePolicy,
  POLICY_LIMITS,
  type Policy,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
} from './notes/policy-file.js';
export {
  isQuorum,
  judgeCheckpoint,
  openWitnessedCheckpoint,
  type Cosigner,
  type JudgedCheckpoint,
  type WitnessedCheckpoint,
} from './notes/policy.js';
export {
  formatSignatureLine,
  type SignatureLine,
  type VerifiedSignature,
} from './notes/signature-line.js';
export {
  formatProof,
  parseProof,
  verifyProof,
  type ProofFile,
  type ProvenLeaf,
} from './notes/tlog-proof.js';
export {
  formatSkey,
  formatVkey,
  isSameKey,
  newVerifierKey,
  parseSkey,
  parseVkey,
  SIGNATURE_TYPES,
  type KeyParts,
  type SignatureType,
  type SigningKey,
  type VerifierKey,
} from './notes/vkey.js';
export {
  witnessStep,
  type WitnessAnswer,
  type WitnessedLog,
  type WitnessState,
} from './notes/witness-step.js';
export { formatEntryBundle, parseEntryBundle } from './tiles/entry-bundle.js';
export {
  hasTile,
  parseTilePath,
  tilePath,
  tilesOfSize,
  TILE_WIDTH,
  type HashTile,
  type LevelTiles,
  type TileAddress,
} from './tiles/tile-path.js';
export {
  edgeRoot,
  EMPTY_EDGE,
  extendTiles,
  openEdge,
  type ExtendedTree,
  type StoredTile,
  type TileReader,
  type TreeEdge,
} from './tiles/tree-edge.js';
export { VerifiedTiles } from './tiles/verified-tiles.js';
export type { Hasher, KeyCrypto, NoteCrypto, SignatureCheck, TlogCrypto } from './tlog-crypto.js';
export * from './tlog-error.js';
export {
  compareHeads,
  verifyConsistency,
  verifyGrowth,
  type ConsistencyClaim,
  type VerifiedConsistency,
  type VerifiedGrowth,
} from './tree/consistency.js';
export { emptyRoot, HASH_BYTES, hashLeaf, hashNode, type TreeHead } from './tree/hash.js';
export { verifyInclusion, type InclusionClaim, type VerifiedInclusion } from './tree/inclusion.js';
export { RootBuilder } from './tree/root-builder.js';
