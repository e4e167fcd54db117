import type { ThreadView } from '@enlace/e2ee';

import { declarePurpose } from '../../session/declare-purpose.js';
import type { Session } from '../../session/session.js';
import { ThreadUnread } from '../make-item.js';

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
  const headings =
    known.get(name) ?? (await declarePurpose(session, { purpose: policy.purpose, caseId }));
  known.set(name, headings);
  return headings;
}
