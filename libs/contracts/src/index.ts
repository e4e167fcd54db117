export * from './attachments/attachment-format.js';
export { ATTACHMENT_LIMITS } from './attachments/attachment-limits.js';
export * from './attachments/attachments.js';
export type { AuditEvent, AuditOutcome, AuditSubject, AuditWhy } from './audit/audit-event.js';
export { ALERT_STEPS, type Alert, type AlertStep } from './audit/oversight/alerts.js';
export { ERASURE_LIMITS, type Erasure } from './audit/oversight/erasures.js';
export { GRANT_LIMITS, type CaseGrant, type Disclosure } from './audit/oversight/grants.js';
export * from './audit/client-events.js';
export {
  RECEIPT_LIMITS,
  type KnownHead,
  type LogGrowth,
  type OwnEvent,
  type OwnEvents,
  type OwnReceipt,
  type OwnReceipts,
  type ShownSection,
} from './audit/reading/own-record.js';
export {
  expectedRecord,
  isRefusalTarget,
  REFUSAL_EVENTS,
  type ExpectedRecord,
} from './audit/expected-record.js';
export { ROUTE_EVENTS } from './audit/route-events.js';
export {
  AUDIT_EVENT_FIELDS,
  type AuditFields,
  type FieldKind,
  type FieldRule,
  type RecordableType,
} from './audit/event-fields.js';
export {
  auditEventTypes,
  isAuditEventType,
  type AuditEventType,
  type AuditObject,
} from './audit/event-types.js';
export {
  LOG_LIMITS,
  TICKET_HEADER,
  type LogSummary,
  type LogTurn,
  type MirrorGranted,
  type WitnessTokenIssued,
} from './audit/logs.js';
export {
  AUDIT_EXPORT_FORMATS,
  AUDIT_EXPORT_LIMITS,
  type AuditExport,
  type AuditExportFormat,
} from './audit/reading/exports.js';
export {
  AUDIT_SEARCH_LIMITS,
  type AuditEventFound,
  type AuditEventShown,
  type AuditEventsFound,
  type AuditReach,
  type AuditSectionName,
  type AuditSectionShown,
} from './audit/reading/searches.js';
export {
  AUDIT_VIEW_LIMITS,
  AUDIT_VIEWS,
  type AuditCell,
  type AuditIntegrity,
  type RecordOversight,
  type AuditPlotPoint,
  type AuditViewName,
  type AuditViewShown,
  type LogIntegrity,
  type ManifestReach,
  type WitnessAge,
} from './audit/reading/views.js';
export { RELEASE_FILES, type ReleaseStanding } from './releases/web-release.js';
export {
  BREAK_GLASS_REVIEW_MS,
  type BreakGlassAction,
  type BreakGlassEntry,
  type BreakGlassInvoked,
} from './breakglass/breakglass.js';
export { MANIFEST_LIMITS, type ManifestEvent, type ManifestPage } from './manifests/manifests.js';
export * from './cases/cases.js';
export {
  findOpinion,
  findRequestMove,
  isMoveOf,
  owesReason,
  REQUEST_STATUSES,
} from './requests/moves.js';
export { REQUEST_LIMITS, type RequestShown, type RequestsShown } from './requests/requests.js';
export type { DemoPersona } from './demo/demo-persona.js';
export {
  CONSULTATION_LIMITS,
  type CardErasure,
  type ContactFound,
  type ContactProposed,
  type ContactShown,
  type ContactsProposed,
  type Institution,
  type Institutions,
  type DirectoryFound,
  type PersonFound,
  type PersonProfile,
} from './directory/consultation.js';
export {
  DIRECTORY_LIMITS,
  type ContactStanding,
  type ContactStepName,
  type DirectoryChanged,
  type LoggedStatement,
  type PersonCard,
  type StatementAccepted,
} from './directory/directory.js';
export * as fields from './fields.js';
export type { DeploymentShown, HealthReport } from './health.js';
export {
  RATE_LIMITS,
  SESSION_LIMITS,
  SHARE_LIMITS,
  SIZE_LIMITS,
  TIME_LIMITS,
  type RateLimit,
  type RateLimitClass,
} from './limits.js';
export type {
  InvitationStanding,
  InvitationStepName,
  InvitationSummary,
} from './people/invitations.js';
export {
  DEVICE_LINK_LIMITS,
  DEVICE_LINK_PARTS,
  type DeviceLinkHeard,
  type DeviceLinkOffered,
  type DeviceLinkPart,
  type DeviceLinkShown,
  type DeviceLinkTaken,
} from './people/device-links.js';
export {
  PEOPLE_LIMITS,
  type DeviceSummary,
  type PersonSummary,
  type ReentryStanding,
} from './people/people.js';
export { rolesFor } from './policy/cells.js';
export { decide } from './policy/decide.js';
export { isAllowedInRecovery } from './policy/denials.js';
export {
  HANDLING_CODES,
  PURPOSES,
  type Approval,
  type Context,
  type Decision,
  type Handling,
  type Obligation,
  type PolicyObject,
  type Purpose,
  type RiskSign,
  type RuleId,
  type Subject,
} from './policy/policy-model.js';
export {
  AUDIT_SCOPES,
  isAllowedMixture,
  ROLES,
  TAKING_PART,
  type AuditScope,
  type Role,
} from './policy/roles.js';
export { hasSecondPerson } from './policy/second-person.js';
export { POLICY_TABLE, type Action } from './policy/table.js';
export { isProblemCode, PROBLEMS, type ProblemCode } from './problem-catalogue.js';
export { PROBLEM_MEDIA_TYPE, type Problem } from './problem.js';
export { RECEIPT_HEADER, ROUTES } from './routes.js';
export {
  PASSKEY_ALGORITHMS,
  PASSKEY_LIMITS,
  type PasskeyAssertion,
  type PasskeyOptions,
  type PasskeyProof,
  type PasskeyRegistration,
} from './sessions/passkey-wire.js';
export {
  NONCE_HEADER,
  PURPOSE_HEADER,
  SESSION_COOKIE,
  SIGN_IN_METHODS,
  STEP_UP_HEADER,
  type PurposeDeclared,
  type RecoveryStatement,
  type SessionOpened,
  type SessionSummary,
  type SignInChallenge,
  type SignInMethod,
  type SignInStatement,
  type SocketTicket,
  type StepUpGranted,
  type StepUpStatement,
} from './sessions/session-wire.js';
export {
  CLIENT_EVENTS,
  PROVE_EVENT,
  SERVER_EVENTS,
  SOCKET_METHOD,
  type SocketAnswer,
} from './socket.js';
export { REGIONAL_AUTHORITY, STATES, type State, type StateCode } from './states.js';
export {
  APPEND_RECEIPT_BYTES,
  APPEND_RECEIPT_LABEL,
  decodeAppendReceipt,
  receiptSignedBytes,
  type AppendReceipt,
} from './threads/append-receipt.js';
export {
  BEACON_BYTES,
  BEACON_LABEL,
  beaconSignedBytes,
  decodeBeacon,
  type Beacon,
} from './threads/beacon.js';
export { chainStart, nextChain, type ChainHead } from './threads/chain.js';
export { decodeClearBody, encodeClearBody, type ClearBody } from './threads/clear-body.js';
export {
  decodeCommitContext,
  encodeCommitContext,
  isSameContext,
  type CommitContext,
} from './threads/commit/commit-context.js';
export {
  decodeCommitFacts,
  readGroupId,
  type CommitFacts,
  type CommitShape,
} from './threads/commit/commit-facts.js';
export { CommitRefused } from './threads/commit/commit-refused.js';
export { GROUP_SUITES, isSuiteName, type SuiteName } from './threads/commit/group-suites.js';
export { decodeLeafIdentity, type LeafIdentity } from './threads/commit/path-leaf.js';
export {
  decodeEntryHeader,
  ENTRY_HEADER_BYTES,
  NewerEntry,
  type EntryHeader,
} from './threads/entry-header.js';
export {
  ENTRY_KINDS,
  findEntryKind,
  isSealedKind,
  type ClearKind,
  type EntryKind,
  type SealedKind,
} from './threads/entry-kinds.js';
export { EntryMalformed } from './threads/entry-malformed.js';
export {
  bodyHashOf,
  decodeEntry,
  decodeErasedEntry,
  readErasedForm,
  encodeEntry,
  ENTRY_LABEL,
  entryHash,
  entrySignedBytes,
  layOutHeader,
  type Entry,
  type ErasedEntry,
} from './threads/entry.js';
export { applyChanges } from './threads/state/apply-changes.js';
export type { Applied, ChangeRule } from './threads/state/change-rules.js';
export type { CommitAct, ThreadFacts } from './threads/state/commit-act.js';
export { firstState, nextIncarnation } from './threads/state/first-state.js';
export { changesHash, type ThreadChange } from './threads/state/thread-changes.js';
export type { ThreadRole } from './threads/state/thread-fields.js';
export type { ThreadPolicy } from './threads/state/thread-policy.js';
export {
  encodeThreadState,
  parseThreadState,
  threadStateHash,
  waitingPersons,
  type ThreadInvitation,
  type ThreadMember,
  type ThreadState,
} from './threads/state/thread-state.js';
export {
  decodeGrantBlob,
  decodeGrantRecipients,
  encodeGrantBlob,
  encodeGrantHead,
  type GrantBlob,
  type GrantRecipients,
  type GrantScope,
  type GrantWrap,
} from './threads/commit/grant-blob.js';
export { DELIVERY_LIMITS } from './threads/delivery-limits.js';
export { THREAD_LIMITS } from './threads/thread-limits.js';
export type {
  BeaconShown,
  EntriesReceived,
  EntriesSent,
  EntryPushed,
  SignalShown,
  ThreadShredded,
} from './threads/wire/delivery-wire.js';
export type {
  EntriesAppended,
  EntriesAppending,
  EntriesShown,
  ListedHead,
  PlacedEntry,
  PlacedErasure,
  ThreadListed,
  ThreadsListed,
  ShownEntry,
  ThreadHead,
  ThreadHeads,
  ThreadOpening,
} from './threads/wire/thread-wire.js';
export {
  encodeThreadStatement,
  parseThreadStatement,
  type ThreadStatement,
} from './threads/thread-statements.js';
export {
  assertCost,
  isOfPerson,
  parseItemHead,
  parseWrap,
  PASSPHRASE_COST_MAXIMUM,
  PASSPHRASE_COST_MINIMUM,
  VAULT_ITEM_OVERHEAD_BYTES,
  VAULT_ITEM_TYPES,
  VaultMalformed,
  WRAP_BYTES,
  WRAP_KINDS,
  type PassphraseCost,
  type VaultItemType,
  type WrapFields,
  type WrapKind,
} from './vault/vault-format.js';
export {
  VAULT_LIMITS,
  type VaultItemLine,
  type VaultItemShown,
  type VaultShown,
  type VaultWrite,
  type VaultWritten,
} from './vault/vault.js';
