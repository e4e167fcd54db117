import {
  CASE_LIMITS,
  CASE_ROLES,
  ROUTES,
  STATES,
  type CaseShown,
  type State,
} from '@enlace/contracts';
import { newId, type CaseId, type Clock, type JsonValue, type Random } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { AnswerFields } from '../transport/answer-fields.js';

/** Of a kind of case or of a legal basis. */
export const CODE_CHARACTERS = 64;
const fields = new AnswerFields('case');

/** What a case is opened with: codes, and no name. Its name is told inside its threads. */
export interface CaseOpening {
  readonly caseId: CaseId;
  readonly caseType: string;
  readonly legalBasis: string;
}

/** Where an act about one case goes. */
export function pathOfCase(route: string, caseId: CaseId): string {
  return route.replace(':id', caseId);
}

/** The id of a case that is about to be opened; sent again under it, a case is opened once. */
export function newCaseId(ports: { readonly clock: Clock; readonly random: Random }): CaseId {
  return newId<CaseId>(ports.clock, ports.random);
}

/** Opens a case of the own State. Throws the refusal of the server, `client.answer-malformed`. */
export async function openCase(session: Session, opening: CaseOpening): Promise<CaseShown> {
  const request = { method: 'POST', path: ROUTES.cases, body: { ...opening } } as const;
  return readCase(await session.request(request, 'act'), opening.caseId);
}

/** The cases of the person, the newest first. */
export async function listCases(session: Session): Promise<readonly CaseShown[]> {
  const found: CaseShown[] = [];
  for (;;) {
    const last = found.at(-1);
    const query = last === undefined ? {} : { query: { after: last.caseId } };
    const request = { method: 'GET', path: ROUTES.cases, ...query } as const;
    const { cases } = fields.object(await session.request(request, 'act'));
    const page = fields.list(cases, CASE_LIMITS.page).map((one) => readCase(one));
    found.push(...page);
    // Newest first, none twice: a server that goes round in circles does not keep a client for ever.
    const isOrdered = found.every(
      (one, at) => at === 0 || one.caseId < (found[at - 1]?.caseId ?? ''),
    );
    if (!isOrdered) fields.refuse();
    if (page.length < CASE_LIMITS.page) return found;
  }
}

export async function showCase(session: Session, caseId: CaseId): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseShown, caseId);
  return readCase(await session.request({ method: 'GET', path }, 'act'), caseId);
}

/** Lets another State take part from now on, after showing who sits there. */
export async function addStateToCase(
  session: Session,
  { caseId, state }: { readonly caseId: CaseId; readonly state: State },
  show: ShowPresence,
): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseStates, caseId);
  const request = { method: 'POST', path, body: { newState: state } } as const;
  const about = { action: 'case.add-state', objectId: caseId } as const;
  return readCase(await session.requestElevated(request, about, show), caseId);
}

/** A case as the server tells of it. What it is said to be decides nothing on the client. */
// Attacker-controlled: the whole answer.
export function readCase(value: JsonValue, asked?: CaseId): CaseShown {
  const { caseId, ownerState, states, caseType, legalBasis, status, isHeld, role, openedAt } =
    fields.object(value);
  const shown: CaseShown = {
    caseId: fields.id<CaseId>(caseId),
    ownerState: fields.oneOf(ownerState, STATES),
    states: fields.list(states, STATES.length).map((state) => fields.oneOf(state, STATES)),
    caseType: fields.text(caseType, CODE_CHARACTERS),
    legalBasis: fields.text(legalBasis, CODE_CHARACTERS),
    status: fields.oneOf(status, ['open', 'closed']),
    isHeld: typeof isHeld === 'boolean' ? isHeld : fields.refuse(),
    role: fields.oneOf(role, CASE_ROLES),
    openedAt: fields.text(openedAt, 32),
  };
  fields.instant(openedAt);
  return asked === undefined || shown.caseId === asked ? shown : fields.refuse();
}
