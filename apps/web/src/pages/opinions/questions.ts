import type { MessageKey } from '../../i18n/messages.js';

export type FieldKind = 'short' | 'text' | 'number' | 'flag' | 'day' | 'lines' | 'money';
export const ANSWERS = ['yes', 'no', 'with-conditions', 'cannot-say'] as const;
export type Answer = (typeof ANSWERS)[number];
export const RECOMMENDATIONS = ['send', 'fix-and-send', 'other-route', 'do-not-send'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

type Number = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;

/** One of the fifteen questions to a prosecutor of the requested State, with what may be said beside the answer. */
export interface Question {
  readonly q: Number;
  readonly words: `requests.q.${Number}`;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

/** In the order of the form. */
export const QUESTIONS: readonly Question[] = [
  { q: 1, words: 'requests.q.1', fields: { authorityId: 'short' } },
  { q: 2, words: 'requests.q.2', fields: { instrument: 'short' } },
  {
    q: 3,
    words: 'requests.q.3',
    fields: { article: 'short', maxYears: 'number', missingElements: 'lines' },
  },
  {
    q: 4,
    words: 'requests.q.4',
    fields: { courtOrder: 'flag', threshold: 'text', missing: 'text' },
  },
  {
    q: 5,
    words: 'requests.q.5',
    fields: { where: 'text', retentionDays: 'number', preserveNow: 'flag' },
  },
  { q: 6, words: 'requests.q.6', fields: { route: 'text' } },
  { q: 7, words: 'requests.q.7', fields: { postponeUntil: 'day', join: 'flag' } },
  { q: 8, words: 'requests.q.8', fields: { ground: 'text', condition: 'text' } },
  { q: 9, words: 'requests.q.9', fields: { personCodes: 'lines' } },
  { q: 10, words: 'requests.q.10', fields: { holderNotified: 'flag' } },
  { q: 11, words: 'requests.q.11', fields: { languages: 'lines', electronic: 'flag' } },
  { q: 12, words: 'requests.q.12', fields: { days: 'number' } },
  { q: 13, words: 'requests.q.13', fields: { estimate: 'money' } },
  { q: 14, words: 'requests.q.14', fields: {} },
  { q: 15, words: 'requests.q.15', fields: {} },
];

/** Whether the answer needs a reason (UNTOC 18(23), (26)). */
export function takesReason(answer: Answer): boolean {
  return answer === 'no' || answer === 'with-conditions';
}

/** The answer that a recommendation is: who advises against the request as it is says why. */
export function answerOf(recommendation: Recommendation): Answer {
  if (recommendation === 'send') return 'yes';
  return recommendation === 'fix-and-send' ? 'with-conditions' : 'no';
}

/** The words for what may be said beside an answer. */
export function fieldKey(name: string): MessageKey | null {
  return FIELD_KEYS.find((key) => key === `requests.q.field.${name}`) ?? null;
}

const FIELD_KEYS = [
  'requests.q.field.authorityId',
  'requests.q.field.instrument',
  'requests.q.field.article',
  'requests.q.field.maxYears',
  'requests.q.field.missingElements',
  'requests.q.field.courtOrder',
  'requests.q.field.threshold',
  'requests.q.field.missing',
  'requests.q.field.where',
  'requests.q.field.retentionDays',
  'requests.q.field.preserveNow',
  'requests.q.field.route',
  'requests.q.field.postponeUntil',
  'requests.q.field.join',
  'requests.q.field.ground',
  'requests.q.field.condition',
  'requests.q.field.personCodes',
  'requests.q.field.holderNotified',
  'requests.q.field.languages',
  'requests.q.field.electronic',
  'requests.q.field.days',
  'requests.q.field.estimate',
] as const satisfies readonly MessageKey[];
