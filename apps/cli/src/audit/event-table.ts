import type { CommittedEvent, EventStanding } from '@enlace/client';
import type { JsonObject } from '@enlace/kernel';
import { printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';

/** An event with what its check came to. */
export interface JudgedEvent {
  readonly event: CommittedEvent;
  readonly standing: EventStanding;
}

/** Widest cell of a table; what is longer stands whole in `--json`. */
const CELL_LIMIT = 44;

const STANDINGS = {
  proven: { es: 'probado', en: 'proven' },
  pending: { es: 'en camino', en: 'pending' },
} as const satisfies Readonly<Record<EventStanding, Text>>;

const HEADS = {
  es: ['índice', 'momento', 'tipo', 'resultado', 'Estado', 'persona', 'propósito', 'prueba'],
  en: ['index', 'time', 'type', 'outcome', 'State', 'person', 'purpose', 'proof'],
} as const satisfies Readonly<Record<Language, readonly string[]>>;

export type Cell = string | number | null;

/** Columns under their heads, each as wide as its widest cell; nothing in it steers a terminal. */
export function tableText(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [heads, ...rows].map((row) =>
    heads.map((_, at) => shorten(printable(String(row[at] ?? '-')))),
  );
  const widths = heads.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shorten(text: string): string {
  return text.length > CELL_LIMIT ? `${text.slice(0, CELL_LIMIT - 1)}…` : text;
}

export function eventsText(events: readonly JudgedEvent[], language: Language): string {
  return tableText(
    HEADS[language],
    events.map((each) => rowOf(each, language)),
  );
}

function rowOf({ event, standing }: JudgedEvent, language: Language): readonly Cell[] {
  const { what = {}, who = {}, why = {} } = event.sections;
  return [
    event.place?.index ?? null,
    new Date(event.occurredAtMs).toISOString(),
    word(what, 'type'),
    word(what, 'outcome'),
    word(what, 'actorState'),
    word(who, 'actorId') ?? word(what, 'actorAlias'),
    word(why, 'purpose'),
    STANDINGS[standing][language],
  ];
}

/** For programs: the event in words, its place, and whether it is proven. */
export function eventObject({ event, standing }: JudgedEvent): JsonObject {
  const { eventId, place, sections, absent } = event;
  return {
    event: 'event',
    eventId,
    occurredAt: new Date(event.occurredAtMs).toISOString(),
    place: place === null ? null : { ...place },
    standing,
    sections: { ...sections },
    absent: { ...absent },
  };
}

export function standingText(standing: EventStanding, language: Language): string {
  return STANDINGS[standing][language];
}

function word(section: JsonObject, name: string): string | null {
  const value = section[name];
  return typeof value === 'string' ? value : null;
}
