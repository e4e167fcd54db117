import type { ToldStep } from '@enlace/client';
import type { RequestShown } from '@enlace/contracts';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { EXTENTS, STATUSES } from './status-words.js';

const STEP: Text = {
  es: '    {at}  {status} ({state}){when}{extent}',
  en: '    {at}  {status} ({state}){when}{extent}',
};
const ON: Text = { es: ', el {on}', en: ', on {on}' };
const UNTOLD: Text = {
  es: '    «{status}» lo dice solo el servidor: en los hilos leídos aquí nadie lo dijo.',
  en: '    "{status}" is the word of the server alone: nobody said it in the threads that were read here.',
};

/** Whether the newest step of a thread is where the server says that the request stands. */
export function isTold({ status }: Pick<RequestShown, 'status'>, told: readonly ToldStep[]) {
  const newest = new Map(told.map((step) => [step.threadId, step]));
  return [...newest.values()].some(({ to }) => to === status);
}

/** Every step that was told, with its days and its reason; and what the server alone says. */
export function linesOfSteps(
  tracked: Pick<RequestShown, 'status'>,
  told: readonly ToldStep[],
  language: Language,
): readonly string[] {
  const lines = told.flatMap(({ at, to, state, on, extent, reason }) => [
    fillText(STEP[language], {
      at,
      status: STATUSES[to][language],
      state,
      when: on === null ? '' : fillText(ON[language], { on }),
      extent: extent === null ? '' : `, ${EXTENTS[extent][language]}`,
    }),
    ...(reason === null ? [] : reason.split('\n').map((line) => `      | ${printable(line)}`)),
  ]);
  if (told.length === 0 || isTold(tracked, told)) return lines;
  return [...lines, fillText(UNTOLD[language], { status: STATUSES[tracked.status][language] })];
}
