import { resolve } from 'node:path';
import { approveHolding, type CaseHolding } from '@enlace/client';
import { systemRandom, type CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readArgumentId, requireOneOf, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { confirmed } from '../person/confirmed.js';

const ACTIONS = ['hold', 'release'] as const;
const READING = {
  hold: {
    es: 'Aprueba, como segunda persona, retener el expediente {caseId}: nada se borraría. Fundamento: {basis}.',
    en: 'You approve, as second person, holding case {caseId}: nothing would be erased. Basis: {basis}.',
  },
  release: {
    es: 'Aprueba, como segunda persona, levantar la retención del expediente {caseId}. Fundamento: {basis}.',
    en: 'You approve, as second person, lifting the hold of case {caseId}. Basis: {basis}.',
  },
} as const satisfies Readonly<Record<CaseHolding['action'], Text>>;
const DONE: Text = { es: 'Aprobación escrita: {file}', en: 'Approval written: {file}' };

/**
 * `enlace case approve`: the approval of a second person for a hold of a case, or for lifting it, in a file for whoever
 * acts, after it was shown in words. It counts once, for exactly this act and basis, and needs no server.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const caseId = readArgumentId<CaseId>(invocation.argument, 'CASE');
  const action = requireOneOf(options, { name: 'act', codes: ACTIONS });
  const basis = requireText(options, 'basis');
  const file = resolve(requireText(options, 'out'));
  assertAbsent([file]);
  return withEnrolledHome(invocation, async (home) => {
    await confirmed(
      invocation,
      home.questions,
      fillText(READING[action][language], { caseId, basis }),
    );
    const { signSeed } = home.profile.keys;
    const text = approveHolding({ caseId, action, basis }, signSeed, systemRandom);
    writeNewFiles([{ path: file, text, isSecret: false }]);
    const line = fillText(DONE[language], { file });
    const told = { event: 'case-approved', caseId, action, file };
    writeLine(terminal.output, json ? JSON.stringify(told) : line);
    return EXIT.done;
  });
}
