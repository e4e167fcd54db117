import { REGIONAL_AUTHORITY } from '../states.js';
import type { Context, PolicyObject, RuleId, Subject } from './policy-model.js';
import { isAllowedMixture } from './roles.js';
import type { Action } from './table.js';

/** Acts by which content leaves a thread. */
const LEAVING: ReadonlySet<Action> = new Set<Action>([
  'thread.export',
  'entry.disclose',
  'request.export',
  'thread.grant-history',
]);

/** Acts that destroy or shorten what a hold keeps. */
const DESTROYING: ReadonlySet<Action> = new Set<Action>([
  'thread.retain',
  'thread.shred',
  'entry.redact-own',
  'entry.redact-others',
  'audit.erase',
  'card.erase',
]);

/** Acts that read one sealed thing: what is for named recipients is for nobody else. */
const READING: ReadonlySet<Action> = new Set<Action>(['attachment.ticket', 'attachment.transfer']);

/** What a session of recovery may do: fetch the vault, read the directory, certify the new device, sign out. */
const RECOVERY: ReadonlySet<Action> = new Set<Action>([
  'vault.read',
  'directory.read',
  'device.enrol',
  'session.end',
]);

/** Whether a session of recovery may ask for this at all; the door and the policy ask the same list. */
export function isAllowedInRecovery(action: string): boolean {
  const allowed: ReadonlySet<string> = RECOVERY;
  return allowed.has(action);
}

/** Acts that write into a case or thread; a closed one takes none of them. */
const WRITING: ReadonlySet<Action> = new Set<Action>([
  'case.update',
  'case.close',
  'case.add-member',
  'case.add-state',
  'thread.create',
  'thread.close',
  'thread.invite',
  'thread.join',
  'thread.widen-states',
  'entry.stage',
  'entry.append',
  'attachment.upload',
  'attachment.seal',
  'request.create',
  'request.edit',
  'request.share',
]);

/** What may still be done with a thread whose content was destroyed: what is left is read, and says why. */
const AFTER_SHREDDING: ReadonlySet<Action> = new Set<Action>([
  'thread.list',
  'thread.heads',
  'thread.leave',
  'entry.fetch',
]);

/** One access question, whole. */
export interface Question {
  readonly subject: Subject;
  readonly action: Action;
  readonly object: PolicyObject;
  readonly context: Context;
}

type Denial = readonly [RuleId, (question: Question) => boolean];

const DENIALS: readonly Denial[] = [
  ['D-001', ({ subject }) => !isAllowedMixture(subject.roles)],
  [
    'D-002',
    ({ subject, object }) =>
      subject.state === REGIONAL_AUTHORITY && object.membership !== undefined,
  ],
  ['D-003', ({ action, object }) => object.handling === 'EN3' && LEAVING.has(action)],
  ['D-004', ({ action, object }) => object.hold && DESTROYING.has(action)],
  [
    'D-005',
    ({ action, context }) => context.risk.includes('handling-mismatch') && LEAVING.has(action),
  ],
  ['D-006', ({ subject, action }) => subject.acr === 'recovery' && !isAllowedInRecovery(action)],
  ['D-007', ({ subject, action, object }) => READING.has(action) && !isNamed(subject, object)],
  ['S-001', ({ action, object }) => object.state === 'closed' && WRITING.has(action)],
  ['S-002', ({ action, object }) => action === 'case.reopen' && object.state !== 'closed'],
  [
    'S-003',
    ({ action, object }) =>
      object.type === 'thread' && object.state === 'shredded' && !AFTER_SHREDDING.has(action),
  ],
];

/** Steps 1 and 2: what is denied to everybody, whatever the table says. The first one wins; null when none applies. */
export function explicitDenial(question: Question): RuleId | null {
  return DENIALS.find(([, applies]) => applies(question))?.[0] ?? null;
}

function isNamed(subject: Subject, { handling, named }: PolicyObject): boolean {
  return handling !== 'EN3' || named === undefined || named.includes(subject.personId);
}
