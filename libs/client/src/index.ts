export {
  claimDigits,
  claimInvitation,
  enrolClaimedDevice,
  pollClaim,
  signClaimedDevice,
  type ClaimedInvitation,
  type ClaimKeys,
} from './ceremony/claim.js';
export {
  DirectoryRefused,
  type DirectoryAlert,
  type DirectoryAlertKind,
} from './directory/directory-alert.js';
export { type DirectoryCheckpoint } from './directory/log-checkpoint.js';
export { DirectoryReplica, type DirectorySource } from './directory/replica.js';
export { type LogEntry } from './directory/statement-log.js';
export { RETRY_DELAY_MS, retryDelayMs } from './retry-delay.js';
export { serverProblem, ServerProblem, UNKNOWN_PROBLEM } from './server-problem.js';
export { DeviceCounter } from './session/device-counter.js';
export { softwareProofKey, type ProofKey } from './session/proof-key.js';
export { Session, type Proving, type SessionParts } from './session/session.js';
export { signIn, type OpenedSession, type SigningDevice } from './session/sign-in.js';
export { type LocalStore } from './store/local-store.js';
export { SealedStore, StoreDamaged } from './store/sealed-store.js';
export { AnswerMalformed, OriginMalformed, ServerUnreachable } from './transport/client-error.js';
export {
  grantedBody,
  HttpTransport,
  wireRequest,
  type Answer,
  type ClientRequest,
  type WireRequest,
} from './transport/http-transport.js';
