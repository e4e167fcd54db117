/* oxlint-disable import/max-dependencies -- a list: one import a migration, and none ever goes away */
import type { Migration } from './migration.js';
import { guardMigration } from './0001-guard.js';
import { nodeHeartbeatsMigration } from './0002-node-heartbeats.js';
import { auditMigration } from './0003-audit.js';
import { directoryMigration } from './0004-directory.js';
import { enrolmentMigration } from './0005-enrolment.js';
import { sessionsMigration } from './0006-sessions.js';
import { standingMigration } from './0007-standing.js';
import { contactsMigration } from './0008-contacts.js';
import { passkeysMigration } from './0009-passkeys.js';
import { witnessesMigration } from './0010-witnesses.js';
import { reentryMigration } from './0011-reentry.js';
import { lastLooksMigration } from './0012-last-looks.js';
import { cardErasuresMigration } from './0013-card-erasures.js';
import { clientStatementsMigration } from './0014-client-statements.js';
import { manifestsMigration } from './0015-manifests.js';
import { settledProposalsMigration } from './0016-settled-proposals.js';
import { auditorReadsMigration } from './0017-auditor-reads.js';
import { vaultsMigration } from './0018-vaults.js';
import { auditExportsMigration } from './0019-audit-exports.js';
import { logTurnsMigration } from './0020-log-turns.js';
import { breakGlassMigration } from './0021-breakglass.js';
import { alertsMigration } from './0022-alerts.js';
import { erasuresMigration } from './0023-erasures.js';
import { settledInvitationsMigration } from './0024-settled-invitations.js';
import { erasuresConcernMigration } from './0025-erasures-concern.js';
import { recordOversightMigration } from './0026-record-oversight.js';
import { deviceLinksMigration } from './0027-device-links.js';
import { concernedUnderSessionMigration } from './0028-concerned-under-session.js';
import { openedSectionsMigration } from './0029-opened-sections.js';
import { threadsMigration } from './0030-threads.js';
import { openedPlacesMigration } from './0031-opened-places.js';
import { entriesAsTheySayMigration } from './0032-entries-as-they-say.js';
import { historyGrantsMigration } from './0033-history-grants.js';
import { continuedLogsMigration } from './0034-continued-logs.js';
import { deliveriesMigration } from './0035-deliveries.js';
import { threadLivesMigration } from './0036-thread-lives.js';
import { webReleasesMigration } from './0037-web-releases.js';
import { threadTermsMigration } from './0038-thread-terms.js';
import { requestsMigration } from './0039-requests.js';
import { attachmentsMigration } from './0040-attachments.js';
import { erasedFilesMigration } from './0041-erased-files.js';
import { caseLivesMigration } from './0042-case-lives.js';
import { actsOfRolesMigration } from './0043-acts-of-roles.js';
import { rolesOfMembersMigration } from './0044-roles-of-members.js';
import { orderOfWritingMigration } from './0045-order-of-writing.js';
import { watchedCasesMigration } from './0046-watched-cases.js';
import { recoveryHasNoRoleMigration } from './0047-recovery-has-no-role.js';
import { whereInCasesMigration } from './0048-where-in-cases.js';
import { rolesAskedOnceMigration } from './0049-roles-asked-once.js';
import { factsOfStatesMigration } from './0050-facts-of-states.js';
import { refilledDirectoryMigration } from './0051-refilled-directory.js';
import { caseMembersMigration } from './0052-case-members.js';
import { threadsOfTheirCaseMigration } from './0053-threads-of-their-case.js';
import { closedCasesMigration } from './0054-closed-cases.js';
import { endedSessionsMigration } from './0055-ended-sessions.js';

/**
 * All migrations in their order. A released one is never edited: the start-up check compares its hash with the
 * history.
 */
export const MIGRATIONS: readonly Migration[] = [
  guardMigration,
  nodeHeartbeatsMigration,
  auditMigration,
  directoryMigration,
  enrolmentMigration,
  sessionsMigration,
  standingMigration,
  contactsMigration,
  passkeysMigration,
  witnessesMigration,
  reentryMigration,
  lastLooksMigration,
  cardErasuresMigration,
  clientStatementsMigration,
  manifestsMigration,
  settledProposalsMigration,
  auditorReadsMigration,
  vaultsMigration,
  auditExportsMigration,
  logTurnsMigration,
  breakGlassMigration,
  alertsMigration,
  erasuresMigration,
  settledInvitationsMigration,
  erasuresConcernMigration,
  recordOversightMigration,
  deviceLinksMigration,
  concernedUnderSessionMigration,
  openedSectionsMigration,
  threadsMigration,
  openedPlacesMigration,
  entriesAsTheySayMigration,
  historyGrantsMigration,
  continuedLogsMigration,
  deliveriesMigration,
  threadLivesMigration,
  webReleasesMigration,
  threadTermsMigration,
  requestsMigration,
  attachmentsMigration,
  erasedFilesMigration,
  caseLivesMigration,
  actsOfRolesMigration,
  rolesOfMembersMigration,
  orderOfWritingMigration,
  watchedCasesMigration,
  recoveryHasNoRoleMigration,
  whereInCasesMigration,
  rolesAskedOnceMigration,
  factsOfStatesMigration,
  refilledDirectoryMigration,
  caseMembersMigration,
  threadsOfTheirCaseMigration,
  closedCasesMigration,
  endedSessionsMigration,
];
