import type { Threads } from '@enlace/client';
import {
  isDomainError,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  type ThreadId,
} from '@enlace/kernel';

import type { ResultOf } from '../../protocol/operations.js';
import { filesOf } from '../files/files-of.js';
import { unlessFault } from '../threads/keeping.js';
import { DRAFTS } from '../threads/own-drafts.js';
import type { Desk, Workroom } from '../threads/workroom.js';

/** So much of a message that was begun is enough to know it by. In characters. */
const SHOWN_OF_DRAFT = 80;

/** What is lost with the store of this browser: found here, whether or not a server answers. */
export async function unsentOf(room: Workroom): Promise<ResultOf<'thread.unsent'>> {
  return room.work(async (desk) => {
    const keys = await bringKeys(desk.threads);
    const all: ResultOf<'thread.unsent'>['threads'] = [];
    for (const { threadId, title, waiting: acts } of await desk.threads.heldList()) {
      const files = (await filesOf(desk).unfinished(threadId)).map(({ name }) => name);
      const draft = await draftIn(desk, threadId);
      if (acts > 0 || files.length > 0 || draft !== '') {
        all.push({ threadId, title, acts, files, draft });
      }
    }
    const opinions = (await desk.store.keys(DRAFTS.opinions)).length;
    return { threads: all, opinions, keys };
  });
}

async function bringKeys(threads: Threads): Promise<number | null> {
  try {
    return await threads.backUp();
  } catch (error) {
    // Nobody is held in a browser by a server that is silent, or by a vault that is wrong.
    if (isDomainError(error, 'session.ended')) throw error;
    unlessFault(error);
    return null;
  }
}

async function draftIn({ store }: Desk, threadId: ThreadId): Promise<string> {
  const kept = await store.get(DRAFTS.messages, threadId);
  if (kept === null) return '';
  const value = parseStrictJson(parseUtf8(kept));
  const text = isJsonObject(value) ? value['text'] : '';
  return typeof text === 'string' ? text.trim().slice(0, SHOWN_OF_DRAFT) : '';
}
