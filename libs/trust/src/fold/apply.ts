import { isDomainError } from '@enlace/kernel';

import type { StatementId } from '../fingerprint.js';
import {
  parseStatement,
  subjectOf,
  type BodyOf,
  type Statement,
  type StatementType,
} from '../statements/statement.js';
import { StatementRefused } from '../trust-error.js';
import { logKeyRule, officeRule, registrarCertRule, rootAloneRule } from './authority-rules.js';
import {
  contactApprovalRule,
  contactConfirmationRule,
  contactRule,
  factConfirmationRule,
} from './contact-rules.js';
import { slotOf, type Accepted, type Directory, type Slot } from './directory.js';
import { deviceCertRule, personCertRule, revocationRule } from './people-rules.js';
import {
  activateRoot,
  authorityOf,
  cancelPending,
  rootReplacementRule,
  rootRotationRule,
  stateAdmissionRule,
  stateRemovalRule,
  stateRootRule,
} from './root-rules.js';
import type { Granted, Rule } from './rule.js';

const RULES: { readonly [Type in StatementType]: Rule<BodyOf<Type>> } = {
  'state-root': stateRootRule,
  'root-rotation': rootRotationRule,
  'root-replacement': rootReplacementRule,
  'state-policy': rootAloneRule,
  'registrar-cert': registrarCertRule,
  office: officeRule,
  'person-cert': personCertRule,
  'device-cert': deviceCertRule,
  revocation: revocationRule,
  contact: contactRule,
  'contact-approval': contactApprovalRule,
  'contact-confirmation': contactConfirmationRule,
  'witness-key': rootAloneRule,
  'state-admission': stateAdmissionRule,
  'state-removal': stateRemovalRule,
  'log-key': logKeyRule,
  'fact-confirmation': factConfirmationRule,
};

/** Types that speak before, or independently of, an admitted authority of their State. */
const WITHOUT_AUTHORITY: ReadonlySet<StatementType> = new Set<StatementType>([
  'state-root',
  'state-admission',
  'log-key',
]);

/**
 * The directory after one more statement, in log order. Throws `statement.refused` and leaves the given directory as it
 * was when a signature or a rule does not hold. A second body with an accepted serial is a fork: it is recorded, and
 * neither is used until the next serial. Indexes that go back are a programming error.
 */
export function apply(directory: Directory, statement: Statement, index: number): Directory {
  if (index < directory.size) throw new RangeError('statements are applied in log order');
  const { slot, before, twin } = standingOf(directory, statement);
  const granted = grant(directory, statement, { index, before });
  const accepted = { statement, index, signers: granted.signers };
  const next = { ...granted.directory, size: index + 1 };
  return twin === undefined
    ? accept(next, accepted, slot)
    : recordFork(directory, { next, accepted, twin, slot });
}

/** As `apply`, for the one who writes the log: a fork is refused as well. Throws `statement.refused`. */
export function append(directory: Directory, statement: Statement, index: number): Directory {
  const next = apply(directory, statement, index);
  if (next.forks.length > directory.forks.length) throw new StatementRefused('fork');
  return next;
}

/**
 * A revocation that reached this client ahead of the log, or instead of it. Its signature is enough: it counts when
 * seen. Throws `statement.refused`.
 */
export function applySeenRevocation(directory: Directory, statement: Statement): Directory {
  if (statement.type !== 'revocation') throw new StatementRefused('not-a-revocation');
  const { statements, seenRevocations } = directory;
  const isKnown =
    statements.get(statement.id) !== undefined || seenRevocations.get(statement.id) === true;
  if (isKnown) return directory;
  const granted = grant(directory, statement, { index: directory.size, before: null });
  return { ...granted.directory, seenRevocations: seenRevocations.with(statement.id, true) };
}

/** A statement of the log that a client skipped: somebody let rubbish in, which is the alert `UNCERTIFIED`. */
export interface Skipped {
  readonly index: number;
  readonly error: Error;
}

/** Folds a stretch of the log. What does not apply is skipped and told, so that rubbish never stops a client. */
export function replay(
  directory: Directory,
  entries: Iterable<{ readonly index: number; readonly wire: string }>,
): { readonly directory: Directory; readonly skipped: readonly Skipped[] } {
  const skipped: Skipped[] = [];
  let folded = directory;
  for (const { index, wire } of entries) {
    try {
      folded = apply(folded, parseStatement(wire), index);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      skipped.push({ index, error });
      folded = { ...withSeenRevocation(folded, wire), size: index + 1 };
    }
  }
  return { directory: folded, skipped };
}

// A server that hides one revocation must not make the next one void by its serial.
function withSeenRevocation(directory: Directory, wire: string): Directory {
  try {
    return applySeenRevocation(directory, parseStatement(wire));
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return directory;
  }
}

function grant(
  directory: Directory,
  statement: Statement,
  place: { readonly index: number; readonly before: Accepted | null },
): Granted {
  if (!WITHOUT_AUTHORITY.has(statement.type)) authorityOf(directory, statement.body.state);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's type ties each rule to its key
  const rule = RULES[statement.type] as Rule<unknown>;
  const granted = rule({ directory, statement, ...place });
  return { ...granted, directory: activateRoot(granted.directory, granted.signers) };
}

function standingOf(
  directory: Directory,
  statement: Statement,
): { readonly slot: Slot; readonly before: Accepted | null; readonly twin: Accepted | undefined } {
  const { type, body, id } = statement;
  const slot = slotOf(directory, { type, state: body.state, subject: subjectOf(body) });
  if (body.serial > slot.accepted.length + 1) throw new StatementRefused('serial-skipped');
  const twin = slot.accepted[body.serial - 1];
  if (twin?.statement.id === id) throw new StatementRefused('repeated');
  return { slot, before: slot.accepted[body.serial - 2] ?? null, twin };
}

function accept(directory: Directory, accepted: Accepted, slot: Slot): Directory {
  const { statement } = accepted;
  // A root that only presented itself takes no serial: anybody can make one in the name of any State.
  const { candidates } = directory;
  if (statement.type === 'state-root' && candidates.get(statement.id) !== undefined)
    return directory;
  return {
    ...withSlot(directory, statement, { accepted: [...slot.accepted, accepted], isForked: false }),
    statements: directory.statements.with(statement.id, accepted),
  };
}

function recordFork(
  before: Directory,
  fork: {
    readonly next: Directory;
    readonly accepted: Accepted;
    readonly twin: Accepted;
    readonly slot: Slot;
  },
): Directory {
  const { next, accepted, twin, slot } = fork;
  const { statement, index } = accepted;
  // Both revocations count: nobody undoes one by signing another. Of anything else the fork grants nothing.
  const base = statement.type === 'revocation' ? next : { ...before, size: next.size };
  const isNewest = statement.body.serial === slot.accepted.length;
  const marked = isNewest ? withSlot(base, statement, { ...slot, isForked: true }) : base;
  const evidence = { index, statement: statement.id, twin: twin.statement.id };
  const told = { ...marked, forks: [...marked.forks, evidence] };
  return statement.type === 'root-rotation' && isNewest
    ? cancelPending(told, statement.body.state)
    : told;
}

function withSlot(directory: Directory, statement: Statement, slot: Slot): Directory {
  const { type, body } = statement;
  const key = `${type}|${body.state}|${subjectOf(body)}`;
  return { ...directory, slots: directory.slots.with(key, slot) };
}

/** The statement of an id, if the fold took it in. */
export function findStatement(directory: Directory, id: StatementId): Accepted | null {
  return directory.statements.get(id) ?? null;
}
