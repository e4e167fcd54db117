import { requestIn as requestOf } from '@enlace/client';
import { check, describe, openBlockers } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { confirmed } from '../person/confirmed.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { confirmedIn, findThread, requestIn, withOwnRequests } from './own-requests.js';

const TEXTS = {
  reading: {
    es: 'Sigue adelante a pesar de este hallazgo: {message} Queda en el borrador, con su nombre.',
    en: 'You go on in spite of this finding: {message} It stays in the draft, under your name.',
  },
  waived: {
    es: 'Considerado: {rule}, {subject}.',
    en: 'Considered: {rule}, {subject}.',
  },
  second: {
    es: 'Falta una segunda persona: oficial de cooperación o de la autoridad central.',
    en: 'A second person is missing: a cooperation officer, or an official of the central authority.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace request waive ID --rule RULE --subject SUBJECT --reason TEXT`: goes on in spite of a finding. It changes
 * nothing of the check; protection of persons takes two (1: a second person is missing). It lapses when what the
 * finding is about changes.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const [rule, reason] = [requireText(options, 'rule'), requireText(options, 'reason')];
  const subject = requireText(options, 'subject');
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { home, records, waivers } = own;
    const { packs } = confirmedIn(own, shipped);
    const draft = await records.draft(requestId, findThread(invocation));
    const request = requestOf(draft.value);
    const report = check(draft.value['request'], packs, today);
    if (request === null || report.verdict === 'malformed') {
      throw new CliError('request.no-draft', { request: requestId });
    }
    const { findings } = report;
    const found = findings.find((one) => one.rule === rule && one.subject === subject);
    if (found !== undefined) {
      const { message } = describe(found, language);
      const reading = fillText(TEXTS.reading[language], { message });
      await confirmed(invocation, home.questions, reading);
    }
    const seq = await waivers.give(draft, { findings, request }, { rule, subject, reason });
    const given = await waivers.on(draft);
    const isOpen = openBlockers(found === undefined ? [] : [found], request, given).length > 0;
    const told = { event: 'finding-waived', requestId, rule, subject, seq, isSettled: !isOpen };
    const words = [
      fillText(TEXTS.waived[language], { rule, subject }),
      ...(isOpen ? [TEXTS.second[language]] : []),
    ];
    writeLine(terminal.output, json ? JSON.stringify(told) : words.join('\n'));
    return isOpen ? EXIT.reservations : EXIT.done;
  });
}
