import { reopenCase } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { tellCase } from './tell-case.js';

/** `enlace case reopen`: threads begin in the case again. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const caseId = readArgumentId<CaseId>(invocation.argument, 'CASE');
  return withSessionHome(invocation, async (_home, session) => {
    tellCase(invocation, 'case-reopened', await reopenCase(session, caseId));
    return EXIT.done;
  });
}
