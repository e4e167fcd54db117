import { z } from './messages.js';
import { documentChange, listedRequest, shownRequest } from './request-forms.js';

const about = { requestId: z.string() };

/** What a page asks of requests for assistance. */
export const REQUEST_OPERATIONS = {
  'request.list': { args: z.strictObject({}), result: z.array(listedRequest) },
  /** A draft in a case: from the file of a request, or empty but for its two States. */
  'request.begin': {
    args: z.strictObject({
      caseId: z.string(),
      requestedState: z.string(),
      title: z.string(),
      text: z.nullable(z.string()),
    }),
    result: z.strictObject(about),
  },
  'request.open': { args: z.strictObject(about), result: shownRequest },
  /** Written into the record of the draft, sealed; what a colleague writes elsewhere at the same time stays. */
  'request.write': {
    args: z.strictObject({ ...about, changes: z.array(documentChange) }),
    result: shownRequest,
  },
} as const;
