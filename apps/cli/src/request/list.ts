import { listRequests } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { tellRequest } from './tell-request.js';

const NONE: Text = { es: 'No hay solicitudes.', en: 'There are no requests.' };

/** `enlace request list`: the tracked requests of the State that the person may know of, made or received. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  return withSessionHome(invocation, async (_home, session) => {
    const requests = await listRequests(session);
    for (const shown of requests) tellRequest(invocation, 'request', shown);
    const { terminal, json, language } = invocation;
    if (requests.length === 0 && !json) writeLine(terminal.output, NONE[language]);
    return EXIT.done;
  });
}
