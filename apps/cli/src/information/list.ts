import { systemClock, type ThreadId } from '@enlace/kernel';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { linesOfConsent } from './consent-words.js';
import { linesOfAsked, linesOfTold } from './information-words.js';
import { threadIn, withOwnInformation, type OwnInformation } from './own-information.js';

const NOTHING: Text = {
  es: 'Nada se ha preguntado ni informado.',
  en: 'Nothing was asked or told.',
};

/** `enlace info list`: 1 where something that is open is overdue. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal, json, language } = invocation;
  return withOwnInformation(invocation, async (own) => {
    let count = 0;
    let isOverdue = false;
    for (const threadId of await threadsOf(own, invocation)) {
      const { asked, told, consents } = await own.information.list(threadId);
      count += asked.length + told.length + consents.length;
      isOverdue ||= asked.some((one) => one.isOverdue);
      if (json) {
        for (const one of asked) {
          writeLine(terminal.output, JSON.stringify({ event: 'info-request', threadId, ...one }));
        }
        for (const one of told) {
          writeLine(terminal.output, JSON.stringify({ event: 'info-told', threadId, ...one }));
        }
        for (const one of consents) {
          writeLine(terminal.output, JSON.stringify({ event: 'info-consent', threadId, ...one }));
        }
        continue;
      }
      const nowMs = systemClock.nowMs();
      const lines = [
        ...asked.flatMap((one) => linesOfAsked(one, { threadId, nowMs, language })),
        ...told.flatMap((one) => linesOfTold(one, { threadId, language })),
        ...consents.flatMap((one) => linesOfConsent(one, { threadId, language })),
      ];
      for (const line of lines) writeLine(terminal.output, line);
    }
    if (count === 0 && !json) writeLine(terminal.output, NOTHING[language]);
    return isOverdue ? EXIT.reservations : EXIT.done;
  });
}

async function threadsOf(
  { threads }: OwnInformation,
  invocation: Invocation,
): Promise<readonly ThreadId[]> {
  if (invocation.argument !== '') return [threadIn(invocation)];
  const listed = await threads.list();
  const isIn = (standing: string): boolean => standing !== 'invited' && standing !== 'unread';
  return listed.filter(({ standing }) => isIn(standing)).map(({ threadId }) => threadId);
}
