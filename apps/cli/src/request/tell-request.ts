import type { RemindedRequest } from '@enlace/client';
import type { RequestShown } from '@enlace/contracts';
import type { RequestReminders } from '@enlace/mla';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { linesOfReminders } from './reminder-words.js';

const STATUSES: Readonly<Record<RequestShown['status'], Text>> = {
  draft: { es: 'borrador', en: 'draft' },
  shared: { es: 'compartida', en: 'shared' },
  opinion: { es: 'con opinión', en: 'opinion given' },
  frozen: { es: 'congelada', en: 'frozen' },
  exported: { es: 'exportada', en: 'exported' },
  formalised: { es: 'formalizada', en: 'formalised' },
  received: { es: 'recibida', en: 'received' },
  executing: { es: 'en ejecución', en: 'executing' },
  postponed: { es: 'aplazada', en: 'postponed' },
  executed: { es: 'ejecutada', en: 'executed' },
  refused: { es: 'denegada', en: 'refused' },
  withdrawn: { es: 'retirada', en: 'withdrawn' },
};

/** As the verbs that take a record ask for it. */
const PLACE = '--thread {threadId} --record {recordId}';

type RequestEvent =
  | 'opinion-given'
  | 'request'
  | 'request-created'
  | 'request-frozen'
  | 'request-moved'
  | 'request-shared';

/** A request as the server tracks it, with a line for each day that comes near. */
export function tellReminded(invocation: Invocation, one: RemindedRequest): void {
  const { tracked, reminders } = one;
  tellRequest(invocation, 'request', { ...tracked, reminders });
  const { terminal, json, language } = invocation;
  if (json || reminders === null) return;
  for (const line of linesOfReminders(reminders, language)) writeLine(terminal.output, line);
}

/** One request, one line: as the server tracks it. */
export function tellRequest(
  { terminal, json, language }: Invocation,
  event: RequestEvent,
  shown: RequestShown & {
    readonly threadId?: string;
    readonly recordId?: string;
    readonly version?: number;
    readonly seq?: number;
    readonly packs?: object;
    readonly reminders?: RequestReminders | null;
  },
): void {
  const { requestId, requestingState, requestedState, status, statusAt, formalReference } = shown;
  const { threadId, recordId } = shown;
  const isPlaced = threadId !== undefined && recordId !== undefined;
  const words = [
    requestId,
    `${requestingState}>${requestedState}`,
    STATUSES[status][language],
    statusAt,
    ...(isPlaced ? [fillText(PLACE, { threadId, recordId })] : []),
  ];
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event, ...shown })
      : [...words, formalReference ?? ''].join('  ').trimEnd(),
  );
}
