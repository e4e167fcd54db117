import { addStateToCase, softwarePresence } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId, readState, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withSessionHome } from '../../home/session-home.js';
import { tellCase } from '../tell-case.js';

/** `enlace case add-state`: from now on people of another State can be invited into threads of the case. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const caseId = readArgumentId<CaseId>(invocation.argument, 'CASE');
  const state = readState(requireText(invocation.options, 'state'), '--state');
  return withSessionHome(invocation, async (home, session) => {
    // The passphrase of the home was given for this command: its device shows who sits there.
    const presence = softwarePresence(home.profile.keys.signSeed);
    const shown = await addStateToCase(session, { caseId, state }, presence);
    tellCase(invocation, 'case-state-added', shown);
    return EXIT.done;
  });
}
