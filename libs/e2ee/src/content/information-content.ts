import { fields, PURPOSES, STATES } from '@enlace/contracts';
import { z } from 'zod';

import { common, CONTENT_LIMITS, persons, written } from './content-fields.js';

const ROUTES = ['origin', 'transit', 'destination'] as const;
const requestId = fields.objectId;
const note = written(CONTENT_LIMITS.note);
/** Nothing is asked for named recipients: whoever is in the thread has to know what was. */
const ANSWER_CODES = ['EN0', 'EN1', 'EN2'] as const;
/** The name that a question has among those of its request. */
const questionId = z.string().regex(/^[a-z0-9-]{1,32}$/);

const areDifferent = (items: readonly { readonly name: string }[]): boolean =>
  new Set(items.map(({ name }) => name)).size === items.length;
const isSorted = (items: readonly string[]): boolean =>
  items.every((item, at) => at === 0 || item > (items[at - 1] ?? ''));

/**
 * What focal points ask and tell each other before anything is formal (UNTOC, articles 18(4), 18(5) and 27; Protocol
 * against smuggling, article 10).
 */
export const INFORMATION_CONTENT = [
  z.strictObject({
    ...common,
    type: z.literal('info.request'),
    requestId,
    /** Focal points. */
    to: persons(CONTENT_LIMITS.persons),
    questions: z
      .array(z.strictObject({ id: questionId, text: written(CONTENT_LIMITS.question) }))
      .min(1)
      .max(CONTENT_LIMITS.questions)
      .refine((asked) => areDifferent(asked.map(({ id }) => ({ name: id })))),
    purpose: z.enum(PURPOSES),
    /** What the own or the other State is on the route of whoever was smuggled. */
    route: z.enum(ROUTES).exactOptional(),
    /** Whom or what it is about: codes of persons, or identifiers. */
    subjects: z
      .array(written(CONTENT_LIMITS.subject))
      .min(1)
      .max(CONTENT_LIMITS.subjects)
      .exactOptional(),
    /** What the answer is needed for. */
    why: note.exactOptional(),
    /** What whoever asks knows already. */
    facts: written(CONTENT_LIMITS.answer).exactOptional(),
    /** How whoever asks means to use the answer; whoever answers decides. */
    answerHandling: z.enum(ANSWER_CODES).exactOptional(),
    urgency: z.enum(['routine', 'urgent', 'immediate']),
    neededBy: fields.instant,
  }),
  z
    .strictObject({
      ...common,
      type: z.literal('info.answer'),
      requestId,
      answers: z
        .array(
          z.strictObject({
            questionId,
            text: written(CONTENT_LIMITS.answer),
            certainty: z.enum(['certain', 'likely', 'unknown']),
          }),
        )
        .max(CONTENT_LIMITS.questions)
        .refine((given) => areDifferent(given.map((one) => ({ name: one.questionId })))),
      declined: note.exactOptional(),
    })
    .refine(({ answers, declined }) => answers.length > 0 || declined !== undefined),
  /** Told without having been asked. */
  z.strictObject({
    ...common,
    type: z.literal('info.spontaneous'),
    informationId: fields.objectId,
    summary: written(CONTENT_LIMITS.answer),
    /** Whom it concerns; sorted. */
    states: fields.listOf(fields.memberState, 1, STATES.length).refine(isSorted),
    /** What the sending State asks not to be done with it. */
    restrictions: note.exactOptional(),
    /** It speaks for an accused: the receiving State may have to disclose it, after notice. */
    exculpatory: z.boolean(),
    expiresOn: fields.instant.exactOptional(),
  }),
] as const;
