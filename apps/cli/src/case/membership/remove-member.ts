import { removeCaseMember } from '@enlace/client';
import type { CaseId, PersonId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withSessionHome } from '../../home/session-home.js';
import { tellMember } from './tell-member.js';

/** `enlace case remove-member`: no member by name any more; whoever is in a thread of the case stays in that. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options } = invocation;
  const caseId = readArgumentId<CaseId>(argument, 'CASE');
  const personId = readArgumentId<PersonId>(requireText(options, 'person'), '--person');
  return withSessionHome(invocation, async (_home, session) => {
    tellMember(invocation, await removeCaseMember(session, caseId, personId));
    return EXIT.done;
  });
}
