import { ALERT_STEPS } from '@enlace/contracts';

import { z } from '../messages.js';

const cell = z.nullable(z.union([z.string(), z.number()]));

/** An event as this browser verified it. */
export const recordEvent = z.strictObject({
  eventId: z.string(),
  occurredAt: z.string(),
  origin: z.nullable(z.string()),
  index: z.nullable(z.int()),
  /** `refused`: the log holds something else at this place, or nothing of what was signed. */
  standing: z.enum(['proven', 'pending', 'refused']),
  /** The code of what did not hold. */
  refusal: z.nullable(z.string()),
  /** All five, in their order; each is shown or says why not. */
  sections: z.array(
    z.strictObject({
      name: z.enum(['what', 'who', 'where', 'why', 'attest']),
      absent: z.nullable(z.enum(['erased', 'withheld'])),
      facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    }),
  ),
});

/** What a search or a question is narrowed by: pairs of name and value. The server says what it takes. */
export const recordFilter = z.array(z.strictObject({ name: z.string(), value: z.string() }));

export const recordPage = z.strictObject({
  events: z.array(recordEvent),
  cursor: z.nullable(z.string()),
  scope: z.nullable(z.string()),
  total: z.nullable(z.strictObject({ count: z.int(), isMore: z.boolean() })),
  /** Whether enough witnesses cosigned every checkpoint that a proof rests on. */
  isQuorumMet: z.boolean(),
});

export const recordView = z.strictObject({
  view: z.string(),
  count: z.int(),
  isMore: z.boolean(),
  columns: z.array(z.string()),
  rows: z.array(z.array(cell)),
  plot: z.array(z.strictObject({ series: z.string(), at: z.string(), value: z.number() })),
  scope: z.nullable(z.string()),
  /** The newest event that has its place in a log. */
  lastIntegrated: z.nullable(z.strictObject({ origin: z.string(), index: z.int() })),
});

/** One log: what the server says of it, and what this browser made of its newest checkpoint. */
export const recordIntegrity = z.strictObject({
  logs: z.array(
    z.strictObject({
      origin: z.string(),
      state: z.enum(['open', 'halted', 'closed']),
      size: z.int(),
      signedAt: z.nullable(z.string()),
      /** `grown`: it contains what this browser saw at its last visit; `first`: it saw none. */
      standing: z.enum(['grown', 'first', 'unsigned', 'refused']),
      refusal: z.nullable(z.string()),
      /** Size at the last visit. */
      seen: z.nullable(z.int()),
      isQuorumMet: z.boolean(),
      witnesses: z.array(z.strictObject({ name: z.string(), cosignedAt: z.string() })),
    }),
  ),
  disputes: z.int(),
  counterGaps: z.int(),
  erasures: z.int(),
});

/** What was done in one's own name; the server's word, save the acts of this device. */
export const ownActs = z.strictObject({
  acts: z.array(
    z.strictObject({
      eventId: z.string(),
      occurredAt: z.string(),
      type: z.string(),
      outcome: z.string(),
      isThisDevice: z.boolean(),
      deviceId: z.nullable(z.string()),
      ip: z.nullable(z.string()),
      origin: z.nullable(z.string()),
      index: z.nullable(z.int()),
    }),
  ),
  next: z.nullable(z.string()),
});

/** What a rule found, as the server says it; its events are there so that the sum can be redone. */
export const recordAlert = z.strictObject({
  alertId: z.string(),
  state: z.string(),
  rule: z.string(),
  /** What was compared, the threshold last. */
  numbers: z.array(z.number()),
  eventIds: z.array(z.string()),
  raisedAt: z.string(),
  step: z.enum(ALERT_STEPS),
  changedBy: z.nullable(z.string()),
  changedAt: z.nullable(z.string()),
});

export const alertMove = z.strictObject({
  alertId: z.string(),
  step: z.enum(['acknowledged', 'closed']),
  reason: z.nullable(z.string()),
});
