import { PURPOSE_HEADER, ROUTES } from '@enlace/contracts';
import type { ThreadView } from '@enlace/e2ee';

import type { Session } from '../../session/session.js';
import { AnswerFields } from '../../transport/answer-fields.js';
import { ThreadUnread } from '../make-item.js';

const PURPOSE_CHARACTERS = 64;
const fields = new AnswerFields('declaration');

/** Why, for the record: what the thread is for. Throws `thread.unread`. */
export async function declaredPurpose(
  session: Pick<Session, 'request'>,
  { members }: Pick<ThreadView, 'members'>,
): Promise<Readonly<Record<string, string>>> {
  if (members === null) throw new ThreadUnread();
  const { caseId, policy } = members.state;
  const body = { purpose: policy.purpose, caseId };
  const request = { method: 'POST', path: ROUTES.declarations, body } as const;
  const { declarationId } = fields.object(await session.request(request, 'act'));
  return { [PURPOSE_HEADER]: fields.text(declarationId, PURPOSE_CHARACTERS) };
}
