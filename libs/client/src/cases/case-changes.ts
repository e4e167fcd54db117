import {
  CASE_LIMITS,
  CASE_ROLES,
  ROUTES,
  STATES,
  type CaseCount,
  type CaseMemberShown,
  type CaseReported,
  type CaseShown,
  type State,
} from '@enlace/contracts';
import type { CaseId, JsonValue, OfficeId, PersonId } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { AnswerFields } from '../transport/answer-fields.js';
import { CODE_CHARACTERS, pathOfCase, readCase } from './cases.js';

const fields = new AnswerFields('case');

/** Codes of a case that are to be others: they are for what begins in it from now on. */
export async function changeCase(
  session: Session,
  caseId: CaseId,
  codes: Partial<Pick<CaseShown, 'caseType' | 'legalBasis'>>,
): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseShown, caseId);
  const request = { method: 'PATCH', path, body: { ...codes } } as const;
  return readCase(await session.request(request, 'act'), caseId);
}

/** Somebody of a State of the case is its member, or its steward, from now on. */
export async function addCaseMember(
  session: Session,
  caseId: CaseId,
  { personId, role }: { readonly personId: PersonId; readonly role: CaseShown['role'] },
): Promise<CaseMemberShown> {
  const path = pathOfCase(ROUTES.caseMembers, caseId);
  const body = { memberId: personId, newRole: role };
  const answer = await session.request({ method: 'POST', path, body }, 'act');
  return readMember(answer, { caseId, memberId: personId, role });
}

/** No member by name any more; whoever is in a thread of the case stays in that. */
export async function removeCaseMember(
  session: Session,
  caseId: CaseId,
  personId: PersonId,
): Promise<CaseMemberShown> {
  const path = pathOfCase(ROUTES.caseMember, caseId).replace(':memberId', personId);
  const answer = await session.request({ method: 'DELETE', path }, 'act');
  return readMember(answer, { caseId, memberId: personId, role: null });
}

/** A State takes part no more, after showing who sits there. */
export async function removeStateFromCase(
  session: Session,
  { caseId, state }: { readonly caseId: CaseId; readonly state: State },
  show: ShowPresence,
): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseState, caseId).replace(':stateCode', state);
  const about = { action: 'case.remove-state', objectId: caseId } as const;
  const answer = await session.requestElevated({ method: 'DELETE', path }, about, show);
  return readCase(answer, caseId);
}

/** Tells the specialised office above the own one of the case. */
export async function reportCase(session: Session, caseId: CaseId): Promise<CaseReported> {
  const path = pathOfCase(ROUTES.caseReport, caseId);
  const answer = fields.object(await session.request({ method: 'POST', path }, 'act'));
  const reported = {
    caseId: fields.id<CaseId>(answer['caseId']),
    officeId: fields.id<OfficeId>(answer['officeId']),
  };
  return reported.caseId === caseId ? reported : fields.refuse();
}

/** How many cases there are of each kind; a count that should not have been said is refused. */
export async function countCases(session: Session): Promise<readonly CaseCount[]> {
  const request = { method: 'GET', path: ROUTES.caseStatistics } as const;
  const { counts } = fields.object(await session.request(request, 'act'));
  return fields.list(counts, CASE_LIMITS.counts).map((one) => {
    const { ownerState, caseType, status, cases } = fields.object(one);
    const count = fields.count(cases);
    return {
      ownerState: fields.oneOf(ownerState, STATES),
      caseType: fields.text(caseType, CODE_CHARACTERS),
      status: fields.oneOf(status, ['open', 'closed']),
      cases: count >= CASE_LIMITS.leastCell ? count : fields.refuse(),
    };
  });
}

function readMember(value: JsonValue, asked: CaseMemberShown): CaseMemberShown {
  const { caseId, memberId, role } = fields.object(value);
  const told = {
    caseId: fields.id<CaseId>(caseId),
    memberId: fields.id<PersonId>(memberId),
    role: role === null ? null : fields.oneOf(role, CASE_ROLES),
  };
  const isAsked =
    told.caseId === asked.caseId && told.memberId === asked.memberId && told.role === asked.role;
  return isAsked ? told : fields.refuse();
}
