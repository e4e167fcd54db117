import type { JsonObject, JsonValue } from '@enlace/kernel';
import { canonicalJson, isJsonObject } from '@enlace/kernel';

import type { ResultOf } from '../../protocol/operations.js';
import { answerOf, QUESTIONS, type FieldKind } from './questions.js';

/** An opinion as far as somebody has written it: everything as typed, by question and by measure. */
export type WrittenOpinion = NonNullable<ResultOf<'request.opinion-draft'>>;
export type WrittenAnswer = WrittenOpinion['answers'][string];

export const UNWRITTEN: WrittenOpinion = {
  answers: {},
  recommendation: '',
  isQuotable: false,
  handling: 'EN1',
  validUntil: '',
};

export const UNANSWERED: WrittenAnswer = { answer: '', reason: '', legalReference: '', fields: {} };

/** A measure of the version that is answered. */
export interface AskedMeasure {
  readonly id: string;
  readonly item: JsonObject;
}

/** Whether there is nothing in it that somebody typed or chose. */
export function isUnwritten(written: WrittenOpinion): boolean {
  return canonicalJson(written) === canonicalJson(UNWRITTEN);
}

/** The fourth question is asked for each measure. */
export const OF_MEASURES = 4;

export function answerKey(q: number, measureId?: string): string {
  return measureId === undefined ? String(q) : `${q} ${measureId}`;
}

export function measuresOf({ measures }: JsonObject): readonly AskedMeasure[] {
  const items: readonly JsonValue[] = Array.isArray(measures) ? measures : [];
  return items.flatMap((item) => {
    const id = isJsonObject(item) ? item['id'] : null;
    return isJsonObject(item) && typeof id === 'string' ? [{ id, item }] : [];
  });
}

/** What was written, as the model has it; nothing of a question that was not answered. */
export function answersOf(written: WrittenOpinion, measures: readonly AskedMeasure[]): JsonObject {
  const answers = QUESTIONS.flatMap(({ q, fields }): JsonObject[] => {
    if (q === OF_MEASURES && measures.length > 0) {
      return measures.flatMap(({ id }) =>
        answerIn(written.answers[answerKey(q, id)], fields, { q, measureId: id }),
      );
    }
    if (q === 14) return written.isQuotable ? [{ q, answer: 'yes' }] : [];
    if (q === 15) return recommendationIn(written);
    return answerIn(written.answers[answerKey(q)], fields, { q });
  });
  const { isQuotable: quotable, handling, validUntil } = written;
  return { answers, quotable, handling, ...(validUntil === '' ? {} : { validUntil }) };
}

function recommendationIn({ recommendation, answers }: WrittenOpinion): JsonObject[] {
  if (recommendation === '') return [];
  const written = { ...(answers['15'] ?? UNANSWERED), answer: answerOf(recommendation) };
  return answerIn(written, {}, { q: 15, recommendation });
}

function answerIn(
  written: WrittenAnswer | undefined,
  kinds: Readonly<Record<string, FieldKind>>,
  about: JsonObject,
): JsonObject[] {
  const { answer, reason, legalReference, fields } = written ?? UNANSWERED;
  if (answer === '') return [];
  const said = Object.entries(kinds).flatMap(([name, kind]): [string, JsonValue][] => {
    const value = valueOf(fields[name] ?? '', kind);
    return value === null ? [] : [[name, value]];
  });
  const words = { reason: reason.trim(), legalReference: legalReference.trim() };
  const kept = Object.entries(words).filter(([, text]) => text !== '');
  return [{ ...about, answer, ...Object.fromEntries(kept), ...Object.fromEntries(said) }];
}

/** A number that is none stays text: the model says that it is wrong. */
function valueOf(text: string, kind: FieldKind): JsonValue {
  const typed = text.trim();
  if (typed === '') return null;
  if (kind === 'flag') return typed === 'true';
  if (kind === 'number') return Number.isFinite(Number(typed)) ? Number(typed) : typed;
  if (kind === 'lines') {
    return typed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  }
  if (kind !== 'money') return typed;
  const [value = '', currency = ''] = typed.split(' ');
  return { value: value.replace(',', '.'), currency: currency.toUpperCase() };
}
