import type { AskedInformation, ToldInformation } from '@enlace/client';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';

const DAY_MS = 86_400_000;

const STANDINGS: Readonly<Record<AskedInformation['standing'], Text>> = {
  sent: { es: 'enviada', en: 'sent' },
  read: { es: 'leída', en: 'read' },
  'in-part': { es: 'respondida en parte', en: 'answered in part' },
  answered: { es: 'respondida', en: 'answered' },
  declined: { es: 'rechazada', en: 'declined' },
};
const CERTAINTIES: Readonly<Record<'certain' | 'likely' | 'unknown', Text>> = {
  certain: { es: 'cierto', en: 'certain' },
  likely: { es: 'probable', en: 'likely' },
  unknown: { es: 'sin certeza', en: 'unknown' },
};
const ROUTES: Readonly<Record<NonNullable<AskedInformation['route']>, Text>> = {
  origin: { es: 'origen', en: 'origin' },
  transit: { es: 'tránsito', en: 'transit' },
  destination: { es: 'destino', en: 'destination' },
};
const TEXTS = {
  asked: {
    es: '{threadId} {seq}  {requestId}  pregunta de {state}: {standing}; {clock}',
    en: '{threadId} {seq}  {requestId}  question of {state}: {standing}; {clock}',
  },
  left: { es: 'días restantes: {days}', en: 'days left: {days}' },
  today: { es: 'vence hoy', en: 'due today' },
  overdue: { es: 'VENCIDA, días de retraso: {days}', en: 'OVERDUE, days late: {days}' },
  route: { es: '    en la ruta: {route}', en: '    on the route: {route}' },
  subjects: { es: '    sobre: {subjects}', en: '    about: {subjects}' },
  told: {
    es: '{threadId} {seq}  {informationId}  información de {state}, para {states}{expired}',
    en: '{threadId} {seq}  {informationId}  information of {state}, for {states}{expired}',
  },
  expired: { es: ' (ya no vale)', en: ' (no longer holds)' },
  restrictions: { es: '    se pide: {text}', en: '    asked for: {text}' },
  exculpatory: {
    es: '    habla a favor de un acusado: avise a quien la envió antes de revelarla (UNTOC 18(5))',
    en: '    speaks for an accused: tell the sender before it is disclosed (UNTOC 18(5))',
  },
  declined: { es: '    {state} no responde: {text}', en: '    {state} does not answer: {text}' },
  informal: {
    es: '    {code}: solo información hasta una solicitud formal',
    en: '    {code}: information only until a formal request',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** A request for information, its clock, and what was answered. */
export function linesOfAsked(
  asked: AskedInformation,
  {
    threadId,
    nowMs,
    language,
  }: { readonly threadId: string; readonly nowMs: number; readonly language: Language },
): readonly string[] {
  const { seq, requestId, questions, answers, handling, route, subjects } = asked;
  const say = (text: Text, facts: Parameters<typeof fillText>[1]) =>
    fillText(text[language], facts);
  const standing = STANDINGS[asked.standing][language];
  const state = asked.state ?? '--';
  const head = {
    threadId,
    seq,
    requestId,
    state,
    standing,
    clock: clockOf(asked, nowMs, language),
  };
  const isLimited = handling !== null && handling !== 'EN0';
  return [
    say(TEXTS.asked, head),
    ...(isLimited ? [say(TEXTS.informal, { code: handling })] : []),
    ...(route === null ? [] : [say(TEXTS.route, { route: ROUTES[route][language] })]),
    ...(subjects.length === 0
      ? []
      : [say(TEXTS.subjects, { subjects: printable(subjects.join(', ')) })]),
    ...questions.flatMap(({ id, text }, at) => [
      `    ${at + 1}. ${printable(text)}`,
      ...answers.flatMap((given) =>
        given.answers
          .filter(({ questionId }) => questionId === id)
          .map((one) => {
            const certainty = CERTAINTIES[one.certainty][language];
            return `       ${given.state ?? '--'} (${certainty}): ${printable(one.text)}`;
          }),
      ),
    ]),
    ...answers.flatMap(({ declined, state: by }) =>
      declined === null
        ? []
        : [say(TEXTS.declined, { state: by ?? '--', text: printable(declined) })],
    ),
  ];
}

/** What was told, and under which conditions. */
export function linesOfTold(
  told: ToldInformation,
  { threadId, language }: { readonly threadId: string; readonly language: Language },
): readonly string[] {
  const { seq, informationId, states, summary, restrictions, exculpatory, handling } = told;
  const expired = told.isExpired ? TEXTS.expired[language] : '';
  const head = {
    threadId,
    seq,
    informationId,
    state: told.state ?? '--',
    states: states.join(', '),
    expired,
  };
  const isLimited = handling !== null && handling !== 'EN0';
  return [
    fillText(TEXTS.told[language], head),
    ...(isLimited ? [fillText(TEXTS.informal[language], { code: handling })] : []),
    `    ${printable(summary)}`,
    ...(restrictions === null
      ? []
      : [fillText(TEXTS.restrictions[language], { text: printable(restrictions) })]),
    ...(exculpatory ? [TEXTS.exculpatory[language]] : []),
  ];
}

function clockOf({ neededBy, isOverdue }: AskedInformation, nowMs: number, language: Language) {
  const days = Math.floor(Math.abs(Date.parse(neededBy) - nowMs) / DAY_MS);
  if (isOverdue) return fillText(TEXTS.overdue[language], { days });
  if (Date.parse(neededBy) <= nowMs) return neededBy.slice(0, 10);
  return days === 0 ? TEXTS.today[language] : fillText(TEXTS.left[language], { days });
}
