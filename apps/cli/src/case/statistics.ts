import { countCases } from '@enlace/client';
import type { CaseCount } from '@enlace/contracts';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';

const STATUSES = {
  open: { es: 'abiertos', en: 'open' },
  closed: { es: 'cerrados', en: 'closed' },
} as const satisfies Readonly<Record<CaseCount['status'], Text>>;
const LINE = '{ownerState}  {caseType}  {status}  {cases}';
const HIDDEN: Text = {
  es: 'De lo que no llega a cinco no se dice nada.',
  en: 'Of what does not come to five nothing is said.',
};

/** `enlace case statistics`: how many cases there are of each kind, where there are five at least. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withSessionHome(invocation, async (_home, session) => {
    for (const count of await countCases(session)) {
      const told = { ...count, status: STATUSES[count.status][language], cases: `${count.cases}` };
      const line = json ? JSON.stringify({ event: 'case-count', ...count }) : fillText(LINE, told);
      writeLine(terminal.output, line);
    }
    if (!json) writeLine(terminal.output, HIDDEN[language]);
    return EXIT.done;
  });
}
