import { fields, PURPOSES } from '@enlace/contracts';
import { z } from 'zod';

import {
  canonicalBody,
  common,
  CONTENT_LIMITS,
  personId,
  persons,
  signature,
  target,
  written,
} from './content-fields.js';

const requestId = fields.objectId;
const recordId = fields.objectId;
const version = fields.count(1, Number.MAX_SAFE_INTEGER);
const note = written(CONTENT_LIMITS.note);
/** The name that a question has among those of its request. */
const questionId = z.string().regex(/^[a-z0-9-]{1,32}$/);

const RECORD_SCHEMAS = ['mla-request/1', 'note/1', 'route/1', 'tasks/1'] as const;

const areDifferent = (items: readonly { readonly name: string }[]): boolean =>
  new Set(items.map(({ name }) => name)).size === items.length;

/** A frozen version of a record. */
const frozen = { recordId, version, projectionHash: fields.hash } as const;

const information = [
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
] as const;

const records = [
  z.strictObject({
    ...common,
    type: z.literal('record.create'),
    recordId,
    schema: z.enum(RECORD_SCHEMAS),
    title: written(CONTENT_LIMITS.title),
    derivedFrom: z
      .strictObject({
        commitment: fields.hash,
        redactions: fields.listOf(fields.text(200), 0, CONTENT_LIMITS.redactions),
        rulesVersion: fields.text(64),
      })
      .exactOptional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('record.freeze'),
    ...frozen,
    coversSeq: target,
    schema: z.enum(RECORD_SCHEMAS),
  }),
  z.strictObject({ ...common, type: z.literal('record.sign'), ...frozen, signature }),
  z.strictObject({
    ...common,
    type: z.literal('record.close'),
    recordId,
    reason: note.exactOptional(),
  }),
] as const;

const opinions = [
  z.strictObject({
    ...common,
    type: z.literal('opinion.request'),
    requestId,
    ...frozen,
    body: canonicalBody,
  }),
  z.strictObject({
    ...common,
    type: z.literal('opinion.give'),
    requestId,
    ...frozen,
    body: canonicalBody,
    /** May be cited outside the thread. */
    quotable: z.boolean(),
  }),
] as const;

const handling = [
  z
    .strictObject({
      ...common,
      type: z.literal('handling.consent'),
      /** One entry, or from the first to the last of a range; all of them the author's own. */
      fromSeq: target,
      toSeq: target,
      to: z.union([
        z.strictObject({ state: fields.memberState }),
        z.strictObject({ personIds: persons(CONTENT_LIMITS.persons) }),
      ]),
      scope: z.enum(['onward', 'evidence']),
    })
    .refine(({ fromSeq, toSeq }) => fromSeq <= toSeq),
  z.strictObject({
    ...common,
    type: z.literal('custody.transfer'),
    custodyId: fields.objectId,
    from: personId,
    to: personId,
    purpose: written(CONTENT_LIMITS.note),
    condition: written(CONTENT_LIMITS.note),
    /** `enlace/custody/v1`, of whoever gives; of whoever takes, in the answer that completes it. */
    giverSignature: signature,
    receiverSignature: signature.exactOptional(),
  }),
] as const;

/** Requests for information, records, opinions, and consents about what was written. */
export const WORK_CONTENT = [...information, ...records, ...opinions, ...handling] as const;
