import {
  POLICY_TABLE,
  type Action,
  type Approval,
  type AuditScope,
  type Context,
  type PolicyObject,
  type Role,
  type StateCode,
  type Subject,
} from '@enlace/contracts';
import { parseId } from '@enlace/kernel';
import fc from 'fast-check';

import type { Question } from './cedar-oracle.js';

const ME = '7f2b5a4e-5d0c-4c58-9d35-0c8a6a1f7b21';
const OTHER = 'd4a1f6e0-3b7a-4f19-8a42-6c1c0f2e9b55';
const MY_OFFICE = '01890a5d-ac96-774b-bcce-b302099a8057';
const BODY_HASH = 'hash of the body';

const isAction = (name: string): name is Action => name in POLICY_TABLE;
const ACTIONS = Object.keys(POLICY_TABLE).filter(isAction);

interface Seat {
  readonly roles: readonly Role[];
  readonly state: StateCode;
  readonly auditScope?: AuditScope;
}

/** Every role, every scope of auditors, both allowed mixtures, and mixtures that nobody may have. */
const SEATS: readonly Seat[] = [
  ...(
    [
      ['prosecutor'],
      ['liaison'],
      ['cooperation-officer'],
      ['central-authority'],
      ['registrar'],
      ['chancellery-approver'],
      ['prosecutor', 'liaison'],
      ['cooperation-officer', 'central-authority'],
      ['prosecutor', 'registrar'],
      ['auditor', 'registrar'],
      [],
    ] as const
  ).map((roles) => ({ roles, state: 'CR' as const })),
  { roles: ['auditor'], state: 'CR', auditScope: 'national' },
  { roles: ['auditor'], state: 'XR', auditScope: 'regional' },
  { roles: ['auditor'], state: 'XR', auditScope: 'technical' },
  { roles: ['secretariat'], state: 'XR' },
  { roles: ['platform-operator'], state: 'XR' },
  { roles: ['platform-operator'], state: 'CR' },
];

/** How a question differs from one in which everything that can be in order is in order; mostly it does not. */
const CHANGE = fc.record({
  relation: oftenFirst('own', 'part', 'alone', 'foreign'),
  membership: oftenFirst('steward', 'member', 'invited', 'former', 'none'),
  isMine: oftenFirst(true, false),
  isMyOffice: oftenFirst(true, false),
  handling: oftenFirst('none', 'EN1', 'EN3', 'EN3 for me', 'EN3 for others'),
  state: oftenFirst('open', 'closed', 'shredded'),
  type: oftenFirst('thing', 'thread', 'technical-alert'),
  isHeld: oftenFirst(false, true),
  origin: oftenFirst('none', 'own', 'other'),
  onward: oftenFirst('none', 'GT', 'GT and PA'),
  acr: oftenFirst('passkey', 'software-key', 'recovery'),
  stepUp: oftenFirst('sound', 'none', 'other action', 'other object', 'other body'),
  purpose: oftenFirst('declared', 'none', 'without declaration'),
  approvals: fc.array(fc.nat(9), { maxLength: 5 }),
  isProposal: oftenFirst(false, true),
  isMismatch: oftenFirst(false, true),
  hasCaseGrant: oftenFirst(false, true),
});
type Change = typeof CHANGE extends fc.Arbitrary<infer Value> ? Value : never;

function oftenFirst<const Value extends string | boolean>(
  first: Value,
  ...others: readonly Value[]
): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Everything that can be in order is. */
const SOUND: Change = {
  relation: 'own',
  membership: 'steward',
  isMine: true,
  isMyOffice: true,
  handling: 'none',
  state: 'open',
  type: 'technical-alert',
  isHeld: false,
  origin: 'none',
  onward: 'none',
  acr: 'passkey',
  stepUp: 'sound',
  purpose: 'declared',
  approvals: [0, 3, 4, 6, 7, 8, 9],
  isProposal: false,
  isMismatch: false,
  hasCaseGrant: false,
};
const SOUND_IN_ANOTHER_WAY: readonly Change[] = [
  SOUND,
  { ...SOUND, relation: 'part', membership: 'member' },
  { ...SOUND, membership: 'invited' },
];

/** For each action and seat the sound questions and `others` more, the same for the same seed. */
export function everyQuestion(others: number, seed: number): readonly Question[] {
  const pairs = ACTIONS.flatMap((action) => SEATS.map((seat) => ({ action, seat })));
  const changes = fc.sample(CHANGE, { numRuns: pairs.length * others, seed });
  return pairs.flatMap(({ action, seat }, at) =>
    [...SOUND_IN_ANOTHER_WAY, ...changes.slice(at * others, (at + 1) * others)].map((change) =>
      questionOf(action, seat, change),
    ),
  );
}

