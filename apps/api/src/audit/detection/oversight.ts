import type { StateCode } from '@enlace/contracts';

import { DAY_MS, HOUR_MS, MINUTE_MS, STANDING_MS, type EventRule, type SeenEvent } from './rule.js';

const MONTH_MS = 31 * DAY_MS;
/** What concerns the platform is told to the regional authority. */
const PLATFORM: StateCode = 'XR';

/** Doors were opened by force and nobody has looked at why. */
export const breakglassUnreviewed: EventRule = {
  name: 'breakglass-unreviewed',
  types: ['breakglass.invoked', 'breakglass.reviewed'],
  windowMs: MONTH_MS,
  find: (events, { nowMs, thresholds }) => {
    const reviewed = new Set(
      events.filter(({ type }) => type === 'breakglass.reviewed').map(objectOf),
    );
    return events.flatMap((event) => {
      if (event.type !== 'breakglass.invoked' || reviewed.has(objectOf(event))) return [];
      const state = event.actorState ?? PLATFORM;
      const hours = thresholds(state, 'breakglass-unreviewed.hours');
      const waited = Math.floor((nowMs - event.atMs) / HOUR_MS);
      if (waited < hours) return [];
      return [finding(['breakglass-unreviewed', state], [event], [waited, hours])];
    });
  },
};

/** A device says that the server broke a promise, or gave it something else than was sent. */
export const receiptDispute: EventRule = {
  name: 'receipt-dispute',
  types: ['receipt.disputed', 'audit.verification-failed', 'attachment.integrity-failed'],
  windowMs: DAY_MS,
  find: (events) =>
    events.map((event) =>
      finding(['receipt-dispute', event.actorState ?? PLATFORM], [event], [1, 0]),
    ),
};

/** A witness that has not caught up. */
export const witnessLate: EventRule = {
  name: 'witness-late',
  types: ['witness.delayed', 'witness.recovered'],
  windowMs: STANDING_MS,
  find: (events, { nowMs, thresholds }) =>
    lateWitnesses(events).flatMap((event) => {
      const minutes = thresholds(PLATFORM, 'witness-late.minutes');
      const waited = Math.floor((nowMs - event.atMs) / MINUTE_MS);
      return waited < minutes
        ? []
        : [finding(['witness-late', PLATFORM], [event], [waited, minutes])];
    }),
};

/** So many witnesses are late that the quorum cannot be met. `needed` and `known` come from the policy. */
export function quorumLost(needed: number, known: number): EventRule {
  return {
    name: 'quorum-lost',
    types: ['witness.delayed', 'witness.recovered'],
    windowMs: STANDING_MS,
    find: (events, { nowMs, thresholds }) => {
      const late = lateWitnesses(events).toSorted((a, b) => a.atMs - b.atMs);
      // The one whose delay left too few: from then on the quorum is lost.
      const last = late[known - needed];
      if (needed === 0 || last === undefined) return [];
      const minutes = thresholds(PLATFORM, 'quorum-lost.minutes');
      const waited = Math.floor((nowMs - last.atMs) / MINUTE_MS);
      if (waited < minutes) return [];
      return [finding(['quorum-lost', PLATFORM], [last, ...late], [late.length, waited, minutes])];
    },
  };
}

function lateWitnesses(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const late = new Map<unknown, SeenEvent>();
  for (const event of events) {
    const name = event.what['witnessName'];
    if (event.type === 'witness.recovered') late.delete(name);
    // Late with both logs is late once, since the first.
    else if (!late.has(name)) late.set(name, event);
  }
  return [...late.values()];
}

function objectOf({ what }: SeenEvent): unknown {
  return what['objectId'];
}

function finding(
  [rule, state]: readonly [string, StateCode],
  events: readonly SeenEvent[],
  numbers: readonly number[],
) {
  const eventIds = [...new Set(events.map(({ eventId }) => eventId))];
  return { rule, state, subject: eventIds[0] ?? '', numbers, eventIds } as const;
}
