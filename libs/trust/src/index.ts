export { statesOfFact } from './statements/fact-bodies.js';
export {
  CLAIM_POLL_LIFE_MS,
  INVITATION_LIFE_MS,
  parseClaimPoll,
  parseInvitation,
  parseReentry,
  REENTRY_LIFE_MS,
  verifyClaim,
  verifyClaimPoll,
  verifyContactCard,
  verifyInvitation,
  verifyPersonCard,
  verifyReentry,
  type Claim,
  type ClaimPoll,
  type Invitation,
  type Reentry,
  type SignedInvitation,
} from './ceremony/ceremony.js';
export {
  parseDevicePoll,
  verifyDeviceAcceptance,
  verifyDeviceOffer,
  verifyDevicePoll,
  type DeviceAcceptance,
  type DeviceOffer,
  type Said,
} from './ceremony/device-link.js';
export {
  deviceCommitment,
  deviceDigits,
  deviceKeysHash,
  deviceTranscript,
  formatDeviceRequest,
  isCommittedNonce,
  readDeviceRequest,
  type DeviceRequestText,
} from './codes/device-request.js';
export {
  publicSince,
  verifyDevice,
  verifyPerson,
  withQuorumCheckpoint,
  type Moment,
  type VerifiedDevice,
  type VerifiedPerson,
} from './chain.js';
export { isBeaconSignedBy } from './threads/beacon-signature.js';
export {
  deviceOfKey,
  isApprovalSignedBy,
  readApproval,
  signApproval,
  verifyApproval,
  type ApprovedAct,
  type ReadApproval,
  type VerifiedApproval,
} from './threads/approval.js';
export {
  isSealSignedBy,
  readCustodySeal,
  sealCommitment,
  signCustodySeal,
  type CustodyStatement,
  type ReadSeal,
} from './custody/custody-seal.js';
export {
  acceptCustodyTransfer,
  isTransferSignedBy,
  linkHash,
  readCustodyTransfer,
  signCustodyTransfer,
  transferCommitment,
  type CustodyTransfer,
  type ReadTransfer,
} from './custody/custody-transfer.js';
export {
  verifyCustodyChain,
  type CustodyChain,
  type ProvenChain,
  type ProvenTransfer,
  type TransferReceipt,
} from './custody/custody-chain.js';
export type { CustodyEvent } from './custody/custody-event.js';
export {
  verifyCustodyReceipt,
  type CustodyReceipt,
  type ProvenCustody,
} from './custody/custody-receipt.js';
export { isEntrySignedBy } from './threads/entry-signature.js';
export { CARD_SALT_BYTES, cardHash, verifyCard } from './card.js';
export type { EvidenceCrypto } from './evidence/request-proof.js';
export {
  EVIDENCE_LIMITS,
  EVIDENCE_NAME,
  logNameOf,
  timestampName,
} from './evidence/bundle-names.js';
export type {
  BundleLog,
  BundleOrigin,
  BundleProblem,
  BundleReport,
  ProblemKind,
  ProvenEvent,
  SectionState,
} from './evidence/bundle-report.js';
export {
  parseManifest,
  scopeExcludes,
  type EvidenceManifest,
  type EvidenceScope,
} from './evidence/evidence-manifest.js';
export { recordedDevice, type RecordedDevice } from './evidence/recorded-device.js';
export type { EvidenceStatement } from './evidence/statement-line.js';
export { verifyBundle, type EvidenceTrust } from './evidence/verify-bundle.js';
export { writeBundle, type BundleContent } from './evidence/write-bundle.js';
export { keyFingerprint, keyId, statementId, type KeyId, type StatementId } from './fingerprint.js';
export {
  append,
  apply,
  applySeenRevocation,
  findStatement,
  replay,
  type Skipped,
} from './fold/apply.js';
export { DEFAULT_POLICY, officeAt, policyOf, type PolicyTerms } from './fold/authority-rules.js';
export {
  currentOf,
  emptyDirectory,
  memberStates,
  quorumSize,
  slotOf,
  whileNewest,
  type Accepted,
  type Authority,
  type Directory,
  type Fork,
  type QuorumCheckpoint,
  type SignerKey,
} from './fold/directory.js';
export { deviceStands } from './fold/standing.js';
export { isTrustedHere } from './fold/root-rules.js';
export {
  formatInvitation,
  formatReentry,
  InvitationMalformed,
  invitationCodeHash,
  readInvitation,
  readReentry,
  reentryCodeHash,
  type InvitationText,
  type ReentryText,
} from './codes/invitation.js';
export {
  authenticatorRef,
  passkeyChallenge,
  recoveryChallenge,
  registrationChallenge,
  stepUpChallenge,
} from './codes/passkey.js';
export {
  assertReleaseEvent,
  formatReleaseEvidence,
  RELEASE_EVIDENCE_LIMIT_BYTES,
  verifyReleaseEvidence,
  type LoggedRelease,
  type ReleaseEvidence,
} from './release/release-evidence.js';
export type { YearTurnEvidence } from './release/release-years.js';
export {
  findReleaseKey,
  readWebRelease,
  releaseIdOf,
  signWebRelease,
  verifyWebRelease,
  type VerifiedWebRelease,
  type WebRelease,
} from './release/web-release.js';
export { SIGNING_LABELS, type SigningLabel } from './labels.js';
export { SENSITIVE_ROLES } from './roles.js';
export { claimCheckDigits, safetyNumber, type SafetySubject } from './codes/safety-number.js';
export {
  addSignature,
  publicKeyOf,
  signObject,
  type ForeignSigner,
  type Seed,
} from './sign-object.js';
export {
  isSignedBy,
  parseSignedObject,
  SIGNED_OBJECT_LIMITS,
  type ObjectSignature,
  type SignedObject,
} from './signed-object.js';
export {
  formatLossTarget,
  isLostHead,
  readLossTarget,
  verifyLossStatement,
  type LossTarget,
  type VerifiedLoss,
} from './losses/loss-statement.js';
export { verifyBreakGlass, verifyStateSigners, type BreakGlass } from './state-signatures.js';
export { cryptoReady, label, sodium } from './sodium.js';
export {
  formatLogCopy,
  parseLogCopy,
  type CopiedStatement,
  type LogCopy,
} from './statements/log-copy.js';
export { cosignStatement, signStatement, signStatementBy } from './statements/sign-statement.js';
export {
  parseBody,
  parseStatement,
  STATEMENT_KINDS,
  subjectOf,
  type BodyOf,
  type Contact,
  type DeviceCert,
  type Office,
  type PersonCert,
  type RegistrarCert,
  type Revocation,
  type Statement,
  type StatementBody,
  type StatementType,
  type StatePolicy,
  type StateRoot,
} from './statements/statement.js';
export { ChainRefused, StatementRefused, TrustStoreRefused } from './trust-error.js';
export {
  formatFingerprint,
  parseTrustStore,
  TRUST_STORE_LIMIT_BYTES,
  trustStoreFingerprint,
  type TrustStore,
} from './trust-store/trust-store.js';
export { verifyTrustStoreChange } from './trust-store/trust-store-change.js';
export { clockState, witnessTime, type ClockState } from './trust-store/witness-time.js';
export { VaultHeadRefused } from './vault/vault-error.js';
export {
  assertVaultContents,
  signVaultHead,
  vaultEntry,
  verifyVaultHead,
  type VaultEntry,
  type VaultHead,
} from './vault/vault-head.js';
