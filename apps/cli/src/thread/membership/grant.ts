import { softwarePresence, type HistoryGiving, type HistoryPlan } from '@enlace/client';
import type { PersonId, ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import {
  findInteger,
  readArgumentId,
  requireOneOf,
  requireText,
} from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { confirmed } from '../../person/confirmed.js';
import { tellAct } from '../told-act.js';
import { withOwnThreads } from '../own-threads.js';

const SEQ_LIMIT = 999_999_999;
const BASES: readonly HistoryGiving['basis'][] = [
  'case-joined',
  'handover',
  'substitution',
  'court-order',
];

const TEXTS = {
  question: {
    es: 'Da a {personId} lo anterior del hilo: {given}; queda fuera: {excluded}. Queda registrado.',
    en: 'Gives {personId} what was before in the thread: {given}; left out: {excluded}. It is on record, for good.',
  },
  none: { es: 'nada', en: 'nothing' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace thread grant`: earlier history to somebody who is in the thread, by a steward who sees before what it holds
 * and what must stay out: what names its recipients, and what is of a time before the own membership.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const giving = readGiving(options);
  return withOwnThreads(invocation, async ({ home, session, threads }) => {
    const plan = await threads.previewHistory(threadId, giving);
    const told = { personId: giving.toPersonId, ...inWords(plan, language) };
    await confirmed(invocation, home.questions, fillText(TEXTS.question[language], told));
    const show = softwarePresence(home.profile.keys.signSeed);
    const { ranges, excluded, grants } = await threads.giveHistory(threadId, giving, {
      session,
      show,
    });
    const seq = grants.at(-1) ?? 0;
    return tellAct(invocation, 'history-given', { threadId, ranges, excluded, seq });
  });
}

function readGiving(options: Invocation['options']): HistoryGiving {
  const toPersonId = readArgumentId<PersonId>(requireText(options, 'person'), '--person');
  const fromSeq = findInteger(options, 'from', [1, SEQ_LIMIT]) ?? 1;
  const toSeq = findInteger(options, 'to', [fromSeq, SEQ_LIMIT]);
  const basis = requireOneOf(options, { name: 'basis', codes: BASES });
  return { toPersonId, fromSeq, basis, ...(toSeq === null ? {} : { toSeq }) };
}

function inWords({ ranges, excluded }: HistoryPlan, language: Language) {
  const words = (parts: readonly { readonly fromSeq: number; readonly toSeq: number }[]): string =>
    parts.length === 0
      ? TEXTS.none[language]
      : parts.map(({ fromSeq, toSeq }) => `${fromSeq}–${toSeq}`).join(', ');
  return { given: words(ranges), excluded: words(excluded) };
}
