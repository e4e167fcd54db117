import type { Acted } from '@enlace/client';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';

const TEXTS = {
  done: { es: '{event}: {threadId} #{seq}', en: '{event}: {threadId} #{seq}' },
} as const satisfies Readonly<Record<string, Text>>;

/** Says where an act stands in the log; what this home has verified of the log up to there decides the exit code. */
export function tellAct<Told extends Acted>(
  { terminal, json, language }: Invocation,
  event: 'thread-opened' | 'sent' | 'invited' | 'joined' | 'removed' | 'left',
  { threadId, seq, ...more }: Told,
): number {
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event, threadId, ...more, seq })
      : fillText(TEXTS.done[language], { event, threadId, seq }),
  );
  return EXIT.done;
}
