import type { MessageContent } from '@enlace/client';
import {
  isJsonObject,
  parseStrictJson,
  type JsonObject,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import {
  findInteger,
  findText,
  readArgumentId,
  requireText,
} from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { handlingIn } from './handling-option.js';
import { tellAct } from './told-act.js';
import { withOwnThreads } from './own-threads.js';

export const SEQ_LIMIT = 999_999_999;

/**
 * `enlace thread send`: a text, or with `--content` a content of any type (an edit, a mark, a withdrawal…), sealed for
 * the members. What cannot go out now waits in the home, and goes with the next command in this thread.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const file = findText(options, 'content');
  const said = file === null ? textIn(invocation) : contentIn(file);
  return withOwnThreads(invocation, async ({ threads, ports }) =>
    tellAct(invocation, 'sent', await threads.send(threadId, said(ports.device.self.personId))),
  );
}

/** What one writes, as soon as it is known who that is. */
function textIn({ options }: Invocation): (self: PersonId) => MessageContent {
  const text = requireText(options, 'text');
  const replyTo = findInteger(options, 'reply-to', [1, SEQ_LIMIT]);
  const handling = handlingIn(options);
  return (self) => ({
    type: 'text',
    text,
    handling: handling(self),
    ...(replyTo === null ? {} : { replyTo }),
  });
}

/** Version and time are filled in; whether it is a content is checked before anything is sealed. */
function contentIn(file: string): () => MessageContent {
  const content = refusing(file, () => parseStrictJson(readInputFile(file)));
  if (!isJsonObject(content)) throw malformed(file, 'not-a-content');
  const { v: _, sentAt: __, ...own }: JsonObject = content;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of its type checks it when it is encoded
  return () => own as unknown as MessageContent;
}
