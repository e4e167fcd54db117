import type { AuditExportFormat } from '@enlace/contracts';
import { canonicalJson, formatInstant, type JsonValue } from '@enlace/kernel';
import { formatEventLine } from '@enlace/tlog';

import { flatten, type FlatEvent, type PlacedEvent } from './flat-event.js';
import { toOcsf } from './ocsf.js';

/** The file of an export. JSON Lines lose nothing and can be verified; the others are for reading and counting. */
export function formatExport(format: AuditExportFormat, events: readonly PlacedEvent[]): string {
  switch (format) {
    case 'jsonl':
    case 'bundle':
      return lines(events.map(formatEventLine));
    case 'ocsf':
      return lines(events.map((event) => canonicalJson(toOcsf(flatten(event)))));
    case 'csv':
      return csv(events.map(flatten));
  }
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

type Column = readonly [title: string, value: (row: FlatEvent) => JsonValue | undefined];

const COLUMNS: readonly Column[] = [
  ['origin', ({ event }) => event.origin],
  ['index', ({ event }) => event.index],
  ['leafHash', ({ leafHash }) => leafHash],
  ['eventId', ({ event }) => event.eventId],
  ['occurredAtUtc', ({ occurredAtMs }) => formatInstant(occurredAtMs)],
  ['occurredAtLocal', localTime],
  ['timeZone', ({ where }) => where['timeZone']],
  ...(
    'type outcome reasonCode observedBy objectType objectId ownerState states caseId threadId requestId ' +
    'actorState actorRole actorAlias correlationId'
  )
    .split(' ')
    .map((name): Column => [name, ({ what }) => what[name]]),
  ...'actorId deviceId officeId sessionRef via'
    .split(' ')
    .map((name): Column => [name, ({ who }) => who[name]]),
  ...'ip userAgent'.split(' ').map((name): Column => [name, ({ where }) => where[name]]),
  ...'purpose legalBasis approvals reasonText'
    .split(' ')
    .map((name): Column => [name, ({ why }) => why[name]]),
  ['absent', ({ event }) => Object.entries(event.absent).map(([name, why]) => `${name}: ${why}`)],
];

/** RFC 4180 with a byte order mark, so that a spreadsheet reads accents. */
function csv(rows: readonly FlatEvent[]): string {
  const titles = COLUMNS.map(([title]) => title).join(',');
  const body = rows.map((row) => COLUMNS.map(([, value]) => cell(value(row))).join(','));
  return `\uFEFF${[titles, ...body].map((line) => `${line}\r\n`).join('')}`;
}

/** A cell that a spreadsheet would calculate is made a text (OWASP, CSV injection); always in quotation marks. */
function cell(value: JsonValue | undefined): string {
  const text = Array.isArray(value) ? value.join(' ') : textOf(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** In the zone of whoever acted; empty where `where` is not shown or names no zone. */
function localTime({ where, occurredAtMs }: FlatEvent): string {
  const { timeZone } = where;
  if (typeof timeZone !== 'string' || !isZone(timeZone)) return '';
  const form = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return form.format(occurredAtMs);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Sections are flat: what is no list is a text, a number, a flag or nothing. */
function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : canonicalJson(value);
}
