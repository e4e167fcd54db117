import type { AuditPlotPoint } from '@enlace/contracts';

import {
  actorOf,
  cell,
  countPoints,
  groupBy,
  markOf,
  spanOf,
  textOf,
  timeOf,
  type ViewEvent,
  type ViewTable,
} from './view-event.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Working hours where the event does not say whether it was within them. */
const WORK_BEGINS = 7;
const WORK_ENDS = 19;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface LocalTime {
  readonly weekday: string;
  readonly hour: number;
}

/**
 * Q3: access outside hours, in the zone of the person's office; own share against the median of all. National holidays
 * stand in no source that the platform has: they count as the weekday that they are.
 */
export function offHours(events: readonly ViewEvent[]): ViewTable {
  const placed = events.filter(({ where }) => Object.keys(where).length > 0);
  const off = placed.filter(isOff);
  const people = groupBy(placed, (event) => [cell(event.what, 'actorState'), actorOf(event)]).map(
    ({ key, events: of }) => {
      const late = of.filter(isOff).length;
      return { key, all: of.length, late, percent: Math.round((100 * late) / of.length) };
    },
  );
  const median = medianOf(people.map(({ percent }) => percent));
  return {
    columns: ['actorState', 'actor', 'accesses', 'offHours', 'percent', 'medianPercent'],
    rows: people.map(({ key, all, late, percent }) => [...key, all, late, percent, median]),
    plot: countPoints(off, (event) => {
      const { weekday, hour } = localTime(event);
      return { series: weekday, at: String(hour).padStart(2, '0') };
    }),
  };
}

function isOff(event: ViewEvent): boolean {
  const said = event.where['inHours'];
  if (typeof said === 'boolean') return !said;
  const { weekday, hour } = localTime(event);
  return weekday === 'Sat' || weekday === 'Sun' || hour < WORK_BEGINS || hour >= WORK_ENDS;
}

function localTime({ atMs, zone }: ViewEvent): LocalTime {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: knownZone(zone),
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const weekday = part('weekday');
  return { weekday: WEEKDAYS.includes(weekday) ? weekday : 'Sun', hour: Number(part('hour')) };
}

