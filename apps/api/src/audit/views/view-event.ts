import type { AuditCell, AuditPlotPoint } from '@enlace/contracts';
import { formatInstant, isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { decodeLeaf, type SaltedSection } from '@enlace/tlog';

import type { ReadEvent } from '../reading/read-event.js';

/** An event as views count it: its sections in words, an empty one where it is not shown. */
export interface ViewEvent {
  readonly eventId: string;
  readonly index: number | null;
  readonly atMs: number;
  readonly what: JsonObject;
  readonly who: JsonObject;
  readonly where: JsonObject;
  readonly why: JsonObject;
  /** Of the person, in which hours and weekdays are counted. */
  readonly zone: string;
}

/** What a view makes of events, which come oldest first. */
export interface ViewTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly AuditCell[])[];
  readonly plot: readonly AuditPlotPoint[];
}

/** How somebody was in touch with something. */
export type Mark = 'read' | 'download' | 'share' | 'write' | 'refused';

/** The time zone of an office of a State; where the office is not shown or not known, that of the State. */
export type ZoneOf = (state: string, officeId: string) => string;

export function viewEvent(
  { eventId, leaf, place, sections }: ReadEvent,
  zoneOf: ZoneOf,
): ViewEvent {
  const what = wordsOf(sections.what);
  const who = wordsOf(sections.who);
  const where = wordsOf(sections.where);
  const said = textOf(where, 'timeZone');
  const own = () => zoneOf(textOf(what, 'actorState'), textOf(who, 'officeId'));
  return {
    eventId,
    index: place?.index ?? null,
    atMs: decodeLeaf(leaf).occurredAtMs,
    what,
    who,
    where,
    why: wordsOf(sections.why),
    zone: said === '' ? own() : said,
  };
}

function wordsOf(section: SaltedSection | undefined): JsonObject {
  if (section === undefined) return {};
  const words: JsonValue = JSON.parse(Buffer.from(section.bytes).toString('utf8'));
  return isJsonObject(words) ? words : {};
}

/** A member as a cell: lists become one text. */
export function cell(section: JsonObject, name: string): AuditCell {
  const value = section[name];
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.join(' ') : null;
}

export function textOf(section: JsonObject, name: string): string {
  const value = section[name];
  return typeof value === 'string' ? value : '';
}

export const typeOf = ({ what }: ViewEvent): string => textOf(what, 'type');
export const timeOf = ({ atMs }: ViewEvent): string => formatInstant(atMs);
export const dayOf = (event: ViewEvent): string => timeOf(event).slice(0, 10);

/** The person where that is shown, else the alias under which one person can be followed. */
export function actorOf({ who, what }: ViewEvent): string {
  const name = [textOf(who, 'actorId'), textOf(what, 'actorAlias'), textOf(who, 'actor')];
  return name.find((each) => each !== '') ?? '';
}

const READS = ['consulted', 'listed', 'fetched', 'delivered', 'opened', 'searched', 'viewed'];
const DOWNLOADS = [
  'ticketed',
  'saved',
  'printed',
  'exported',
  'downloaded',
  'copied',
  'transferred',
];
const SHARES = [
  'shared',
  'onward-shared',
  'member-added',
  'state-added',
  'issued',
  'granted',
  'disclosed',
];

/** An attachment that is fetched or delivered has left, and not only been read. */
export function markOf(event: ViewEvent): Mark {
  if (textOf(event.what, 'outcome') !== 'success') return 'refused';
  const [object = '', participle = ''] = typeOf(event).split('.');
  if (DOWNLOADS.includes(participle) || isExport(event)) return 'download';
  if (READS.includes(participle)) return object === 'attachment' ? 'download' : 'read';
  return SHARES.includes(participle) ? 'share' : 'write';
}

/** The step of a request with which its document is made, for a channel outside. */
function isExport(event: ViewEvent): boolean {
  return typeOf(event) === 'request.status-changed' && textOf(event.what, 'after') === 'exported';
}

/** How many events share a series and a moment, in the order of both. */
export function countPoints(
  events: readonly ViewEvent[],
  place: (event: ViewEvent) => { readonly series: string; readonly at: string },
): readonly AuditPlotPoint[] {
  const counts = new Map<string, AuditPlotPoint>();
  for (const event of events) {
    const { series, at } = place(event);
    const key = `${series}\0${at}`;
    counts.set(key, { series, at, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, point]) => point);
}

/** Groups in the order of their first event. */
export function groupBy(
  events: readonly ViewEvent[],
  keyOf: (event: ViewEvent) => readonly AuditCell[],
): readonly { readonly key: readonly AuditCell[]; readonly events: readonly ViewEvent[] }[] {
  const groups = new Map<string, { key: readonly AuditCell[]; events: ViewEvent[] }>();
  for (const event of events) {
    const key = keyOf(event);
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { key, events: [] };
    group.events.push(event);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** First, last and number of the events of a group. */
export function spanOf(events: readonly ViewEvent[]): readonly AuditCell[] {
  const [first] = events;
  const last = events.at(-1);
  return [
    first === undefined ? null : timeOf(first),
    last === undefined ? null : timeOf(last),
    events.length,
  ];
}
