import { alternativesFor, type Alternative, type Standing } from './cells.js';
import { explicitDenial, type Question } from './denials.js';
import type {
  Context,
  Decision,
  Obligation,
  PolicyObject,
  RuleId,
  Subject,
} from './policy-model.js';
import { hasSecondPerson } from './second-person.js';
import type { Action } from './table.js';

/** Standings that tell about the State or office, and those that tell about the person. */
const BOUNDARY: ReadonlySet<Standing> = new Set<Standing>(['O', 'F', 'X', 'T', 'G', 'K']);

/**
 * Whether the subject may do the action to the object. Pure and total: no clock, no database, no exception. The steps
 * come in the order of the specification, the first denial wins, and what nothing allows is denied.
 */
// oxlint-disable-next-line max-params -- the four things an access decision is about; every caller reads as a sentence
export function decide(
  subject: Subject,
  action: Action,
  object: PolicyObject,
  context: Context,
): Decision {
  const denial = explicitDenial({ subject, action, object, context });
  if (denial !== null) return refuse(denial, isVisible(subject, object) ? 'forbidden' : 'absent');
  const ways = alternativesFor(action, subject.roles).filter(({ scope }) =>
    hasScope(subject, scope),
  );
  if (ways.length === 0) {
    return refuse('R-000', isVisible(subject, object) ? 'forbidden' : 'absent');
  }
  const holds = (standing: Standing) => stands(standing, { subject, object, context });
  const within = ways.filter((way) =>
    way.standing.filter((standing) => BOUNDARY.has(standing)).every(holds),
  );
  if (within.length === 0 || !takesPart(subject, object, within)) return refuse('B-001', 'absent');
  const standing = within.filter((way) => way.standing.every(holds));
  if (standing.length === 0) return refuseMembership(object);
  return settle(standing, { subject, action, object, context });
}

function refuse(
  ruleId: RuleId,
  disclose: Extract<Decision, { allow: false }>['disclose'],
): Decision {
  return { allow: false, ruleId, disclose };
}

// Steps 5 and 6: the first way whose conditions hold; else what is missing for the first way.
function settle(ways: readonly Alternative[], question: Question): Decision {
  const judged = ways.map((way) => meetConditions(way, question));
  return judged.find(({ allow }) => allow) ?? judged[0] ?? refuse('R-000', 'forbidden');
}

function meetConditions(way: Alternative, question: Question): Decision {
  const { subject, action, object, context } = question;
  const isProposal = context.phase === 'proposal';
  if (way.conditions.has('P') && !hasPurpose(context)) return refuse('C-001', 'purpose');
  if (way.conditions.has('S') && !hasStepUp(question)) return refuse('C-002', 'step-up');
  if (
    way.conditions.has('2') &&
    !isProposal &&
    !hasSecondPerson(subject, action, { object, approvals: context.approvals })
  ) {
    return refuse('C-003', 'approval');
  }
  return { allow: true, ruleId: `R-${action}`, obligations: obligationsOf(way, question) };
}

function obligationsOf(
  way: Alternative,
  { action, object, context }: Question,
): readonly Obligation[] {
  const { conditions, standing, scope } = way;
  const owed: readonly (readonly [Obligation, boolean])[] = [
    ['record-purpose', conditions.has('P')],
    ['aggregates-only', conditions.has('A')],
    ['sections-what-why', standing.includes('T') || standing.includes('G')],
    ['withhold-where', scope === 'regional'],
    ['no-sections', scope === 'technical'],
    ['stamp-not-evidence', action === 'thread.export' && object.handling === 'EN1'],
    ['await-second-person', conditions.has('2') && context.phase === 'proposal'],
  ];
  return owed.filter(([, applies]) => applies).map(([obligation]) => obligation);
}

function hasScope({ auditScope }: Subject, scope: string | null): boolean {
  return scope === null || scope === auditScope;
}

function hasPurpose({ purpose, declarationId }: Context): boolean {
  return purpose !== undefined && declarationId !== undefined;
}

function hasStepUp({ subject: { stepUp }, action, object, context }: Question): boolean {
  return (
    stepUp !== undefined &&
    stepUp.action === action &&
    stepUp.objectId === object.id &&
    stepUp.bodyHash === context.bodyHash
  );
}

function stands(
  standing: Standing,
  { subject, object, context }: Omit<Question, 'action'>,
): boolean {
  const isOwn = object.ownerState === subject.state;
  const isPart = object.states.includes(subject.state);
  const tests: Readonly<Record<Standing, boolean>> = {
    Y: true,
    M: isCurrent(object),
    W: object.membership === 'steward',
    I: object.membership === 'invited',
    N: object.personId === subject.personId && object.membership !== 'former',
    O: isOwn,
    F: isOwn && object.officeId === subject.officeId,
    X: !isOwn && isPart,
    T: !isOwn && isPart,
    G: context.hasCaseGrant === true,
    K: object.type === 'technical-alert',
  };
  return tests[standing];
}

// What members do, only members of States that take part do.
function takesPart(subject: Subject, object: PolicyObject, ways: readonly Alternative[]): boolean {
  const isOfMembers = ways.every(({ standing }) =>
    standing.some((token) => token === 'M' || token === 'W' || token === 'I'),
  );
  return !isOfMembers || object.states.includes(subject.state);
}

function refuseMembership(object: PolicyObject): Decision {
  const knows = isCurrent(object) || object.membership === 'invited';
  return refuse('M-001', knows ? 'forbidden' : 'absent');
}

function isCurrent({ membership }: PolicyObject): boolean {
  return membership === 'steward' || membership === 'member';
}

function isVisible(subject: Subject, object: PolicyObject): boolean {
  return (
    isCurrent(object) || object.membership === 'invited' || object.ownerState === subject.state
  );
}
