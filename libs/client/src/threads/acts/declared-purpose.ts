import { PURPOSE_HEADER, ROUTES } from '@enlace/contracts';
import type { ThreadView } from '@enlace/e2ee';
import type { CaseId } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { AnswerFields } from '../../transport/answer-fields.js';
import { ThreadUnread } from '../make-item.js';

const PURPOSE_CHARACTERS = 64;
const fields = new AnswerFields('declaration');

type Asking = Pick<Session, 'request'>;
type Headings = Readonly<Record<string, string>>;

/** A declaration is for one case and ends with its session. */
const DECLARED = new WeakMap<Asking, Map<string, Headings>>();

/** Why, for the record: what the thread is for, declared once a case. Throws `thread.unread`. */
export async function declaredPurpose(
  session: Asking,
  { members }: Pick<ThreadView, 'members'>,
): Promise<Headings> {
  if (members === null) throw new ThreadUnread();
  const { caseId, policy } = members.state;
  const name = `${caseId}|${policy.purpose}`;
  const known = DECLARED.get(session) ?? new Map<string, Headings>();
  DECLARED.set(session, known);
  const headings = known.get(name) ?? (await declare(session, caseId, policy.purpose));
  known.set(name, headings);
  return headings;
}

async function declare(session: Asking, caseId: CaseId, purpose: string): Promise<Headings> {
  const body = { purpose, caseId };
  const request = { method: 'POST', path: ROUTES.declarations, body } as const;
  const { declarationId } = fields.object(await session.request(request, 'act'));
  return { [PURPOSE_HEADER]: fields.text(declarationId, PURPOSE_CHARACTERS) };
}
