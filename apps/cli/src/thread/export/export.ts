import { resolve } from 'node:path';
import { softwarePresence } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findInteger, readArgumentId, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { confirmed } from '../../person/confirmed.js';
import { withOwnThreads } from '../own-threads.js';
import { SEQ_LIMIT } from '../send.js';
import { HANDLING } from './handling-words.js';

const TEXTS = {
  question: {
    es: 'Las entradas {fromSeq} a {toSeq} saldrían del hilo, legibles con el archivo. {handling} Queda registrado.',
    en: 'Entries {fromSeq} to {toSeq} would leave the thread, readable with the file. {handling} It is on record.',
  },
  done: {
    es: 'Exportado: entradas {fromSeq} a {toSeq} en {file}; se verifica con «enlace thread verify», sin cuenta.',
    en: 'Exported: entries {fromSeq} to {toSeq} in {file}; "enlace thread verify" checks it without account.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace thread export`: a part of a thread as a file that a third person can verify offline, after it was said what
 * it holds and how it may be used. What is for named recipients stays in the thread.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const fromSeq = findInteger(options, 'from', [1, SEQ_LIMIT]);
  const toSeq = findInteger(options, 'to', [fromSeq ?? 1, SEQ_LIMIT]);
  const file = resolve(requireText(options, 'out'));
  assertAbsent([file]);
  return withOwnThreads(invocation, async ({ home, session, threads, replica }) => {
    const range = {
      ...(fromSeq === null ? {} : { fromSeq }),
      ...(toSeq === null ? {} : { toSeq }),
    };
    const { head, lines } = await threads.export(threadId, range, {
      session,
      replica,
      show: softwarePresence(home.profile.keys.signSeed),
      confirm: async (part) => {
        const handling = HANDLING[part.handling][language];
        const told = { fromSeq: part.fromSeq, toSeq: part.toSeq, handling };
        await confirmed(invocation, home.questions, fillText(TEXTS.question[language], told));
      },
    });
    writeNewFiles([{ path: file, text: `${lines.join('\n')}\n`, isSecret: true }]);
    const { handling } = head;
    const told = { threadId, file, fromSeq: head.fromSeq, toSeq: head.toSeq, handling };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'exported', ...told }) : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  });
}
