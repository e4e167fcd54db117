import type { AuditCell } from '@enlace/contracts';

import {
  actorOf,
  cell,
  countPoints,
  dayOf,
  groupBy,
  textOf,
  timeOf,
  typeOf,
  type ViewEvent,
  type ViewTable,
} from './view-event.js';

/** A review of break-glass is due within this time. */
const REVIEW_MS = 72 * 3_600_000;

/** What every line of a register says first. */
const HEAD = ['eventId', 'index', 'at', 'type', 'actorState', 'actor', 'object'] as const;

function headOf(event: ViewEvent): readonly AuditCell[] {
  return [
    event.eventId,
    event.index,
    timeOf(event),
    typeOf(event),
    cell(event.what, 'actorState'),
    actorOf(event),
    cell(event.what, 'objectId'),
  ];
}

/** Events one by one, with these members of `what`. */
function register(events: readonly ViewEvent[], members: readonly string[]): ViewTable {
  return {
    columns: [...HEAD, ...members],
    rows: events.map((event) => [
      ...headOf(event),
      ...members.map((name) => cell(event.what, name)),
    ]),
    plot: countPoints(events, (event) => ({ series: typeOf(event), at: dayOf(event) })),
  };
}

/** Q5: break-glass: who, for what, approved, reviewed? One line a case of it. */
export function breakglass(events: readonly ViewEvent[]): ViewTable {
  const invocations = groupBy(events, ({ what }) => [cell(what, 'objectId')]);
  return {
    columns: [
      'object',
      'action',
      'invokedBy',
      'invokedAt',
      'approvals',
      'effectiveAfter',
      'expiresAt',
      'state',
      'verdict',
      'reviewDue',
    ],
    rows: invocations.map(({ key, events: of }) => [...key, ...invocationOf(of)]),
    plot: countPoints(events, (event) => ({ series: typeOf(event), at: dayOf(event) })),
  };
}

/** One case of break-glass, from the first event of it that is there. */
function invocationOf(events: readonly ViewEvent[]): readonly AuditCell[] {
  const ofType = (name: string) => events.filter((event) => typeOf(event) === `breakglass.${name}`);
  const [first] = events;
  const invoked = ofType('invoked')[0] ?? first;
  if (invoked === undefined) return [];
  const steps = ['reviewed', 'expired', 'approved', 'invoked'];
  return [
    cell(invoked.what, 'action'),
    actorOf(invoked),
    timeOf(invoked),
    ofType('approved').length,
    cell(invoked.what, 'effectiveAfter'),
    cell(invoked.what, 'expiresAt'),
    steps.find((name) => ofType(name).length > 0) ?? null,
    cell(ofType('reviewed').at(-1)?.what ?? {}, 'verdict'),
    timeOf({ ...invoked, atMs: invoked.atMs + REVIEW_MS }),
  ];
}

/** Q9: who changed rights, keys, roles, devices, settings? Before, after, approvers. */
export function changes(events: readonly ViewEvent[]): ViewTable {
  const lines = register(events, ['before', 'after', 'statementHash']);
  return {
    ...lines,
    columns: [...lines.columns, 'approvals'],
    rows: events.map((event, at) => [
      ...(lines.rows[at] ?? []),
      cell(event.what, 'approvals') ?? cell(event.why, 'approvals'),
    ]),
  };
}

/** Q11: unusual access: each line names the rule and its numbers. */
export const unusual = (events: readonly ViewEvent[]): ViewTable =>
  register(events, ['rule', 'numbers', 'eventIds']);

/** Q13: who searched or exported the record? */
export const auditOfAudit = (events: readonly ViewEvent[]): ViewTable =>
  register(events, ['filter', 'view', 'rows', 'fromIndex', 'toIndex', 'format', 'fileHash']);

/** Q14: what was erased, by which rule? */
export function erasures(events: readonly ViewEvent[]): ViewTable {
  return register(events, [
    'rule',
    'sections',
    'ranges',
    'kind',
    'entries',
    'attachments',
    'approvals',
  ]);
}

/** Q16: was this pre-check or opinion seen before formalisation? */
export function requestLife(events: readonly ViewEvent[]): ViewTable {
  const lines = register(events, ['requestedState', 'before', 'after', 'versionHash', 'reported']);
  const formalAt = events.find(
    (event) =>
      typeOf(event) === 'request.status-changed' && textOf(event.what, 'after') === 'formalised',
  )?.atMs;
  return {
    ...lines,
    columns: [...lines.columns, 'beforeFormalisation'],
    rows: events.map((event, at) => [
      ...(lines.rows[at] ?? []),
      String(formalAt === undefined || event.atMs < formalAt),
    ]),
  };
}
