import { isProblemCode, PROBLEMS } from '@enlace/contracts';

import {
  byActor,
  HOUR_MS,
  MINUTE_MS,
  stretches,
  type EventRule,
  type SeenEvent,
  type ThresholdName,
} from './rule.js';

const REFUSALS = ['access.denied', 'access.throttled', 'session.refused'] as const;

/** How many refusals an event stands for: those beyond five a minute are counted in one. */
function weightOf({ type, what }: SeenEvent): number {
  const { count } = what;
  return type === 'access.throttled' && typeof count === 'number' ? count : 1;
}

/** Asked for what does not exist, or for what they may not know of: the same answer, and the way to guess ids. */
function isAbsent({ type, what }: SeenEvent): boolean {
  const { reasonCode } = what;
  if (type === 'access.throttled') return true;
  return (
    typeof reasonCode === 'string' &&
    isProblemCode(reasonCode) &&
    PROBLEMS[reasonCode].kind === 'absent'
  );
}

interface Burst {
  readonly name: string;
  readonly count: ThresholdName;
  readonly minutes: ThresholdName;
  readonly counts: (event: SeenEvent) => boolean;
}

/** Many refusals of one actor in a short time. */
function burst({ name, count, minutes, counts }: Burst): EventRule {
  return {
    name,
    types: REFUSALS,
    windowMs: HOUR_MS,
    find: (events, { thresholds }) =>
      byActor(events.filter(({ outcome }) => outcome !== 'success')).flatMap((all) => {
        const state = all[0]?.actorState ?? 'XR';
        const limit = thresholds(state, count);
        const counted = all.filter(counts);
        const found = stretches(counted, thresholds(state, minutes) * MINUTE_MS).find(
          (some) => sumOf(some) >= limit,
        );
        const [first] = found ?? [];
        if (found === undefined || first === undefined) return [];
        return [
          {
            rule: name,
            state,
            subject: `${first.actorId ?? ''}/${Math.floor(first.atMs / HOUR_MS)}`,
            numbers: [sumOf(found), limit],
            eventIds: found.map(({ eventId }) => eventId),
          },
        ];
      }),
  };
}

function sumOf(events: readonly SeenEvent[]): number {
  return events.reduce((sum, event) => sum + weightOf(event), 0);
}

export const refusalsBurst = burst({
  name: 'refusals-burst',
  count: 'refusals-burst.count',
  minutes: 'refusals-burst.minutes',
  counts: () => true,
});

export const enumeration = burst({
  name: 'enumeration',
  count: 'enumeration.count',
  minutes: 'enumeration.minutes',
  counts: isAbsent,
});
