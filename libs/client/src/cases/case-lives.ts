import { ROUTES, type CaseHeld, type CaseShown } from '@enlace/contracts';
import { toBase64Url, type CaseId, type Random } from '@enlace/kernel';
import { signApproval, type Seed } from '@enlace/trust';

import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { AnswerFields } from '../transport/answer-fields.js';
import { pathOfCase, readCase } from './cases.js';

const NONCE_BYTES = 16;
const fields = new AnswerFields('case');

/** Whether everything under a case is to stay, or no longer; and why. */
export interface CaseHolding {
  readonly caseId: CaseId;
  readonly action: 'hold' | 'release';
  readonly basis: string;
}

/** No thread begins in it any more; those that it has go on. Throws the refusal of the server. */
export async function closeCase(session: Session, caseId: CaseId): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseClosing, caseId);
  return readCase(await session.request({ method: 'POST', path }, 'act'), caseId);
}

export async function reopenCase(session: Session, caseId: CaseId): Promise<CaseShown> {
  const path = pathOfCase(ROUTES.caseReopening, caseId);
  return readCase(await session.request({ method: 'POST', path }, 'act'), caseId);
}

/**
 * The approval of a second person, for exactly this holding and for once. It needs no server: it is handed to whoever
 * acts.
 */
export function approveHolding(
  { caseId, action, basis }: CaseHolding,
  seed: Seed,
  random: Random,
): string {
  const nonce = toBase64Url(random.bytes(NONCE_BYTES));
  return signApproval({ caseId, action, basis, until: null }, nonce, seed);
}

/** Holds a case, or lifts its hold, with what other persons have approved. Throws the refusal of the server. */
export async function setCaseHold(
  session: Session,
  { caseId, action, basis, approvals }: CaseHolding & { readonly approvals: readonly string[] },
  show: ShowPresence,
): Promise<CaseHeld> {
  const isHeld = action === 'hold';
  const request = {
    method: isHeld ? 'POST' : 'DELETE',
    path: pathOfCase(ROUTES.caseHold, caseId),
    body: { basis, approvals: [...approvals] },
  } as const;
  const asked = isHeld ? 'case.place-hold' : 'case.lift-hold';
  const about = { action: asked, objectId: caseId } as const;
  const answer = fields.object(await session.requestElevated(request, about, show));
  const held: CaseHeld = { caseId: fields.id<CaseId>(answer['caseId']), isHeld };
  const isAnswered = held.caseId === caseId && answer['isHeld'] === isHeld;
  return isAnswered ? held : fields.refuse();
}
