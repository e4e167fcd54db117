import type { ThreadReading } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { findInteger, readArgumentId } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withOwnThreads } from './own-threads.js';
import { ThreadReader } from './words/thread-reader.js';

const SEQ_LIMIT = 999_999_999;

export const GONE: Text = {
  es: 'El servidor ya no le muestra este hilo: se ve lo que se había leído.',
  en: 'The server shows you this thread no more: this is what was read before.',
};

const EXIT_OF: Readonly<Record<ThreadReading['verdict'], number>> = {
  sound: EXIT.done,
  reserved: EXIT.reservations,
  alert: EXIT.alert,
};

/**
 * `enlace thread read`: takes in what is new, then shows the thread. Ends with 1 when something is unreadable for an
 * honest reason alone, with 2 for any other reason and when the thread is stopped.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const after = findInteger(options, 'after', [0, SEQ_LIMIT]) ?? 0;
  return withOwnThreads(invocation, async ({ threads, session, ports }) => {
    const { entries: all, alerts, verdict, isServed } = await threads.consult(threadId);
    const entries = all.filter(({ seq }) => seq > after);
    if (json) writeLine(terminal.output, JSON.stringify({ entries, alerts }));
    else {
      const reader = new ThreadReader({ language, session, directory: ports.directory });
      // What is shown may speak of what stands before it.
      await reader.know(all.filter(({ seq }) => seq <= after));
      for (const line of await reader.lines(entries, alerts)) writeLine(terminal.output, line);
    }
    if (!isServed) writeLine(terminal.errors, GONE[language]);
    return EXIT_OF[verdict];
  });
}
