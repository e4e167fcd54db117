import { enumeration, refusalsBurst } from './attempts.js';
import { egressBeforeLeaving, egressBytes, egressTickets } from './egress.js';
import { breakglassUnreviewed, receiptDispute, witnessLate } from './oversight.js';
import { newDeviceDownload, offHoursRead, selfAudit } from './people.js';
import { foreignLocation, impossibleTravel } from './places.js';
import type { EventRule, Finding, Grounds, SeenEvent } from './rule.js';

/** Every rule over events that needs nothing else. */
export const EVENT_RULES: readonly EventRule[] = [
  refusalsBurst,
  enumeration,
  offHoursRead,
  newDeviceDownload,
  egressTickets,
  egressBytes,
  egressBeforeLeaving,
  selfAudit,
  foreignLocation,
  impossibleTravel,
  breakglassUnreviewed,
  receiptDispute,
  witnessLate,
];

/** What the rules find in these events, oldest first; each is shown its types within its window alone. */
export function findAll(
  rules: readonly EventRule[],
  events: readonly SeenEvent[],
  grounds: Grounds,
): readonly Finding[] {
  return rules.flatMap(({ types, windowMs, find }) => {
    const seen = events.filter(
      ({ type, atMs }) => types.includes(type) && grounds.nowMs - atMs <= windowMs,
    );
    return find(seen, grounds);
  });
}
