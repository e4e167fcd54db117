import { addStateToCase, openCase, softwarePresence } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import { findText, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { forgetOpening, keptOpening } from './kept-opening.js';
import { tellCase } from './tell-case.js';

/**
 * `enlace case create`: a case of the own State, with the other States that take part. A lost answer opens no second
 * case: the same command again goes on with the same one.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const caseType = requireText(options, 'type');
  const legalBasis = requireText(options, 'legal-basis');
  const listed = findText(options, 'with')?.split(',') ?? [];
  const states = listed.map((state) => readState(state, '--with'));
  return withSessionHome(invocation, async (home, session) => {
    const opening = await keptOpening(home.store, { caseType, legalBasis });
    let shown = await openCase(session, opening);
    const presence = softwarePresence(home.profile.keys.signSeed);
    for (const state of states) {
      if (shown.states.includes(state)) continue;
      shown = await addStateToCase(session, { caseId: shown.caseId, state }, presence);
    }
    await forgetOpening(home.store);
    tellCase(invocation, 'case-created', shown);
    return EXIT.done;
  });
}
