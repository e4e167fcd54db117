import { addCaseMember } from '@enlace/client';
import { CASE_ROLES } from '@enlace/contracts';
import type { CaseId, PersonId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { oneOf, readArgumentId, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withSessionHome } from '../../home/session-home.js';
import { tellMember } from './tell-member.js';

/** `enlace case add-member`: somebody of a State of the case is its member, or its steward, from now on. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options } = invocation;
  const caseId = readArgumentId<CaseId>(argument, 'CASE');
  const personId = readArgumentId<PersonId>(requireText(options, 'person'), '--person');
  const role = oneOf(options, { name: 'role', codes: CASE_ROLES, usual: 'member' });
  return withSessionHome(invocation, async (_home, session) => {
    tellMember(invocation, await addCaseMember(session, caseId, { personId, role }));
    return EXIT.done;
  });
}
