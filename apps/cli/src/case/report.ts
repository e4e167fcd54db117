import { reportCase } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readArgumentId } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';

const DONE: Text = {
  es: 'La oficina especializada {officeId} conoce ahora el expediente {caseId}.',
  en: 'The specialised office {officeId} knows of case {caseId} now.',
};

/** `enlace case report`: a liaison tells the specialised office above the own one of a case of the own State. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, terminal, json, language } = invocation;
  const caseId = readArgumentId<CaseId>(argument, 'CASE');
  return withSessionHome(invocation, async (_home, session) => {
    const { officeId } = await reportCase(session, caseId);
    const told = { event: 'case-reported', caseId, officeId };
    const line = fillText(DONE[language], { caseId, officeId });
    writeLine(terminal.output, json ? JSON.stringify(told) : line);
    return EXIT.done;
  });
}
