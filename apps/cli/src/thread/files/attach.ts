import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findInteger, findText, readArgumentId } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { handlingIn } from '../handling-option.js';
import { SEQ_LIMIT } from '../send.js';
import { tellAct } from '../told-act.js';
import { fileToSend } from './file-to-send.js';
import { withOwnFiles } from './own-files.js';

/** What a text holds at most, with room for the dots. In characters. */
const NAMES_LIMIT = 1_000;

const RESUMED: Text = {
  es: 'Archivos que esperaban y ya están en el servidor: {files}.',
  en: 'Files that waited and are with the server by now: {files}.',
};

/**
 * `enlace thread attach`: seals files and sends them in one message, which goes when the server has all of them. A
 * command that was interrupted and is given again goes on where it was; `--resume` does so for all of the thread.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, more } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  if (options.has('resume') !== (more.length === 0)) throw notOneOfBoth(more);
  if (more.length === 0) return resume(invocation, threadId);
  const files = more.map(fileToSend);
  const replyTo = findInteger(options, 'reply-to', [1, SEQ_LIMIT]);
  const handlingOf = handlingIn(options);
  const message = {
    files,
    text: findText(options, 'text') ?? shorten(files.map(({ name }) => name).join(', ')),
    ...(replyTo === null ? {} : { replyTo }),
  };
  return withOwnFiles(invocation, async (own) => {
    const handling = handlingOf(own.ports.device.self.personId);
    return tellAct(invocation, 'sent', await own.files.attach(threadId, { ...message, handling }));
  });
}

async function resume(invocation: Invocation, threadId: ThreadId): Promise<number> {
  const { terminal, json, language } = invocation;
  return withOwnFiles(invocation, async (own) => {
    const files = await own.files.resume(threadId);
    const told = { event: 'resumed', threadId, files };
    const line = json ? JSON.stringify(told) : fillText(RESUMED[language], { files });
    writeLine(terminal.output, line);
    return EXIT.done;
  });
}

function notOneOfBoth([argument]: readonly string[]): CliError {
  return argument === undefined
    ? new CliError('usage.missing-argument', { argument: 'FILE' })
    : new CliError('usage.unexpected-argument', { argument });
}

function shorten(names: string): string {
  return names.length <= NAMES_LIMIT ? names : `${names.slice(0, NAMES_LIMIT)}…`;
}
