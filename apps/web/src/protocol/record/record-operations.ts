import { ALERT_STEPS } from '@enlace/contracts';

import { z } from '../messages.js';
import {
  alertMove,
  ownActs,
  recordAlert,
  recordEvent,
  recordFilter,
  recordIntegrity,
  recordPage,
  recordView,
} from './record-forms.js';

const nothing = z.strictObject({});

/** What a page may ask about the access record; loaded with the first of these. */
export const RECORD_OPERATIONS = {
  'record.search': {
    args: z.strictObject({ filter: recordFilter, cursor: z.nullable(z.string()) }),
    result: recordPage,
  },
  'record.show': { args: z.strictObject({ eventId: z.string() }), result: recordEvent },
  'record.view': {
    args: z.strictObject({ view: z.string(), filter: recordFilter }),
    result: recordView,
  },
  'record.integrity': { args: nothing, result: recordIntegrity },
  'record.own': { args: z.strictObject({ before: z.nullable(z.string()) }), result: ownActs },
  /** At one step, or at all of them. */
  'record.alerts': {
    args: z.strictObject({ step: z.nullable(z.enum(ALERT_STEPS)) }),
    result: z.array(recordAlert),
  },
  'record.move-alert': { args: alertMove, result: recordAlert },
} as const satisfies Readonly<Record<string, { args: z.ZodMiniType; result: z.ZodMiniType }>>;
