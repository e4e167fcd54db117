import { setCaseHold, softwarePresence, type CaseHolding } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, readArgumentId, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile } from '../files/input-file.js';
import { withSessionHome } from '../home/session-home.js';

const TEXTS = {
  hold: {
    es: 'Expediente retenido: {caseId}. Nada de él se borra.',
    en: 'Case held: {caseId}. Nothing of it is erased.',
  },
  release: {
    es: 'Retención levantada: {caseId}',
    en: 'Hold lifted: {caseId}',
  },
} as const satisfies Readonly<Record<CaseHolding['action'], Text>>;

/** Holds a case, or lifts its hold, with the approval of a second person from a file. */
export async function setHold(
  invocation: Invocation,
  action: CaseHolding['action'],
): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const caseId = readArgumentId<CaseId>(invocation.argument, 'CASE');
  const basis = requireText(options, 'basis');
  const file = findText(options, 'approval');
  const approvals = file === null ? [] : [readInputFile(file)];
  return withSessionHome(invocation, async (home, session) => {
    const presence = softwarePresence(home.profile.keys.signSeed);
    const held = await setCaseHold(session, { caseId, action, basis, approvals }, presence);
    const event = action === 'hold' ? 'case-held' : 'case-released';
    const line = fillText(TEXTS[action][language], { caseId });
    writeLine(terminal.output, json ? JSON.stringify({ event, ...held }) : line);
    return EXIT.done;
  });
}
