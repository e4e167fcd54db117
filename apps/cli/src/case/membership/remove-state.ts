import { removeStateFromCase, softwarePresence } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId, readState, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withSessionHome } from '../../home/session-home.js';
import { tellCase } from '../tell-case.js';

/** `enlace case remove-state`: a State that no thread of the case has takes part no more, with its people. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const caseId = readArgumentId<CaseId>(invocation.argument, 'CASE');
  const state = readState(requireText(invocation.options, 'state'), '--state');
  return withSessionHome(invocation, async (home, session) => {
    const presence = softwarePresence(home.profile.keys.signSeed);
    const shown = await removeStateFromCase(session, { caseId, state }, presence);
    tellCase(invocation, 'case-state-removed', shown);
    return EXIT.done;
  });
}
