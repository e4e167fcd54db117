import type { Approval, PolicyObject, Subject } from './policy-model.js';
import type { Role } from './roles.js';
import type { Action } from './table.js';

type Actor = Pick<Subject, 'personId' | 'state' | 'roles'>;
type About = Pick<PolicyObject, 'ownerState' | 'states' | 'originator' | 'onwardStates'>;
type Rule = (subject: Actor, object: About, others: readonly Approval[]) => boolean;

/** An auditor needs a registrar beside him, and a registrar an auditor. */
const auditorAndRegistrar: Rule = (subject, _object, others) => {
  const counterpart: Role = subject.roles.includes('auditor') ? 'registrar' : 'auditor';
  return others.some(({ state, roles }) => state === subject.state && roles.includes(counterpart));
};

const sameRole: Rule = (subject, _object, others) =>
  others.some(
    ({ state, roles }) =>
      state === subject.state && roles.some((role) => subject.roles.includes(role)),
  );

/** Two stewards, of different States where the thread has them. */
const otherSteward: Rule = (subject, object, others) =>
  others.some(
    ({ membership, state }) =>
      membership === 'steward' && (object.states.length < 2 || state !== subject.state),
  );

/** As any lifecycle act, or a steward and a national auditor of the State that opened it. */
const hold: Rule = (subject, object, others) => {
  const origin = object.originator ?? object.ownerState;
  if (subject.roles.includes('auditor')) {
    return subject.state === origin && others.some(({ membership }) => membership === 'steward');
  }
  const isAuditor = ({ state, roles, auditScope }: Approval) =>
    state === origin && roles.includes('auditor') && auditScope === 'national';
  return others.some(isAuditor) || otherSteward(subject, object, others);
};

/** Onward transfer: a steward of the originator, and of each State that wrote what must not be passed on. */
const onward: Rule = (_subject, object, others) => {
  const asked = new Set([object.originator ?? object.ownerState, ...(object.onwardStates ?? [])]);
  return [...asked].every((state) =>
    others.some((other) => other.membership === 'steward' && other.state === state),
  );
};

/** A fact takes two cooperation people of the State. */
const cooperation: Rule = (subject, _object, others) =>
  others.some(
    ({ state, roles }) =>
      state === subject.state &&
      roles.some((role) => role === 'cooperation-officer' || role === 'central-authority'),
  );

const RULES: Readonly<Partial<Record<Action, Rule>>> = {
  'case.place-hold': hold,
  'case.lift-hold': hold,
  'thread.hold': hold,
  'thread.retain': otherSteward,
  'thread.release': otherSteward,
  'thread.shred': otherSteward,
  'thread.widen-states': onward,
  'fact.confirm': cooperation,
  'card.erase': auditorAndRegistrar,
  'audit.erase': auditorAndRegistrar,
  'audit.disclose': auditorAndRegistrar,
};

/** True when a second person, never the subject again, stands beside the act in the way the action asks for. */
export function hasSecondPerson(
  subject: Actor,
  action: Action,
  { object, approvals }: { object: About; approvals: readonly Approval[] },
): boolean {
  const others = approvals.filter(({ personId }) => personId !== subject.personId);
  return (RULES[action] ?? sameRole)(subject, object, others);
}
