import { z } from 'zod';

import {
  count,
  day,
  flag,
  id,
  instant,
  language,
  listOf,
  money,
  oneOf,
  ref,
  sha256,
  short,
  state,
  text,
} from './scalars.js';
import { HANDLING_CODES } from './vocabulary.js';
import { inOrder, problemsOf, type Problem } from './problem.js';

/** Two answers to one question are for different measures. */
const ANSWER_LIMIT = 200;

const fields = {
  1: { authorityId: short },
  2: { instrument: short },
  3: { article: short, maxYears: count, missingElements: listOf(short) },
  4: { measureId: ref, courtOrder: flag, threshold: text, missing: text },
  5: { where: text, retentionDays: count, preserveNow: flag },
  6: { route: text },
  7: { postponeUntil: day, join: flag },
  8: { ground: text, condition: text },
  9: { personCodes: listOf(short) },
  10: { holderNotified: flag },
  11: { languages: listOf(language), electronic: flag },
  12: { days: count },
  13: { estimate: money },
  14: {},
  15: { recommendation: oneOf(['send', 'fix-and-send', 'other-route', 'do-not-send']) },
} as const;

const common = {
  measureId: ref.optional(),
  answer: oneOf(['yes', 'no', 'with-conditions', 'cannot-say']),
  reason: text.optional(),
  legalReference: short.optional(),
  handling: oneOf(HANDLING_CODES).optional(),
} as const;

const answerTo = <Q extends keyof typeof fields>(q: Q) =>
  z.strictObject({ q: z.literal(q), ...z.object(fields[q]).partial().shape, ...common });

const answer = z
  .discriminatedUnion('q', [
    answerTo(1),
    answerTo(2),
    answerTo(3),
    answerTo(4),
    answerTo(5),
    answerTo(6),
    answerTo(7),
    answerTo(8),
    answerTo(9),
    answerTo(10),
    answerTo(11),
    answerTo(12),
    answerTo(13),
    answerTo(14),
    answerTo(15),
  ])
  // UNTOC 18(23), (26): who says no, or yes but, says why.
  .refine(
    ({ answer: said, reason = '' }) =>
      !['no', 'with-conditions'].includes(said) || reason.trim() !== '',
    { error: 'bad-format', path: ['reason'] },
  );

const answers = z
  .array(answer)
  .min(1)
  .max(ANSWER_LIMIT)
  .refine(
    (given) =>
      new Set(given.map(({ q, measureId = '' }) => `${q} ${measureId}`)).size === given.length,
    'bad-format',
  );

/** What a prosecutor answers: the part that is written by hand. */
const givenAnswers = z.strictObject({
  answers,
  validUntil: day.optional(),
  handling: oneOf(HANDLING_CODES).default('EN1'),
  quotable: flag.default(false),
});

/**
 * An informal view of a prosecutor of the requested State on one projection. It binds neither the central
 * authority nor a
 * court, and stands in no formal document.
 */
const opinion = givenAnswers.extend({
  schemaVersion: z.literal('1.0'),
  id,
  requestId: id,
  projectionSha256: sha256,
  by: id,
  state,
  at: instant,
});

export type GivenAnswers = z.infer<typeof givenAnswers>;
export type Opinion = z.infer<typeof opinion>;

export type ReadOpinion<Value> =
  | { readonly kind: 'opinion'; readonly opinion: Value }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] };

/** Answers as somebody wrote them. Total; what is wrong is named with its JSON pointer. */
export function readAnswers(value: unknown): ReadOpinion<GivenAnswers> {
  return read(givenAnswers, value);
}

/** An opinion as it was sealed. Total. */
// Attacker-controlled: by a member.
export function readOpinion(value: unknown): ReadOpinion<Opinion> {
  return read(opinion, value);
}

function read<Value>(schema: z.ZodType<Value>, value: unknown): ReadOpinion<Value> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'opinion', opinion: parsed.data };
  return { kind: 'malformed', problems: inOrder(problemsOf(parsed.error)) };
}
