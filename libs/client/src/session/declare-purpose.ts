import { PURPOSE_HEADER, ROUTES, type Purpose } from '@enlace/contracts';
import type { CaseId } from '@enlace/kernel';

import { AnswerFields } from '../transport/answer-fields.js';
import type { Session } from './session.js';

const PURPOSE_CHARACTERS = 64;
const fields = new AnswerFields('declaration');

/**
 * Says, for the record, what the next requests are for. They rest on it by the headings that this resolves with; it
 * ends with the session. Throws the refusal of the server.
 */
export async function declarePurpose(
  session: Pick<Session, 'request'>,
  declared: { readonly purpose: Purpose; readonly caseId?: CaseId },
): Promise<Readonly<Record<string, string>>> {
  const request = { method: 'POST', path: ROUTES.declarations, body: { ...declared } } as const;
  const { declarationId } = fields.object(await session.request(request, 'act'));
  return { [PURPOSE_HEADER]: fields.text(declarationId, PURPOSE_CHARACTERS) };
}
