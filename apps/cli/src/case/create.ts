import { openCaseOnce, softwarePresence } from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { findText, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
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
    const show = softwarePresence(home.profile.keys.signSeed);
    const ports = { session, store: home.store, clock: systemClock, random: systemRandom, show };
    const shown = await openCaseOnce({ caseType, legalBasis, states }, ports);
    tellCase(invocation, 'case-created', shown);
    return EXIT.done;
  });
}
