import { RequestSources, type SourceCard } from '@enlace/client';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { findText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { findThread, requestIn, withOwnRequests } from '../own-requests.js';
import { citedIn } from './cited-entry.js';

const TEXTS = {
  cited: {
    es: '{id}: {kind} de {state}, {code}, párrafos: {paragraphs}.',
    en: '{id}: {kind} of {state}, {code}, paragraphs: {paragraphs}.',
  },
  consented: { es: 'Consentimiento: {consentRef}', en: 'Consent: {consentRef}' },
  open: {
    es: 'Sin consentimiento de {state}: no se congela ni se exporta mientras se cite («enlace info ask-consent»).',
    en: 'No consent of {state}: nothing that cites it is frozen or exported ("enlace info ask-consent").',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace request source ID --from THREAD --entry SEQ`: an entry of another State becomes a source of the draft, under
 * the conditions of that State as they stand in the thread. Given again, the card is brought up to them: a consent that
 * has come since fills it. Ends with 1 while what it cites may not be evidence.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const entry = { ...citedIn(invocation), paragraphs: paragraphsIn(invocation) };
  return withOwnRequests(invocation, async ({ ports, threads, records }) => {
    await threads.read(entry.threadId);
    const draft = await records.draft(requestId, findThread(invocation));
    const card = await new RequestSources(ports).cite(draft, entry);
    const isFree = isFreeOf(card);
    const lines = linesOf(card, language);
    const told = { event: 'source-cited', requestId, source: card };
    writeLine(terminal.output, json ? JSON.stringify(told) : lines.join('\n'));
    return isFree ? EXIT.done : EXIT.reservations;
  });
}

/** Whether it may be cited: its State consented, or asked for nothing. */
function isFreeOf({ handling = {} }: SourceCard): boolean {
  return handling.consentRef !== undefined || handling.restrictionRequestedBySender === 'no';
}

function linesOf(card: SourceCard, language: Language): readonly string[] {
  const { id = '', kind = '', fromState: state = '', usedInParagraphs = [], handling = {} } = card;
  const { code = '', consentRef } = handling;
  const paragraphs = usedInParagraphs.join(', ') || '–';
  return [
    fillText(TEXTS.cited[language], { id, kind, state, code, paragraphs }),
    ...(consentRef === undefined ? [] : [fillText(TEXTS.consented[language], { consentRef })]),
    ...(isFreeOf(card) ? [] : [fillText(TEXTS.open[language], { state })]),
  ];
}

/** Throws `usage.bad-value`. */
function paragraphsIn({ options }: Invocation): readonly number[] | null {
  const given = findText(options, 'paragraphs');
  if (given === null) return null;
  const numbers = given.split(',').map((one) => one.trim());
  if (numbers.every((one) => /^[1-9]\d{0,3}$/u.test(one))) return numbers.map(Number);
  const expected = '1,2,…';
  throw new CliError('usage.bad-value', { option: '--paragraphs', value: given, expected });
}
