import { resolve } from 'node:path';
import { approveReentry, proposeReentry } from '@enlace/client';
import { cryptoReady, parseReentry, type Reentry } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { confirmed } from './confirmed.js';
import { paperPathOf, readId } from './invite.js';
import { certificateInWords } from './revoke.js';
import { withRegistrar, type SpeakingInSession } from './speaking.js';

const TEXTS = {
  title: {
    es: 'Deja volver, hasta {expiresAt}, a quien probó de nuevo ser esta persona:',
    en: 'Lets come back, until {expiresAt}, whoever has proven anew to be this person:',
  },
  soon: { es: 'mañana', en: 'tomorrow' },
  proposed: {
    es: [
      'Propuesto para {personId}. El otro registrador lo aprueba con --in {out};',
      'después se entrega el papel:',
      '  {paper}',
    ].join('\n'),
    en: [
      'Proposed for {personId}. The other registrar approves it with --in {out};',
      'then the paper is handed over:',
      '  {paper}',
    ].join('\n'),
  },
  approved: {
    es: 'Aprobado para {personId}, hasta {expiresAt}; el papel ya vale.',
    en: 'Approved for {personId}, until {expiresAt}; the paper is good.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace person reentry`: two registrars let a person come back; the code opens no vault and names no key. It goes to
 * the terminal, if a person sits there, or into a file that its owner alone reads; never into a pipe or a log.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const brought = findText(invocation.options, 'in');
  return withRegistrar(invocation, async (speaking) =>
    brought === null ? propose(invocation, speaking) : approve(invocation, speaking, brought),
  );
}

async function propose(
  invocation: Invocation,
  { registrar, questions, trustStore }: SpeakingInSession,
): Promise<number> {
  const { options, language } = invocation;
  const personId = readId(requireText(options, 'person'), '--person');
  const out = resolve(requireText(options, 'out'));
  const paperFile = paperPathOf(invocation);
  assertAbsent([out]);
  const words = certificateInWords(registrar, personId, language);
  const title = fillText(TEXTS.title[language], { expiresAt: TEXTS.soon[language] });
  await confirmed(invocation, questions, `${title}\n${words}`);
  const { wire, reentry, paper } = await proposeReentry(registrar, personId, trustStore);
  writeNewFiles([
    { path: out, text: `${wire}\n`, isSecret: false },
    ...(paperFile === null ? [] : [{ path: paperFile, text: `${paper}\n`, isSecret: true }]),
  ]);
  return tell(invocation, 'proposed', { reentry, out, paper: paperFile ?? paper });
}

async function approve(
  invocation: Invocation,
  { registrar, questions }: SpeakingInSession,
  path: string,
): Promise<number> {
  const { language } = invocation;
  const wire = readInputFile(path).trim();
  const { personId, expiresAt } = refusing(path, () => parseReentry(wire));
  const words = certificateInWords(registrar, personId, language);
  const title = fillText(TEXTS.title[language], { expiresAt });
  await confirmed(invocation, questions, `${title}\n${words}`);
  return tell(invocation, 'approved', { reentry: await approveReentry(registrar, wire) });
}

function tell(
  { terminal, language, json }: Invocation,
  event: 'proposed' | 'approved',
  { reentry, ...more }: { reentry: Reentry; out?: string; paper?: string },
): number {
  const { personId, reentryId, expiresAt } = reentry;
  const told = { personId, reentryId, expiresAt, ...more };
  writeLine(
    terminal.output,
    json ? JSON.stringify({ event, ...told }) : fillText(TEXTS[event][language], told),
  );
  return EXIT.done;
}
