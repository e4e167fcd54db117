import type { StateCode } from '@enlace/contracts';
import type { JsonObject } from '@enlace/kernel';

/** What a rule sees of an event: no address, and nothing that somebody signed. */
export interface SeenEvent {
  readonly eventId: string;
  readonly atMs: number;
  readonly type: string;
  readonly outcome: string;
  /** `null` for the server itself, and once it was erased. */
  readonly actorId: string | null;
  readonly actorState: StateCode | null;
  readonly deviceId: string | null;
  /** Where the address lies, as far as this deployment knows places. */
  readonly geoState: string | null;
  /** In the office hours of the person; `null` where nobody recorded it. */
  readonly inHours: boolean | null;
  /** The section `what`. */
  readonly what: JsonObject;
}

/** What an alert holds, so that an auditor can redo the sum. */
export interface Finding {
  readonly rule: string;
  /** Whose auditors are told; the regional authority for what concerns the platform. */
  readonly state: StateCode;
  /** One alert for one subject: the same finding tomorrow is the same alert. */
  readonly subject: string;
  /** The numbers that were compared, the threshold last. */
  readonly numbers: readonly number[];
  readonly eventIds: readonly string[];
}

/** The number that a State has set for itself, else the usual one. */
export type Thresholds = (state: StateCode, name: ThresholdName) => number;

/** Names of `alertThresholds` in the policy of a State, with what holds where it says nothing. */
export const USUAL_THRESHOLDS = {
  'refusals-burst.count': 5,
  'refusals-burst.minutes': 10,
  'enumeration.count': 20,
  'enumeration.minutes': 10,
  'new-device-download.minutes': 60,
  'egress-volume.tickets': 200,
  'egress-volume.mebibytes': 2_048,
  'egress-before-leaving.hours': 24,
  'impossible-travel.km-per-hour': 900,
  'breakglass-unreviewed.hours': 72,
  'witness-late.minutes': 15,
  'quorum-lost.minutes': 60,
  'counter-gap.hours': 24,
  'volume-outlier.cases': 5,
  'volume-outlier.times': 3,
  'redacted-read.hours': 24,
} as const satisfies Readonly<Record<string, number>>;
export type ThresholdName = keyof typeof USUAL_THRESHOLDS;

/** A rule over events, oldest first. It helps; it proves nothing. */
export interface EventRule {
  readonly name: string;
  /** The types that it wants to see. */
  readonly types: readonly string[];
  /** How far back it looks at most; without an end, at what still stands. */
  readonly windowMs: number;
  readonly find: (events: readonly SeenEvent[], grounds: Grounds) => readonly Finding[];
}

export interface Grounds {
  readonly nowMs: number;
  readonly thresholds: Thresholds;
}

/** Of a rule over what still stands, since whenever. */
export const STANDING_MS = Number.POSITIVE_INFINITY;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Events that are read, taken out or shown: what somebody learns from. */
export const READING = [
  'attachment.ticketed',
  'audit.exported',
  'audit.searched',
  'audit.viewed',
  'case.consulted',
  'directory.searched',
  'entry.fetched',
  'person.consulted',
  'person.listed',
  'request.consulted',
  'thread.consulted',
  'thread.exported',
  'vault.fetched',
] as const;

/** What belongs together, in the order in which it came. */
export function grouped<Value, Key>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value)) ?? [];
    group.push(value);
    groups.set(keyOf(value), group);
  }
  return groups;
}

/** Events of each actor, in their order. Refusals of strangers have no actor and are nobody's. */
export function byActor(events: readonly SeenEvent[]): readonly (readonly SeenEvent[])[] {
  const known = events.filter(({ actorId }) => actorId !== null);
  return [...grouped(known, ({ actorId }) => actorId).values()];
}

/** The events from one on that lie within a time, for each one that begins such a stretch. */
export function stretches(
  events: readonly SeenEvent[],
  withinMs: number,
): readonly (readonly SeenEvent[])[] {
  return events.map((first, at) =>
    events.slice(at).filter(({ atMs }) => atMs - first.atMs <= withinMs),
  );
}