/** A zone that this node does not know counts as UTC. */
function knownZone(name: string): string {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** Q4: access from another country, network or new device; and how soon after one country came another. */
export function places(
  events: readonly ViewEvent[],
  standing: readonly ViewEvent[] = [],
): ViewTable {
  const placed = events.filter(({ where }) => textOf(where, 'ip') !== '');
  const enrolledAt = new Map<string, number>();
  for (const { what, atMs } of [...standing, ...events]) {
    if (textOf(what, 'type') === 'device.enrolled') enrolledAt.set(textOf(what, 'objectId'), atMs);
  }
  const groups = groupBy(placed, (event) => [
    actorOf(event),
    cell(event.where, 'geoState'),
    cell(event.where, 'network') ?? networkOf(textOf(event.where, 'ip')),
    cell(event.who, 'deviceId'),
  ]);
  return {
    columns: [
      'actor',
      'geoState',
      'network',
      'deviceId',
      'first',
      'last',
      'count',
      'deviceAgeDays',
    ],
    rows: groups.map(({ key, events: of }) => [
      ...key,
      ...spanOf(of),
      ageOf(of.at(-1), enrolledAt),
    ]),
    plot: journeys(placed),
  };
}

/** Of the device when it was used last; `null` where its enrolment is not there to be seen. */
function ageOf(
  last: ViewEvent | undefined,
  enrolledAt: ReadonlyMap<string, number>,
): number | null {
  const since = last === undefined ? undefined : enrolledAt.get(textOf(last.who, 'deviceId'));
  return last === undefined || since === undefined
    ? null
    : Math.floor((last.atMs - since) / DAY_MS);
}

/** Minutes between two accesses of one person from two countries. */
function journeys(events: readonly ViewEvent[]): readonly AuditPlotPoint[] {
  return groupBy(
    events.filter(({ where }) => textOf(where, 'geoState') !== ''),
    (event) => [actorOf(event)],
  ).flatMap(({ key, events: of }) =>
    of.flatMap((event, at) => {
      const before = of[at - 1];
      const [from, to] = [textOf(before?.where ?? {}, 'geoState'), textOf(event.where, 'geoState')];
      if (before === undefined || from === to) return [];
      const value = Math.round((event.atMs - before.atMs) / MINUTE_MS);
      return [{ series: `${String(key[0])} ${from}-${to}`, at: timeOf(event), value }];
    }),
  );
}

/** The first 24 bits of an IPv4 address, the first 48 of an IPv6 one. */
function networkOf(ip: string): string {
  if (ip.includes(':')) return `${ip.split(':').slice(0, 3).join(':')}::/48`;
  return `${ip.split('.').slice(0, 3).join('.')}.0/24`;
}

/** When somebody's right ended, by person, by device, and by alias within a case or thread. */
class Ends {
  readonly #ends = new Map<string, { readonly at: string; readonly by: string }>();

  see(event: ViewEvent): void {
    const type = textOf(event.what, 'type');
    const end = { at: timeOf(event), by: type };
    const person = `person ${textOf(event.what, 'objectId')}`;
    if (['person.revoked', 'person.suspended', 'person.frozen'].includes(type))
      this.#ends.set(person, end);
    if (['person.reinstated', 'person.renewed', 'person.unfrozen'].includes(type))
      this.#ends.delete(person);
    if (type === 'device.revoked') this.#ends.set(`device ${textOf(event.what, 'objectId')}`, end);
    const member = memberOf(event, textOf(event.what, 'memberAlias'));
    if (type.endsWith('.member-removed') || type.endsWith('.member-left'))
      this.#ends.set(member, end);
    if (type.endsWith('.member-added')) this.#ends.delete(member);
  }

  of(event: ViewEvent) {
    return (
      this.#ends.get(`person ${textOf(event.who, 'actorId')}`) ??
      this.#ends.get(`device ${textOf(event.who, 'deviceId')}`) ??
      this.#ends.get(memberOf(event, textOf(event.what, 'actorAlias')))
    );
  }
}

const memberOf = ({ what }: ViewEvent, alias: string): string =>
  `member ${textOf(what, 'threadId') || textOf(what, 'caseId')} ${alias}`;

/** What says that a session is over is no access. */
const OVER = ['session.closed', 'session.revoked', 'session.disconnected'];

/**
 * Q8: whatever succeeded after removal, suspension, revocation or the loss of the device, sessions included. That a
 * certificate has run out stands in no event: its sessions end, and are refused.
 */
export function afterEnd(
  events: readonly ViewEvent[],
  standing: readonly ViewEvent[] = [],
): ViewTable {
  const ends = new Ends();
  const asked = new Set(events.map(({ eventId }) => eventId));
  const earlier = standing.filter(({ eventId }) => !asked.has(eventId));
  const late: (ViewEvent & { readonly end: { readonly at: string; readonly by: string } })[] = [];
  for (const event of [...earlier, ...events].toSorted((one, other) => one.atMs - other.atMs)) {
    const end = ends.of(event);
    const isAccess = markOf(event) !== 'refused' && !OVER.includes(textOf(event.what, 'type'));
    if (end !== undefined && isAccess && asked.has(event.eventId)) late.push({ ...event, end });
    ends.see(event);
  }
  return {
    columns: [
      'eventId',
      'index',
      'at',
      'type',
      'actorState',
      'actor',
      'object',
      'endedAt',
      'endedBy',
    ],
    rows: late.map((event) => [
      event.eventId,
      event.index,
      timeOf(event),
      textOf(event.what, 'type'),
      cell(event.what, 'actorState'),
      actorOf(event),
      cell(event.what, 'objectId'),
      event.end.at,
      event.end.by,
    ]),
    plot: countPoints(late, (event) => ({
      series: actorOf(event),
      at: timeOf(event).slice(0, 10),
    })),
  };
}
