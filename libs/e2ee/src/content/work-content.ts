import { fields, REQUEST_STATUSES } from '@enlace/contracts';
import { z } from 'zod';

import {
  canonicalBody,
  common,
  CONTENT_LIMITS,
  signature,
  target,
  written,
} from './content-fields.js';
import { HANDLING_CONTENT } from './handling-content.js';
import { INFORMATION_CONTENT } from './information-content.js';

const requestId = fields.objectId;
const recordId = fields.objectId;
const version = fields.count(1, Number.MAX_SAFE_INTEGER);
const note = written(CONTENT_LIMITS.note);
const RECORD_SCHEMAS = ['mla-request/1', 'note/1', 'route/1', 'tasks/1'] as const;

/** A frozen version of a record. */
const frozen = { recordId, version, projectionHash: fields.hash } as const;

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
  /** A finding of the check was considered, for one version of its rule and the values that it is about. */
  z.strictObject({
    ...common,
    type: z.literal('record.waive'),
    recordId,
    rule: z.string().regex(/^[a-z0-9-]{1,64}$/),
    ruleVersion: version,
    subject: fields.text(200),
    values: fields.hash,
    reason: written(CONTENT_LIMITS.waiver).check(z.minLength(CONTENT_LIMITS.waiverLeast)),
  }),
] as const;

const steps = [
  /** A step of the request in a record, as whoever took it tells it to the thread. */
  z.strictObject({
    ...common,
    type: z.literal('request.step'),
    recordId,
    from: z.enum(REQUEST_STATUSES),
    to: z.enum(REQUEST_STATUSES),
    reason: note.exactOptional(),
    /** The day on which it happened where the formal channel is. */
    on: fields.day.exactOptional(),
    /** Of an executed one: whether all that was asked was done. */
    extent: z.enum(['whole', 'part']).exactOptional(),
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

const custody = [
  z.strictObject({
    ...common,
    type: z.literal('custody.seal'),
    /** The entry that names the file. */
    target,
    attachmentId: fields.objectId,
    /** The signed object `enlace/custody/v1` of whoever sent the file. */
    seal: fields.canonicalText(CONTENT_LIMITS.seal),
    /** With it the record can be shown to have known the seal since then. */
    salt: fields.bytesOf(32),
  }),
  z.strictObject({
    ...common,
    type: z.literal('custody.transfer'),
    attachmentId: fields.objectId,
    /** The signed object `enlace/custody/v1`: of whoever gives; of both, in the answer that completes it. */
    transfer: fields.canonicalText(CONTENT_LIMITS.seal),
    /** With it the record can be shown to have known the transfer since then. */
    salt: fields.bytesOf(32),
    /** With an offer: what proves in the log that whoever gives holds it. */
    receipt: fields.canonicalText(CONTENT_LIMITS.custodyReceipt).exactOptional(),
  }),
] as const;

/** Requests for information, records, opinions, and consents about what was written. */
export const WORK_CONTENT = [
  ...INFORMATION_CONTENT,
  ...records,
  ...steps,
  ...opinions,
  ...HANDLING_CONTENT,
  ...custody,
] as const;
