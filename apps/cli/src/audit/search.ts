import type { EventsPage } from '@enlace/client';
import { AUDIT_SEARCH_LIMITS } from '@enlace/contracts';
import type { JsonObject } from '@enlace/kernel';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findInteger, findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { eventObject, eventsText, type JudgedEvent } from './event-table.js';
import { withRecordAccess, type RecordAccess } from './record-access.js';

/** Events that one command asks for; exact sets beyond it come from exports. */
const EVENTS_LIMIT = 10_000;

/** Options of the command, and the members of the search that they narrow. */
const FILTERS = {
  actor: 'actor',
  case: 'case',
  thread: 'thread',
  request: 'request',
  object: 'object',
  type: 'type',
  state: 'state',
  outcome: 'outcome',
  'observed-by': 'observedBy',
  from: 'from',
  to: 'to',
  ip: 'ipPrefix',
  session: 'session',
  correlation: 'correlation',
  text: 'text',
} as const;

const TEXTS = {
  summary: {
    es: '{shown} de {total} eventos; {proven} probados, {pending} en camino al registro.',
    en: '{shown} of {total} events; {proven} proven, {pending} on their way into the log.',
  },
  more: { es: 'más de {count}', en: 'more than {count}' },
  unwitnessed: {
    es: 'Aún no hay quórum de testigos tras el registro que se mostró.',
    en: 'No quorum of witnesses stands behind the log that was shown yet.',
  },
} as const satisfies Readonly<Record<string, Text>>;

interface Found {
  readonly events: readonly JudgedEvent[];
  readonly total: EventsPage['total'];
  readonly isQuorumMet: boolean;
}

/** `enlace audit search`: events of the record, each checked here before it is called proven. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal, json, language } = invocation;
  const found = await withRecordAccess(invocation, async (access) => findAll(options, access));
  const proven = found.events.filter(({ standing }) => standing === 'proven').length;
  const pending = found.events.length - proven;
  const told = { shown: found.events.length, proven, pending };
  if (json) {
    for (const each of found.events) writeLine(terminal.output, JSON.stringify(eventObject(each)));
    const result = { event: 'result', ...told, total: found.total, quorum: found.isQuorumMet };
    writeLine(terminal.output, JSON.stringify(result));
  } else {
    if (proven + pending > 0) writeLine(terminal.output, eventsText(found.events, language));
    const count = String(found.total?.count ?? proven + pending);
    const isMore = found.total?.isMore === true;
    const total = isMore ? fillText(TEXTS.more[language], { count }) : count;
    writeLine(terminal.output, fillText(TEXTS.summary[language], { ...told, total }));
    if (!found.isQuorumMet) writeLine(terminal.output, TEXTS.unwitnessed[language]);
  }
  return pending > 0 || !found.isQuorumMet ? EXIT.reservations : EXIT.done;
}

/** Page by page, up to the limit. */
async function findAll(
  options: Invocation['options'],
  { questions, proofs }: RecordAccess,
): Promise<Found> {
  const wanted =
    findInteger(options, 'limit', [1, EVENTS_LIMIT]) ?? AUDIT_SEARCH_LIMITS.defaultRows;
  const events: JudgedEvent[] = [];
  let total: EventsPage['total'] = null;
  let cursor: string | null = null;
  do {
    const limit = Math.min(wanted - events.length, AUDIT_SEARCH_LIMITS.rows);
    const asked: JsonObject = { ...filterOf(options), limit };
    const page = await questions.search(cursor === null ? asked : { ...asked, cursor });
    for (const event of page.events) events.push({ event, standing: await proofs.prove(event) });
    total ??= page.total;
    // A server that never ends its pages does not keep the command for ever.
    cursor = page.events.length === 0 ? null : page.cursor;
  } while (cursor !== null && events.length < wanted);
  return { events, total, isQuorumMet: proofs.isQuorumMet };
}

function filterOf(options: Invocation['options']): JsonObject {
  return Object.fromEntries(
    Object.entries(FILTERS).flatMap(([option, member]) => {
      const value = findText(options, option);
      return value === null ? [] : [[member, value] as const];
    }),
  );
}
