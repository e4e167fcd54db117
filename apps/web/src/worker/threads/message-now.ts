import type { MessageContent } from '@enlace/client';
import type { Handling } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';

import type { ArgsOf } from '../../protocol/operations.js';
import type { Desk } from './workroom.js';

type InnerHandling = MessageContent['handling'];

/** The code of what is said now, for those who are in the thread where it names its recipients. */
export async function handlingNow(
  { threads }: Desk,
  id: ThreadId,
  code: Handling,
): Promise<InnerHandling> {
  if (code !== 'EN3') return { code };
  const { members } = await threads.held(id);
  return { code, recipients: [...new Set(members.map(({ personId }) => personId))].toSorted() };
}

/** A message as it is sent, with what a page said of it. */
export async function messageNow(
  desk: Desk,
  id: ThreadId,
  { text, handling: code, replyTo, note }: Omit<ArgsOf<'thread.send'>, 'threadId'>,
): Promise<Pick<MessageContent & { readonly type: 'text' }, 'text' | 'handling' | 'replyTo'>> {
  const handling = { ...(await handlingNow(desk, id, code)), ...(note === null ? {} : { note }) };
  return { text, handling, ...(replyTo === null ? {} : { replyTo }) };
}
