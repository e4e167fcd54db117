import { z } from 'zod';

import { canonicalText, day, head, text } from './fields.js';

/** Where a pack fact or a rule review stands; the States of a path decide who may sign it. */
const path = text(256).regex(
  /^\/(countries\/[A-Z]{2}|pairs\/[A-Z]{2}-[A-Z]{2}|rules\/[a-z0-9-]+)(\/([A-Za-z0-9._-]+|\*))+$/,
);

export const factConfirmation = z.strictObject({
  ...head('fact-confirmation'),
  path,
  value: canonicalText(4_096),
  source: text(1_024),
  sourceDate: day,
  validFrom: day.nullable(),
  validTo: day.nullable(),
  reviewBy: day.nullable(),
  note: text(1_024).nullable(),
});
