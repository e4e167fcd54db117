export { ContentMalformed, ContentNewer } from './content/content-error.js';
export { CONTENT_LIMITS } from './content/content-fields.js';
export { encodeContent, readContent, type Content, type ContentKind } from './content/content.js';
export {
  effectiveHandling,
  handlingNumber,
  handlingOf,
  isGrantable,
  type EffectiveHandling,
} from './content/handling.js';
export {
  encodeRecordSnapshot,
  encodeRecordUpdate,
  readRecordUpdate,
  type RecordId,
  type RecordSnapshot,
  type RecordUpdate,
} from './content/record-body.js';
export {
  foldRecord,
  type FoldedRecord,
  type RecordEntry,
  type RecordMark,
} from './records/fold-record.js';
export { derivationCommitment, type RecordSource } from './records/derivation.js';
export { RecordDocument } from './records/record-document.js';
export { RecordRefused, type RecordRule } from './records/record-error.js';
export { RECORD_LIMITS, type RecordSchema } from './records/record-schema.js';
export { AttachmentRefused, type AttachmentRule } from './attachments/attachment-error.js';
export type { AttachmentReference, SealedFile } from './attachments/attachment-reference.js';
export { sodiumHashing, type FileHashing, type RunningHash } from './attachments/file-hashes.js';
export { safeFileName } from './attachments/file-name.js';
export { openAttachment } from './attachments/open-attachment.js';
export type { ByteSink, ByteSource } from './attachments/part-reader.js';
export { sealAttachment } from './attachments/seal-attachment.js';
export { EnvelopeNotOpened, EnvelopeTooLarge } from './envelope/envelope-error.js';
export {
  openEntry,
  openWithEntryKey,
  sealEntry,
  signEntry,
  type EntryPlace,
  type SealingKeys,
} from './envelope/envelope.js';
export { entryKey, epochKeyId, type EpochPlace } from './envelope/epoch-keys.js';
export { GrantRefused, PackageRefused, type GrantRule } from './grants/grant-error.js';
export type { GrantRecipient } from './grants/grant-wrap.js';
export {
  openGrant,
  sealGrant,
  type ExpectedGrant,
  type GrantContent,
  type GrantedKey,
} from './grants/grant.js';
export {
  openPackage,
  sealPackage,
  type EpochPackage,
  type ExpectedPackage,
} from './grants/package.js';
export { GroupError, type GroupErrorCode } from './mls/group-error.js';
export type {
  CommitOutcome,
  DeviceSecrets,
  ExpectedCommit,
  ExpectedGroup,
  GroupPort,
  PendingCommit,
} from './mls/group-port.js';
export type {
  CredentialCheck,
  CredentialVerdict,
  EpochKey,
  FreshGroup,
  GroupState,
  GroupView,
  RosterLeaf,
} from './mls/group-state.js';
export { mlsPort } from './mls/mls-port.js';
export { cryptoReady } from './sodium.js';
export {
  PASSPHRASE_COST_MAXIMUM,
  PASSPHRASE_COST_MINIMUM,
  type PassphraseCost,
  type WrapKind,
} from '@enlace/contracts';
export { openFromDevice, sealForDevice } from './vault/device-box.js';
export { type WrapSecret } from './vault/key-encryption.js';
export {
  isSeedOf,
  openKeyFile,
  parseKeyFile,
  sealKeyFile,
  type KeyFile,
  type LockedKeyFile,
} from './vault/key-file.js';
export {
  openWithPassphrase,
  sealWithPassphrase,
  type PassphraseBoxOptions,
} from './vault/passphrase-box.js';
export {
  isSameRecoveryCode,
  newRecoveryCode,
  readRecoveryCode,
  type RecoveryCode,
} from './vault/recovery-code.js';
export { assertNotRolledBack, type KnownVault } from './vault/known-vault.js';
export {
  KeyFileMalformed,
  VaultMalformed,
  VaultNotOpened,
  VaultRolledBack,
} from './vault/vault-error.js';
export {
  EPOCHS_PER_ITEM,
  openVaultItem,
  sealVaultItem,
  shredHalfHash,
  VAULT_WRITE_LIMIT_BYTES,
  vaultItemId,
  type VaultItemName,
  type VaultItemPlace,
  type VaultItemRef,
} from './vault/vault-item.js';
export { describeWrap, openWrap, wrapRootKey, type WrapOptions } from './vault/wrap.js';
export {
  THREAD_ALERTS,
  type AlertResponse,
  type Need,
  type Reason,
  type ThreadAlert,
  type ThreadAlertKind,
} from './thread/alerts.js';
export {
  judgeBeacon,
  makeBeacon,
  withheldBy,
  type BeaconGround,
  type BeaconSays,
} from './thread/beacons.js';
export { giveKeys, type Giving, type GivingGround } from './thread/plan/give-keys.js';
export { makeCommit, type CommitMakeGround, type MadeCommit } from './thread/plan/make-commit.js';
export {
  makeEntries,
  sealingFault,
  type EntryDraft,
  type MadeEntry,
  type MakeGround,
} from './thread/plan/make-entries.js';
export {
  makeGenesis,
  makeIncarnation,
  type GenesisGround,
  type Opening,
  type Renewal,
} from './thread/plan/make-genesis.js';
export {
  planCommit,
  type CommitIntent,
  type CommitPlan,
  type PlanGround,
} from './thread/plan/plan-commit.js';
export { PlanRefused } from './thread/plan/plan-error.js';
export type { ItemPlace, OpenedItem, Received, ThreadEffect } from './thread/receive/effects.js';
export { isTermOver, termEndMs, unexplainedErasures } from './thread/life/erasures.js';
export type {
  ErasedParts,
  LogItem,
  PastEntry,
  PendingGroup,
  ReceiveGround,
} from './thread/receive/ground.js';
export { receiveEntry } from './thread/receive/receive.js';
export { anchorView, type AnchorGround } from './thread/view/anchor.js';
export {
  credentialCheckAt,
  type DirectoryView,
  type KnownDevice,
} from './thread/view/directory-view.js';
export { openGranted, openTaken, withLateKeys, type LateKeys } from './thread/view/late-keys.js';
export {
  epochName,
  findEpoch,
  startReading,
  type KnownEpoch,
  type MemberLeaf,
  type ReadingStart,
  type ThreadMembers,
  type ThreadLife,
  type ThreadView,
} from './thread/view/thread-view.js';
