import { listCases } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { tellCase } from './tell-case.js';

/** `enlace case list`: the cases of the person, the newest first. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  return withSessionHome(invocation, async (_home, session) => {
    for (const shown of await listCases(session)) tellCase(invocation, 'case', shown);
    return EXIT.done;
  });
}
