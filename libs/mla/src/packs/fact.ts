import { z } from 'zod';

import { isIsoDate } from '../request/days.js';

/** How a fact is known: its primary text was read or the State confirmed it; from elsewhere; or not at all. */
const CONFIDENCES = ['verified', 'secondary', 'unknown'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

const day = z.string().refine((value): boolean => isIsoDate(value), 'not a calendar day');
const bilingual = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });

/**
 * A value with its provenance. A value is null exactly when the confidence is unknown; an unknown fact carries the
 * question to put to the State, a known one its source. `since` is the day from which a party fact holds.
 */
export function factOf<T extends z.ZodType>(value: T) {
  return z
    .strictObject({
      value: value.nullable(),
      source: z.string().min(1).nullable(),
      sourceDate: z.string().nullable(),
      confidence: z.enum(CONFIDENCES),
      note: z.string().optional(),
      question: bilingual.optional(),
      since: day.optional(),
      validFrom: day.optional(),
      validTo: day.optional(),
      reviewBy: day.optional(),
      confirmedBy: z.strictObject({ state: z.string(), on: day }).optional(),
      detail: z.unknown().optional(),
    })
    .superRefine(assertProvenance);
}

function assertProvenance(
  fact: {
    confidence: Confidence;
    source: string | null;
    question?: Bilingual | undefined;
    value?: unknown;
  },
  context: z.RefinementCtx,
): void {
  const unknown = fact.confidence === 'unknown';
  if ((fact.value === null) !== unknown) {
    context.addIssue('the value is null exactly when the confidence is unknown');
  }
  if (unknown && !fact.question) context.addIssue('an unknown fact has a question');
  if (!unknown && fact.source === null) context.addIssue('a known fact has a source');
}

/** A fact of any value; the typed readers of the pack narrow it. */
export interface Fact<T> {
  readonly value: T | null;
  readonly source: string | null;
  readonly sourceDate: string | null;
  readonly confidence: Confidence;
  readonly question?: Bilingual | undefined;
  readonly since?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
  readonly reviewBy?: string | undefined;
  /** The State, or both of a pair, whose own word it is, and the day of it. */
  readonly confirmedBy?: Confirmation | undefined;
}

export interface Confirmation {
  readonly state: string;
  readonly on: string;
}

export interface Bilingual {
  readonly es: string;
  readonly en: string;
}

/** The weakest of several confidences; of none, `verified`. */
export function weakest(confidences: Iterable<Confidence>): Confidence {
  let index = 0;
  for (const confidence of confidences) index = Math.max(index, CONFIDENCES.indexOf(confidence));
  return CONFIDENCES[index] ?? 'unknown';
}

/** A fact past its review day, or outside its validity, counts as unknown on that day. */
export function isCurrent(
  fact: Pick<Fact<unknown>, 'validFrom' | 'validTo' | 'reviewBy'>,
  today: string,
): boolean {
  return (
    (fact.reviewBy === undefined || today <= fact.reviewBy) &&
    (fact.validFrom === undefined || fact.validFrom <= today) &&
    (fact.validTo === undefined || today <= fact.validTo)
  );
}
