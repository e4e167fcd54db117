import { fields, SAFETY_METHODS } from '@enlace/contracts';
import { z } from 'zod';

import {
  attachment,
  common,
  CONTENT_LIMITS,
  personId,
  persons,
  target,
  targets,
  written,
} from './content-fields.js';

const note = written(CONTENT_LIMITS.note);
const text = written(CONTENT_LIMITS.text);

/** An IANA time zone. */
const zone = z.string().regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/);

/** What people write to each other, and the formal marks that they set. */
export const TALK_CONTENT = [
  z.strictObject({
    ...common,
    type: z.literal('thread.meta'),
    title: written(CONTENT_LIMITS.title),
    description: written(CONTENT_LIMITS.description).exactOptional(),
    caseTitle: written(CONTENT_LIMITS.title).exactOptional(),
    caseRef: written(CONTENT_LIMITS.caseRef).exactOptional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('text'),
    text,
    replyTo: target.exactOptional(),
    attachments: z.array(attachment).min(1).max(CONTENT_LIMITS.attachments).exactOptional(),
    mentions: persons(CONTENT_LIMITS.mentions).exactOptional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('edit'),
    target,
    /** The one before and 1; what was written first is version 1. */
    version: fields.count(2, Number.MAX_SAFE_INTEGER),
    text,
    reason: note.exactOptional(),
  }),
  z.strictObject({ ...common, type: z.literal('withdraw'), target, reason: note }),
  z
    .strictObject({
      ...common,
      type: z.literal('mark'),
      target,
      /** Visto, conforme, objeción. */
      mark: z.enum(['seen', 'agreed', 'objection']),
      note: note.exactOptional(),
    })
    .refine(({ mark, note: why }) => mark !== 'objection' || why !== undefined),
  z.strictObject({
    ...common,
    type: z.literal('ack.request'),
    ackId: fields.objectId,
    targets,
    from: persons(CONTENT_LIMITS.persons),
    deadline: fields.instant,
    zone: zone.max(64),
  }),
  z.strictObject({
    ...common,
    type: z.literal('verified'),
    personId,
    method: z.enum(SAFETY_METHODS),
  }),
] as const;

/** What goes into entries of kind `receipt`: it does not notify. */
export const RECEIPT_CONTENT = [
  /** Acuse de recibo. */
  z.strictObject({
    ...common,
    type: z.literal('ack.given'),
    ackId: fields.objectId,
    at: fields.instant,
  }),
  z.strictObject({ ...common, type: z.literal('read'), upToSeq: target }),
] as const;
