import type { Action } from '@enlace/contracts';

/**
 * What the database cannot say by itself, with the reason. `where`: the test that asks the rows in another way, or
 * attacks what takes their place; null where nothing asks for the action yet, so that there is nothing to lead astray.
 */
interface WithoutRow {
  readonly actions: readonly Action[];
  readonly reason: string;
  readonly where: string | null;
}

export const WITHOUT_ROW: readonly WithoutRow[] = [
  {
    actions: ['audit.search', 'audit.view', 'audit.proofs', 'audit.mirror', 'audit.own-events'],
    reason:
      'read by the role of auditors, which has policies of its own; the application reads no event',
    where: 'test/integration/platform/auditor-rows.spec.ts',
  },
  {
    actions: ['audit.integrity', 'audit.checkpoints', 'audit.tiles'],
    reason: 'the public part of the log, of numbers and hashes, which is for everybody',
    where: 'test/hostile/access/d03-bare-sql.spec.ts',
  },
  {
    actions: ['audit.own-receipts', 'audit.disputes'],
    reason: 'leave an event and no other row; who says it is read from the session',
    where: 'test/e2e/audit/own-record.spec.ts',
  },
  {
    actions: ['directory.search', 'person.consult'],
    reason: 'read what directory.read gives everybody who is signed in; what they add is the event',
    where: 'test/integration/directory/consultation.spec.ts',
  },
  {
    actions: ['directory.publish-institutions'],
    reason: 'makes a page of what everybody who is signed in may read',
    where: 'test/hostile/access/d20-answers.spec.ts',
  },
  {
    actions: [
      'thread.invite',
      'thread.withdraw-invitation',
      'thread.remove-member',
      'thread.change-role',
      'thread.new-incarnation',
      'thread.change-policy',
      'thread.widen-states',
    ],
    reason:
      'are in a signed commit: the rows know that a member commits, its members judge what it changes',
    where: 'test/hostile/access/threads.spec.ts',
  },
  {
    actions: ['thread.retain', 'thread.hold', 'thread.release', 'thread.shred', 'entry.redact-own'],
    reason: 'depend on approvals and on entries before, which stand in the rows of a lived log',
    where: 'test/hostile/threads/thread-lives.spec.ts',
  },
  {
    actions: ['case.reopen', 'case.place-hold', 'case.lift-hold'],
    reason: 'depend on how the case stands, and holds on approvals',
    where: 'test/hostile/access/case-lives.spec.ts',
  },
  {
    actions: ['case.report-up', 'case.statistics'],
    reason: 'reach as far as the liaison knows of the case, and counts without names',
    where: 'test/hostile/access/case-changes.spec.ts',
  },
  {
    actions: ['thread.grant-history'],
    reason: 'depends on what the giver could read of the log',
    where: 'test/hostile/threads/history-grants.spec.ts',
  },
  {
    actions: ['thread.signal'],
    reason: 'passes from socket to socket and leaves no row',
    where: 'test/hostile/delivery/events.spec.ts',
  },
  {
    actions: [
      'request.share',
      'request.edit',
      'request.withdraw',
      'opinion.request',
      'opinion.give',
      'request.freeze',
      'request.thaw',
      'request.export',
      'request.formalise',
      'request.set-received',
      'request.set-execution',
      'request.remind',
      'request.consult',
    ],
    reason: 'are steps of a machine, asked there of every status, State and role',
    where: 'test/hostile/access/requests.spec.ts',
  },
  {
    actions: [
      'thread.remind',
      'entry.disclose',
      'entry.raise-handling',
      'attachment.seal',
      'attachment.transfer',
      'setting.change',
      'log.resume',
      'ops.health',
      'ops.metrics',
      'ops.backup',
    ],
    reason: 'no right of the application changes a row for them',
    where: null,
  },
];
