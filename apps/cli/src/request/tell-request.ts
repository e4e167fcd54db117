import type { RemindedRequest, ToldStep } from '@enlace/client';
import type { RequestShown } from '@enlace/contracts';
import type { RequestReminders } from '@enlace/mla';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { linesOfReminders } from './words/reminder-words.js';
import { STATUSES } from './words/status-words.js';
import { isTold, linesOfSteps } from './words/step-words.js';

/** As the verbs that take a record ask for it. */
const PLACE = '--thread {threadId} --record {recordId}';

const FOLLOWS: Text = { es: '    sigue a {previous}', en: '    follows {previous}' };

type RequestEvent =
  | 'opinion-given'
  | 'request'
  | 'request-created'
  | 'request-frozen'
  | 'request-moved'
  | 'request-shared';

/** A request as the server tracks it, with a line for each step that was told and each day that comes near. */
export function tellReminded(
  invocation: Invocation,
  { tracked, reminders }: RemindedRequest,
  steps: readonly ToldStep[] | null = null,
): void {
  const told = steps === null ? {} : { steps, isTold: isTold(tracked, steps) };
  tellRequest(invocation, 'request', { ...tracked, reminders, ...told });
  const { terminal, json, language } = invocation;
  if (json) return;
  const { previousRequestId: previous } = tracked;
  const lines = [
    ...(previous === null ? [] : [fillText(FOLLOWS[language], { previous })]),
    ...linesOfSteps(tracked, steps ?? [], language),
    ...(reminders === null ? [] : linesOfReminders(reminders, language)),
  ];
  for (const line of lines) writeLine(terminal.output, line);
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
    readonly steps?: readonly ToldStep[];
    readonly isTold?: boolean;
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
