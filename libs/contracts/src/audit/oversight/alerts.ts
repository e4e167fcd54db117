import type { StateCode } from '../../states.js';

/** Raised by a rule, acknowledged by somebody who looks at it, closed by somebody who has. */
export const ALERT_STEPS = ['raised', 'acknowledged', 'closed'] as const;
export type AlertStep = (typeof ALERT_STEPS)[number];

/** What a rule found. It helps; it proves nothing: numbers and events are there so that an auditor can redo the sum. */
export interface Alert {
  readonly alertId: string;
  readonly state: StateCode;
  readonly rule: string;
  /** What was compared, the threshold last. */
  readonly numbers: readonly number[];
  /** At most 50 of them. */
  readonly eventIds: readonly string[];
  readonly raisedAt: string;
  readonly step: AlertStep;
  /** Who moved it last; `null` while nobody has. */
  readonly changedBy: string | null;
  readonly changedAt: string | null;
}
