import { ALERT_STEPS } from '@enlace/contracts';

import { madeFiles, z } from '../messages.js';
import { askedExport, namedExport, wantedExport } from './export-forms.js';
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
  /** Shows a passkey. A large one waits for a second auditor. */
  'record.ask-export': {
    args: wantedExport,
    result: z.strictObject({ export: askedExport, isReady: z.boolean() }),
  },
  /** What this browser asked for and can still take, newest first. */
  'record.asked-exports': { args: nothing, result: z.array(askedExport) },
  /** A bundle is proven and signed here; each other format has a file beside it that says what it is. */
  'record.take-export': { args: namedExport, result: z.strictObject({ files: madeFiles }) },
  /** Agrees to that of another auditor, with a passkey. */
  'record.approve-export': { args: namedExport, result: z.strictObject({ rows: z.int() }) },
} as const satisfies Readonly<Record<string, { args: z.ZodMiniType; result: z.ZodMiniType }>>;
