export { AuditExports, type WantedExport } from './audit/evidence/audit-exports.js';
export {
  findAsked,
  keepAsked,
  listAsked,
  type AskedExport,
} from './audit/evidence/asked-exports.js';
export { believedPolicy } from './audit/evidence/believed-policy.js';
export { takeExport, type ExportGrounds } from './audit/evidence/taken-export.js';
export { readLosses } from './audit/stated-losses.js';
export { auditTrustOf, type AuditTrust } from './audit/audit-trust.js';
export {
  ClientStatements,
  signStated,
  type ClientStated,
  type StatementPorts,
} from './audit/stated/client-statements.js';
export { KeptReceipts } from './audit/receipts/kept-receipts.js';
export { LogHeads } from './audit/log-heads.js';
export { EventProofs, type EventStanding, type RecordSource } from './audit/event-proofs.js';
export {
  AuditQuestions,
  readIntegrity,
  type CommittedEvent,
  type EventsPage,
} from './audit/reading/shown-events.js';
export type { ViewAnswer } from './audit/reading/view-answers.js';
export { listAlerts, moveAlert, type AlertMove } from './audit/reading/alerts.js';
export { listOwnEvents } from './audit/reading/own-events.js';
export {
  findCustody,
  recordSeal,
  recordTransfer,
  type CustodyName,
} from './custody/custody-record.js';
export {
  custodyIn,
  type CustodyOffer,
  type ThreadCustody,
  type ThreadTransfer,
} from './custody/thread-custody.js';
export {
  ReceiptChecks,
  type Dispute,
  type ReceiptReport,
} from './audit/receipts/receipt-checks.js';
export {
  addCaseMember,
  changeCase,
  countCases,
  removeCaseMember,
  removeStateFromCase,
  reportCase,
} from './cases/case-changes.js';
export {
  approveHolding,
  closeCase,
  reopenCase,
  setCaseHold,
  type CaseHolding,
} from './cases/case-lives.js';
export {
  addStateToCase,
  listCases,
  newCaseId,
  openCase,
  showCase,
  type CaseOpening,
} from './cases/cases.js';
export { openCaseOnce } from './cases/open-once.js';
export {
  changeItems,
  heldItems,
  newItemId,
  type HeldItems,
  type ItemChange,
} from './case-records/case-records.js';
export { ITEM_LIST_LIMITS, type Item, type ItemList } from './case-records/item-list.js';
export { ROUTE, STAGE_ROLES, type Stage } from './case-records/route.js';
export { TASKS, type Task } from './case-records/tasks.js';
export { activatePerson } from './ceremony/activate.js';
export {
  completeOffice,
  draftOffice,
  submitStatement,
  type OfficeContent,
} from './ceremony/authority.js';
export { confirmFact, draftFact, type FactContent } from './directory/confirm-fact.js';
export { confirmedFactsOf } from './directory/confirmed-facts.js';
export { handInRelease } from './releases/release.js';
export {
  carryInSession,
  carryWhileFounding,
  type Carrier,
  type CeremonyAct,
} from './ceremony/carrier.js';
export { CeremonyRefused } from './ceremony/ceremony-refused.js';
export { certifyPerson } from './ceremony/certify.js';
export {
  claimDigits,
  askForPasskeys,
  claimInvitation,
  claimWithPasskeys,
  enrolClaimedDevice,
  pollClaim,
  signClaim,
  signClaimedDevice,
  type ClaimedInvitation,
  type ClaimKeys,
} from './ceremony/claim.js';
export {
  approveContact,
  confirmContact,
  proposeContact,
  rejectContact,
  type ContactCardBody,
  type ContactContent,
  type Speaker,
} from './ceremony/contact.js';
export {
  approveInvitation,
  cancelInvitation,
  proposeInvitation,
  type Invited,
  type PersonCardBody,
  type ProposedInvitation,
} from './ceremony/invite.js';
export {
  listInvitations,
  readOpenInvitation,
  type InvitationContent,
  type OpenInvitation,
} from './ceremony/open-invitation.js';
export { handInCertificate, revokeOwnDevice, type DeviceOwner } from './ceremony/own-devices.js';
export { listPeople, readPersonCards, type ListedPerson } from './ceremony/people.js';
export { type Registrar } from './ceremony/registrar.js';
export {
  completeNextCertificate,
  draftNextCertificate,
  handInRegistrarRevocation,
  revokeDeviceOf,
  revokePerson,
  unfreezePerson,
  type CertificateChange,
  type DraftedCertificate,
  type InformedRegistrar,
} from './ceremony/standing.js';
export {
  DirectoryRefused,
  type DirectoryAlert,
  type DirectoryAlertKind,
} from './directory/directory-alert.js';
export { directoryOf } from './directory/http-source.js';
export { type DirectoryCheckpoint } from './directory/log-checkpoint.js';
export { verifyOwnChain, type OwnChain, type OwnDevice } from './directory/own-chain.js';
export { DirectoryReplica, type DirectorySource } from './directory/replica.js';
export { type LogEntry } from './directory/statement-log.js';
export { RETRY_DELAY_MS, retryDelayMs } from './retry-delay.js';
export { serverProblem, ServerProblem, UNKNOWN_PROBLEM } from './server-problem.js';
export { DeviceCounter } from './session/device-counter.js';
export { declarePurpose } from './session/declare-purpose.js';
export { platformProofKey, softwareProofKey, type ProofKey } from './session/proof-key.js';
export { isRefusalOfTheAct, Session, type Proving, type SessionParts } from './session/session.js';
export { UnconnectedSession } from './session/unconnected-session.js';
export {
  askToSignIn,
  readChallenge,
  signIn,
  signInWithPasskey,
  type OpenedSession,
  type SigningDevice,
  type SignInNumber,
} from './session/sign-in.js';
export { softwarePresence, type ShowPresence, type StepUpStatement } from './session/step-up.js';
export { type LocalStore, type StoreChange } from './store/local-store.js';
export { SealedStore, StoreDamaged } from './store/sealed-store.js';
export { AnswerMalformed, OriginMalformed, ServerUnreachable } from './transport/client-error.js';
export { cookieFetch } from './transport/cookie-fetch.js';
export {
  grantedBody,
  HttpTransport,
  NO_SESSION_YET,
  wireRequest,
  type Answer,
  type ClientRequest,
  type Fetch,
  type WireRequest,
} from './transport/http-transport.js';
export {
  fetchVault,
  type FetchedVault,
  type VaultParts,
  type VaultRollback,
} from './vault/fetch-vault.js';
export {
  personItems,
  readPersonItems,
  vaultSignKeys,
  type PersonItems,
} from './vault/person-items.js';
export { recordedVaultCounter } from './vault/recorded-counter.js';
export { limitTries, UNLOCK_LIMITS, type CountedTries } from './vault/unlock-tries.js';
export {
  makeVaultKeys,
  openRootKey,
  passkeySalts,
  type VaultKeys,
  type VaultMaking,
  type VaultWay,
} from './vault/vault-keys.js';
export { VaultIncomplete, type ListedName } from './vault/vault-names.js';
export { Vault, type VaultRevision } from './vault/vault.js';
export { approveReentry, proposeReentry, type ProposedReentry } from './ceremony/reentry.js';
export { recoverByCode, type ReturningDevice } from './session/recover.js';
export { DeviceApproval, type ApprovingDevice } from './device-link/approve-device.js';
export { type HandedOver } from './device-link/linked-device.js';
export { NewDeviceLink, type LinkStanding } from './device-link/new-device.js';
export { listContactProposals, type ContactProposal } from './directory/contact-proposals.js';
export { contactsOf, type OfficeContact } from './directory/contacts.js';
export { reachContact } from './directory/reach-contact.js';
export {
  type FilePorts,
  type FileProgress,
  type FileSpool,
  type FileTarget,
  type FileToSend,
  type Stretch,
  type TellProgress,
} from './threads/files/file-ports.js';
export {
  type ThreadFiles,
  type FileMessage,
  type SentFile,
  type WantedFile,
} from './threads/files/thread-files.js';
export { type Patience } from './threads/wire/deliver.js';
export { askForHeads } from './threads/wire/thread-wire.js';
export type { HeldThread, ListedThread, ShownMember } from './threads/shown-threads.js';
export { parseThreadBundle } from './threads/export/bundle-lines.js';
export {
  verifyThreadBundle,
  type BundleReport,
  type BundleRule,
} from './threads/export/verify-thread-bundle.js';
export { type ShownAlert, type ShownEntry, type ThreadReading } from './threads/reading.js';
export type { GivenHistory, HistoryGiving } from './threads/history/give-history.js';
export type { HistoryPlan, HistoryRange } from './threads/history/plan-history.js';
export { type ThreadPorts } from './threads/thread-ports.js';
export { type Dial, type Line, type LineListener } from './live/line.js';
export { socketDial } from './live/socket-line.js';
export { type LiveNews, type LivePorts, type LiveThreads } from './threads/live/live-threads.js';
export { type NewEntry } from './threads/live/thread-news.js';
export {
  approveLife,
  readLifeApproval,
  type ReadLifeApproval,
} from './threads/acts/change-life.js';
export type { LifeAct } from './threads/thread-intent.js';
export { halvesOf } from './threads/keys/thread-vault.js';
export { Threads, type MessageContent, type ThreadOpening } from './threads/threads.js';
export { type Acted } from './threads/thread-work.js';
export { RecordAbsent, ThreadRecord, type FrozenVersion } from './records/thread-record.js';
export type { AskedConsent } from './information/asked-consents.js';
export { Consents, type ConsentAnswer, type ConsentAsked } from './information/consents.js';
export { FOCAL_POINT_DUTY, focalPointsOf, type FocalPoint } from './information/focal-points.js';
export { Information, type Question, type Reply, type Telling } from './information/information.js';
export {
  askedIn,
  toldIn,
  type AskedInformation,
  type GivenAnswer,
  type ToldInformation,
} from './information/asked-information.js';
export { keepBeginning, settleBeginning } from './requests/beginning-request.js';
export { heldDrafts, heldRequests, type HeldRequest } from './requests/held-requests.js';
export { NOTHING_ASKED, readAsking, type OpinionAsked } from './requests/opinion-asked.js';
export { RequestOpinions, type ShownOpinion } from './requests/request-opinions.js';
export { RequestRecords, type LeftRequest } from './requests/request-records.js';
export { remindedRequests, type RemindedRequest } from './requests/request-reminders.js';
export { RequestSteps, type StepWords, type ToldStep } from './requests/request-steps.js';
export { RequestWaivers, type GivenWaiver } from './requests/request-waivers.js';
export {
  isDraft,
  leftIn,
  REQUEST_RECORD,
  requestIdIn,
  requestIn,
  type CheckedWith,
} from './requests/request-schema.js';
export {
  citedThreads,
  RequestSources,
  type CitedEntry,
} from './requests/sources/request-sources.js';
export type { SourceCard } from './requests/sources/source-card.js';
export {
  previewOf,
  RequestUnprotected,
  type CheckGround,
  type Preview,
} from './requests/share-request.js';
export {
  createRequest,
  listRequests,
  moveRequest,
  newRequestId,
  remindOfRequest,
  showRequest,
  type RequestStepAsked,
} from './requests/tracking.js';
