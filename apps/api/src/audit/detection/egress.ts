import {
  byActor,
  DAY_MS,
  HOUR_MS,
  type EventRule,
  type Finding,
  type SeenEvent,
  type ThresholdName,
} from './rule.js';

const MEBIBYTE = 1_048_576;

/** What takes something out of the platform, or is the upper bound of it. */
export const TAKEN_OUT = [
  'attachment.printed',
  'attachment.saved',
  'attachment.ticketed',
  'audit.exported',
  'entry.copied',
  'entry.printed',
  // Where it says that the request was exported: see `isTakenOut`.
  'request.status-changed',
  'thread.exported',
] as const;
const LEAVING = ['person.revoked', 'person.suspended'] as const;

interface Volume {
  readonly type: string;
  readonly limit: ThresholdName;
  readonly withinMs: number;
  readonly weightOf: (event: SeenEvent) => number;
}

/** One person took more than is usual within a time: told once for each such time. */
function volume({ type, limit, withinMs, weightOf }: Volume): EventRule {
  return {
    name: 'egress-volume',
    types: [type],
    // Twice, so that a node that was away for a while misses nothing.
    windowMs: 2 * withinMs,
    find: (events, { thresholds }) =>
      byActor(events.filter(({ outcome }) => outcome === 'success')).flatMap((taken) => {
        const state = taken[0]?.actorState ?? 'XR';
        const most = thresholds(state, limit);
        const found = crossingOf(taken, { most, withinMs, weightOf });
        const crossing = found?.events.at(-1);
        if (found === null || crossing === undefined) return [];
        const time = Math.floor(crossing.atMs / withinMs);
        return [
          {
            rule: 'egress-volume',
            state,
            subject: `${crossing.actorId ?? ''}/${type}/${time}`,
            numbers: [Math.floor(found.sum), most],
            eventIds: found.events.map(({ eventId }) => eventId),
          },
        ];
      }),
  };
}

/** The first stretch of that length in which it was too much, up to the event that made it so. */
function crossingOf(
  taken: readonly SeenEvent[],
  { most, withinMs, weightOf }: Pick<Volume, 'withinMs' | 'weightOf'> & { readonly most: number },
): { readonly sum: number; readonly events: readonly SeenEvent[] } | null {
  let [sum, from] = [0, 0];
  for (const [at, event] of taken.entries()) {
    sum += weightOf(event);
    for (let first = taken[from]; first !== undefined; first = taken[from]) {
      if (event.atMs - first.atMs <= withinMs) break;
      sum -= weightOf(first);
      from += 1;
    }
    if (sum >= most) return { sum, events: taken.slice(from, at + 1) };
  }
  return null;
}

/** Files that somebody may fetch: what was asked for, whatever of it came. */
export const egressTickets = volume({
  type: 'attachment.ticketed',
  limit: 'egress-volume.tickets',
  withinMs: HOUR_MS,
  weightOf: () => 1,
});

/** Bytes that were asked for, on record before the first of them left: more may be said than went, never less. */
export const egressBytes = volume({
  type: 'attachment.fetched',
  limit: 'egress-volume.mebibytes',
  withinMs: DAY_MS,
  weightOf: ({ what: { from, to } }) =>
    typeof from === 'number' && typeof to === 'number' ? Math.max(0, to - from) / MEBIBYTE : 0,
});

/** Somebody whose mandate was ended or suspended took something out shortly before. */
export const egressBeforeLeaving: EventRule = {
  name: 'egress-before-leaving',
  types: [...TAKEN_OUT, ...LEAVING],
  windowMs: 2 * DAY_MS,
  find: (events, { thresholds }) => {
    const taken = events.filter(isTakenOut);
    const left = events.filter(
      ({ type, outcome }) => isOneOf(LEAVING, type) && outcome === 'success',
    );
    return left.flatMap((end): readonly Finding[] => {
      const { objectId } = end.what;
      if (typeof objectId !== 'string') return [];
      const before = taken.filter(({ actorId, atMs }) => actorId === objectId && atMs <= end.atMs);
      const state = before[0]?.actorState ?? 'XR';
      const hours = thresholds(state, 'egress-before-leaving.hours');
      const late = before.filter(({ atMs }) => end.atMs - atMs <= hours * HOUR_MS);
      if (late.length === 0) return [];
      return [
        {
          rule: 'egress-before-leaving',
          state,
          subject: `${objectId}/${end.eventId}`,
          numbers: [late.length, hours],
          eventIds: [end, ...late].map(({ eventId }) => eventId),
        },
      ];
    });
  },
};

/** Of the steps of a request one alone takes it out: its document is made, for a channel outside. */
export function isTakenOut({ type, what }: Pick<SeenEvent, 'type' | 'what'>): boolean {
  if (type === 'request.status-changed') return what['after'] === 'exported';
  return isOneOf(TAKEN_OUT, type);
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(type);
}
