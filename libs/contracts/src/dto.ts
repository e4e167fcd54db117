import { Matches, MaxLength } from 'class-validator';

/** Path of a problem page: `/problems/<code>`. */
export class ProblemPageParams {
  @MaxLength(64)
  @Matches(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/)
  readonly code: string;
}

export {
  AttachmentParams,
  CompleteAttachmentRequest,
  ReserveAttachmentRequest,
} from './attachments/attachments.dto.js';
export {
  CLIENT_EVENT_FORMS,
  ClientEventsRequest,
  DisputeRequest,
  SignedClientEventInput,
  type ClientEventForm,
} from './audit/client-events.dto.js';
export { AlertsQuery, AlertTransitionRequest } from './audit/oversight/alerts.dto.js';
export { ErasureRequest } from './audit/oversight/erasures.dto.js';
export { CaseGrantRequest, DisclosureRequest } from './audit/oversight/grants.dto.js';
export { OwnEventsQuery, OwnReceiptsRequest } from './audit/reading/own-record.dto.js';
export { WebReleaseRequest } from './releases/web-release.dto.js';
export {
  BreakGlassParams,
  BreakGlassRequest,
  BreakGlassReviewRequest,
} from './breakglass/breakglass.dto.js';
export {
  CaseChangeRequest,
  CaseHoldRequest,
  CaseMemberParams,
  CaseMemberRequest,
  CasesQuery,
  CaseStateParams,
  CaseStateRequest,
  OpenCaseRequest,
} from './cases/cases.dto.js';
export { CardParams, DirectorySearchRequest } from './directory/consultation.dto.js';
export {
  AuditCheckpointParams,
  AuditTileParams,
  DirectoryCheckpointParams,
  DirectoryTileParams,
  LogParams,
  MirrorRequest,
  TimestampRequest,
  WitnessParams,
} from './audit/logs.dto.js';
export { AuditExportRequest } from './audit/reading/exports.dto.js';
export { AuditSearchRequest } from './audit/reading/searches.dto.js';
export { AuditViewParams, AuditViewQuery } from './audit/reading/views.dto.js';
export { ManifestsQuery } from './manifests/manifests.dto.js';
export {
  CardInput,
  CardsQuery,
  ProposeContactRequest,
  RejectContactRequest,
  StatementRequest,
  StatementsQuery,
} from './directory/directory.dto.js';
export {
  CreateRequestRequest,
  RequestReminderRequest,
  RequestsQuery,
  RequestStatusRequest,
} from './requests/requests.dto.js';
export { DeviceLinkPartRequest } from './people/device-links.dto.js';
export {
  CertifyDeviceRequest,
  ClaimedDeviceRequest,
  ClaimRequest,
  IdParams,
  PeopleQuery,
  ProposeInvitationRequest,
  RenewPersonRequest,
} from './people/people.dto.js';
export {
  PasskeyAssertionInput,
  PasskeyProofInput,
  PasskeyRegistrationInput,
} from './sessions/passkey.dto.js';
export {
  DeclarationRequest,
  OpenRecoveryRequest,
  OpenSessionRequest,
  RecoveryStatementForm,
  ReentryInput,
  SessionJwk,
  SignInStatementForm,
  StepUpRequest,
  StepUpStatementForm,
} from './sessions/session-requests.js';
export {
  AppendedItem,
  AppendEntriesRequest,
  BlobParams,
  EntriesQuery,
  EntryPagesQuery,
  EntryItem,
  OpenThreadRequest,
} from './threads/wire/threads.dto.js';
export {
  ConsultationRequest,
  ThreadExportRequest,
  ThreadsQuery,
} from './threads/wire/thread-acts.dto.js';
export {
  BeaconRequest,
  EntriesReceivedEvent,
  SendEntriesEvent,
  SignalEvent,
} from './threads/wire/delivery.dto.js';
export { PutVaultRequest, VaultItemParams } from './vault/vault.dto.js';
