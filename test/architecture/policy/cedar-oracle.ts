import { readdirSync, readFileSync } from 'node:fs';

import {
  preparsePolicySet,
  statefulIsAuthorized,
  type CedarValueJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Action, Approval, Context, PolicyObject, Subject } from '@enlace/contracts';

/** Under this name Cedar keeps the parsed policies of this process. */
const POLICY_SET = 'enlace';

type Attributes = Record<string, CedarValueJson>;

/** The question of an access decision, as `decide` gets it. */
export interface Question {
  readonly subject: Subject;
  readonly action: Action;
  readonly object: PolicyObject;
  readonly context: Context;
}

/** Reads the policies of this folder. Throws what Cedar says of them. */
export function openCedar(): { isAllowed(question: Question): boolean } {
  const texts = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.cedar'))
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  const parsed = preparsePolicySet(POLICY_SET, { staticPolicies: texts.join('\n') });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  return { isAllowed };
}

function isAllowed({ subject, action, object, context }: Question): boolean {
  const [principal, resource] = [
    { type: 'Person', id: subject.personId },
    { type: 'Thing', id: object.id },
  ];
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: action },
    resource,
    context: contextOf(subject, context),
    preparsedPolicySetId: POLICY_SET,
    entities: [
      { uid: principal, attrs: principalOf(subject), parents: [] },
      { uid: resource, attrs: resourceOf(object), parents: [] },
    ],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  // A policy that could not be evaluated counts for nothing in Cedar; here it is a mistake of the policy.
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
  return decision === 'allow';
}

function principalOf({ personId, state, officeId, roles, acr, auditScope, stepUp }: Subject) {
  return present({
    personId,
    state,
    officeId,
    roles: [...roles],
    acr,
    auditScope,
    stepUp: stepUp && { ...stepUp, action: { __entity: { type: 'Action', id: stepUp.action } } },
  });
}

function resourceOf({ type, id, hold, state, ownerState, states, ...rest }: PolicyObject) {
  const { officeId, personId, membership, originator, handling, named, onwardStates } = rest;
  return present({
    kind: type,
    id,
    hold,
    state,
    ownerState,
    states: [...states],
    officeId,
    personId,
    membership,
    originator,
    handling,
    named: named && [...named],
    onwardStates: onwardStates && [...onwardStates],
  });
}

/** Cedar walks no lists of records: who approved comes as the sets that its policies ask about. */
function contextOf(subject: Subject, context: Context): Attributes {
  const { purpose, declarationId, bodyHash, approvals, risk, phase, hasCaseGrant } = context;
  const others = approvals.filter(({ personId }) => personId !== subject.personId);
  const statesOf = (test: (approval: Approval) => boolean) =>
    others.filter(test).map(({ state }) => state);
  return present({
    purpose,
    declarationId,
    bodyHash,
    risk: [...risk],
    isProposal: phase === 'proposal',
    hasCaseGrant: hasCaseGrant === true,
    approverRoles: others.flatMap(({ state, roles }) => (state === subject.state ? roles : [])),
    stewardStates: statesOf(({ membership }) => membership === 'steward'),
    nationalAuditorStates: statesOf(
      ({ roles, auditScope }) => roles.includes('auditor') && auditScope === 'national',
    ),
  });
}

function present(values: Readonly<Record<string, CedarValueJson | undefined>>): Attributes {
  const entries = Object.entries(values).flatMap(([name, value]): [string, CedarValueJson][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