function questionOf(action: Action, seat: Seat, change: Change): Question {
  return {
    subject: subjectOf(action, seat, change),
    action,
    object: objectOf(action, seat, change),
    context: contextOf(seat, change),
  };
}

function subjectOf(action: Action, { roles, state, auditScope }: Seat, change: Change): Subject {
  const sound = { action, objectId: 'object', bodyHash: BODY_HASH };
  const stepUp = {
    sound,
    none: undefined,
    'other action': {
      ...sound,
      action: action === 'thread.close' ? 'thread.leave' : 'thread.close',
    },
    'other object': { ...sound, objectId: 'another' },
    'other body': { ...sound, bodyHash: 'another' },
  } as const;
  const shown = stepUp[change.stepUp];
  return {
    personId: parseId(ME),
    state,
    officeId: parseId(MY_OFFICE),
    roles,
    deviceId: parseId(MY_OFFICE),
    acr: change.acr,
    ...(auditScope === undefined ? {} : { auditScope }),
    ...(shown === undefined ? {} : { stepUp: shown }),
  };
}

function objectOf(action: Action, seat: Seat, change: Change): PolicyObject {
  const isOwn = change.relation === 'own' || change.relation === 'alone';
  const isReopened = action === 'case.reopen' && change.state !== 'shredded';
  return {
    type: change.type,
    id: 'object',
    ownerState: isOwn ? seat.state : 'GT',
    states: statesOf(seat, change),
    officeId: parseId(change.isMyOffice ? MY_OFFICE : OTHER),
    personId: parseId(change.isMine ? ME : OTHER),
    state: isReopened ? 'closed' : change.state,
    hold: change.isHeld,
    ...membersOf(seat, change),
    ...originOf(seat, change),
    ...handlingOf(change),
  };
}

function statesOf({ state }: Seat, { relation }: Change): readonly StateCode[] {
  const states: Readonly<Record<Change['relation'], readonly StateCode[]>> = {
    own: [state, 'GT'],
    part: ['GT', state, 'PA'],
    alone: [state],
    foreign: ['GT', 'PA'],
  };
  return states[relation];
}

/** Nobody of the regional body is a member: half of its questions are about what has none. */
function membersOf({ state }: Seat, { membership, isMine }: Change): Partial<PolicyObject> {
  return membership === 'none' || (state === 'XR' && isMine) ? {} : { membership };
}

function originOf({ state }: Seat, { origin, onward }: Change): Partial<PolicyObject> {
  const onwardStates: readonly StateCode[] = onward === 'GT' ? ['GT'] : ['GT', 'PA'];
  return {
    ...(origin === 'none' ? {} : { originator: origin === 'own' ? state : 'PA' }),
    ...(onward === 'none' ? {} : { onwardStates }),
  };
}

function handlingOf({ handling }: Change): Partial<PolicyObject> {
  const named = parseId<Subject['personId']>(handling === 'EN3 for me' ? ME : OTHER);
  return {
    ...(handling === 'none' ? {} : { handling: handling === 'EN1' ? 'EN1' : 'EN3' }),
    ...(handling.includes(' for ') ? { named: [named] } : {}),
  };
}

function contextOf({ roles, state }: Seat, change: Change): Context {
  const declared: Partial<Context> = { purpose: 'investigation', declarationId: 'declaration' };
  const purpose: Readonly<Record<Change['purpose'], Partial<Context>>> = {
    declared,
    none: {},
    'without declaration': { purpose: 'investigation' },
  };
  return {
    nowMs: 0,
    bodyHash: BODY_HASH,
    risk: change.isMismatch ? ['handling-mismatch'] : [],
    approvals: change.approvals.map((at) => approvalOf(at, { roles, state })),
    hasCaseGrant: change.hasCaseGrant,
    ...purpose[change.purpose],
    ...(change.isProposal ? { phase: 'proposal' as const } : {}),
  };
}

function approvalOf(at: number, { roles, state }: Seat): Approval {
  const other: Approval = { personId: parseId(OTHER), state, roles: ['liaison'] };
  const kinds: readonly Approval[] = [
    { ...other, roles },
    { ...other, roles, personId: parseId(ME) },
    { ...other, roles, state: 'GT' },
    { ...other, roles: ['registrar'] },
    { ...other, roles: ['auditor'], auditScope: 'national' },
    { ...other, roles: ['auditor'], auditScope: 'national', state: 'PA' },
    { ...other, membership: 'steward' },
    { ...other, membership: 'steward', state: 'GT' },
    { ...other, membership: 'steward', state: 'PA' },
    { ...other, membership: 'member', roles: ['central-authority'] },
  ];
  return kinds[at] ?? other;
}
