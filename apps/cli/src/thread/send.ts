import type { MessageContent } from '@enlace/client';
import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import { isJsonObject, parseStrictJson, type JsonObject, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import {
  findInteger,
  findText,
  readArgumentId,
  requireText,
} from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { tellAct } from './told-act.js';
import { withOwnThreads } from './own-threads.js';

export const SEQ_LIMIT = 999_999_999;
/** What is not said otherwise is not evidence before a formal request. */
const USUAL_HANDLING: Handling = 'EN1';

/**
 * `enlace thread send`: a text, or with `--content` a content of any type (an edit, a mark, a withdrawal…), sealed for
 * the members. What cannot go out now waits in the home, and goes with the next command in this thread.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const file = findText(options, 'content');
  const content = file === null ? textOf(invocation) : contentIn(file);
  return withOwnThreads(invocation, async ({ threads }) =>
    tellAct(invocation, 'sent', await threads.send(threadId, content)),
  );
}

function textOf({ options }: Invocation): MessageContent {
  const text = requireText(options, 'text');
  const replyTo = findInteger(options, 'reply-to', [1, SEQ_LIMIT]);
  const handling = { code: handlingIn(options) };
  return { type: 'text', text, handling, ...(replyTo === null ? {} : { replyTo }) };
}

export function handlingIn(options: Invocation['options']): Handling {
  const value = findText(options, 'handling') ?? USUAL_HANDLING;
  const code = HANDLING_CODES.find((each) => each === value);
  if (code !== undefined) return code;
  throw new CliError('usage.bad-value', {
    option: '--handling',
    value,
    expected: HANDLING_CODES.join(', '),
  });
}

/** Version and time are filled in; whether it is a content is checked before anything is sealed. */
function contentIn(file: string): MessageContent {
  const content = refusing(file, () => parseStrictJson(readInputFile(file)));
  if (!isJsonObject(content)) throw malformed(file, 'not-a-content');
  const { v: _, sentAt: __, ...own }: JsonObject = content;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of its type checks it when it is encoded
  return own as unknown as MessageContent;
}
