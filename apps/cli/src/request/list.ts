import { listRequests } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { withSessionHome } from '../home/session-home.js';
import { remindedIn } from './own-requests.js';
import { tellReminded } from './tell-request.js';

const NONE: Text = { es: 'No hay solicitudes.', en: 'There are no requests.' };

/**
 * `enlace request list`: the tracked requests of the State that the person may know of, made or received; with the days
 * that come near in drafts that this home has read.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withSessionHome(invocation, async (home, session) => {
    const requests = await listRequests(session);
    for (const one of await remindedIn(home, session, { requests, shipped, today })) {
      tellReminded(invocation, one);
    }
    const { terminal, json, language } = invocation;
    if (requests.length === 0 && !json) writeLine(terminal.output, NONE[language]);
    return EXIT.done;
  });
}
