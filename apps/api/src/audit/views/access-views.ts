import { REGIONAL_AUTHORITY, STATES } from '@enlace/contracts';

import {
  actorOf,
  cell,
  countPoints,
  dayOf,
  groupBy,
  markOf,
  spanOf,
  textOf,
  timeOf,
  typeOf,
  type ViewEvent,
  type ViewTable,
} from './view-event.js';

/** Q1: who accessed this case, when, from where, why? One lane a person. */
export function caseAccess(events: readonly ViewEvent[]): ViewTable {
  return {
    columns: ['eventId', 'index', 'at', 'mark', 'type', 'actorState', 'actor', 'ip', 'purpose'],
    rows: events.map((event) => [
      event.eventId,
      event.index,
      timeOf(event),
      markOf(event),
      typeOf(event),
      cell(event.what, 'actorState'),
      actorOf(event),
      cell(event.where, 'ip'),
      cell(event.why, 'purpose'),
    ]),
    plot: countPoints(events, (event) => ({
      series: `${actorOf(event)} ${markOf(event)}`,
      at: dayOf(event),
    })),
  };
}

/** Q2: what did this person look at between two dates? */
export function personActivity(events: readonly ViewEvent[]): ViewTable {
  const objects = groupBy(events, ({ what }) => [
    cell(what, 'objectType'),
    cell(what, 'objectId'),
    cell(what, 'ownerState'),
  ]);
  return {
    columns: ['objectType', 'objectId', 'ownerState', 'first', 'last', 'count'],
    rows: objects.map(({ key, events: of }) => [...key, ...spanOf(of)]),
    plot: countPoints(events, (event) => ({
      series: textOf(event.what, 'objectType'),
      at: dayOf(event),
    })),
  };
}

/** Q6: refused attempts, by actor and object. What was counted together counts as many. */
export function refusals(events: readonly ViewEvent[]): ViewTable {
  const refused = events.filter((event) => textOf(event.what, 'outcome') !== 'success');
  const attempts = ({ what }: ViewEvent) => (typeof what['count'] === 'number' ? what['count'] : 1);
  const groups = groupBy(refused, (event) => [
    cell(event.what, 'actorState'),
    actorOf(event) === '' ? cell(event.where, 'ip') : actorOf(event),
    cell(event.what, 'target') ?? cell(event.what, 'objectId'),
    cell(event.what, 'reasonCode'),
  ]);
  return {
    columns: ['actorState', 'actor', 'target', 'reasonCode', 'first', 'last', 'events', 'attempts'],
    rows: groups.map(({ key, events: of }) => [
      ...key,
      ...spanOf(of),
      of.reduce((sum, event) => sum + attempts(event), 0),
    ]),
    plot: countPoints(refused, (event) => ({
      series: textOf(event.what, 'reasonCode'),
      at: `${timeOf(event).slice(0, 13)}:00`,
    })),
  };
}

/** Q7: what left the platform? */
export function egress(events: readonly ViewEvent[]): ViewTable {
  const left = events.filter((event) => markOf(event) === 'download');
  return {
    columns: [
      'eventId',
      'index',
      'at',
      'type',
      'actorState',
      'actor',
      'object',
      'bytes',
      'hash',
      'purpose',
      'to',
    ],
    rows: left.map((event) => [
      event.eventId,
      event.index,
      timeOf(event),
      typeOf(event),
      cell(event.what, 'actorState'),
      actorOf(event),
      cell(event.what, 'objectId'),
      cell(event.what, 'bytesSent') ?? cell(event.what, 'bytes'),
      cell(event.what, 'ciphertextHash') ??
        cell(event.what, 'documentHash') ??
        cell(event.what, 'fileHash'),
      cell(event.why, 'purpose'),
      cell(event.what, 'toAlias') ?? cell(event.what, 'target') ?? cell(event.what, 'format'),
    ]),
    plot: countPoints(left, (event) => ({ series: typeOf(event), at: dayOf(event) })),
  };
}

const EVERYBODY: readonly string[] = [...STATES, REGIONAL_AUTHORITY];

/** Q10: which State looked at what another contributed? Rows read, columns own. */
export function stateMatrix(events: readonly ViewEvent[]): ViewTable {
  const looks = events.filter((event) => ['read', 'download'].includes(markOf(event)));
  const between = (reader: string, owner: string) =>
    looks.filter(
      ({ what }) => textOf(what, 'actorState') === reader && textOf(what, 'ownerState') === owner,
    ).length;
  return {
    columns: ['reads', ...EVERYBODY],
    rows: EVERYBODY.map((reader) => [reader, ...EVERYBODY.map((owner) => between(reader, owner))]),
    plot: EVERYBODY.flatMap((reader) =>
      EVERYBODY.flatMap((owner) => {
        const value = between(reader, owner);
        return value === 0 ? [] : [{ series: reader, at: owner, value }];
      }),
    ),
  };
}

/** Q15: who consulted, for a data subject? State, role and alias; never the person. */
export function subjectAccess(events: readonly ViewEvent[]): ViewTable {
  const looks = events.filter((event) => ['read', 'download'].includes(markOf(event)));
  const groups = groupBy(looks, ({ what, why }) => [
    cell(what, 'actorState'),
    cell(what, 'actorRole'),
    cell(what, 'actorAlias'),
    cell(why, 'purpose'),
  ]);
  return {
    columns: ['actorState', 'actorRole', 'actorAlias', 'purpose', 'first', 'last', 'count'],
    rows: groups.map(({ key, events: of }) => [...key, ...spanOf(of)]),
    plot: countPoints(looks, (event) => ({
      series: textOf(event.what, 'actorState'),
      at: dayOf(event),
    })),
  };
}
