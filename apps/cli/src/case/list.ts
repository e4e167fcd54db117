import { listCases } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { tellCase } from './tell-case.js';

const NONE: Text = {
  es: 'No participa en ningún expediente.',
  en: 'You take part in no case.',
};

/** `enlace case list`: the cases of the person, the newest first. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  return withSessionHome(invocation, async (_home, session) => {
    const cases = await listCases(session);
    for (const shown of cases) tellCase(invocation, 'case', shown);
    const { terminal, json, language } = invocation;
    if (cases.length === 0 && !json) writeLine(terminal.output, NONE[language]);
    return EXIT.done;
  });
}
