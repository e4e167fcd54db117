import { canonicalJson, isJsonObject, parseStrictJson, parseUtf8, utf8 } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { Workroom } from './workroom.js';

const TABLE = 'thread-drafts';

/** What somebody has begun to write: it stays in the sealed store of this browser, and no server has it. */
export class OwnDrafts {
  constructor(private readonly room: Workroom) {}

  async held({ threadId }: ArgsOf<'thread.draft'>): Promise<ResultOf<'thread.draft'>> {
    return this.room.look(async ({ store }) => {
      const kept = await store.get(TABLE, threadId);
      if (kept === null) return null;
      const value = parseStrictJson(parseUtf8(kept));
      if (!isJsonObject(value)) return null;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form of the answer checks it
      return value as unknown as ResultOf<'thread.draft'>;
    });
  }

  /** Null: nothing is being written any more. */
  async keep({ threadId, draft }: ArgsOf<'thread.keep-draft'>): Promise<void> {
    await this.room.look(async ({ store }) => {
      if (draft === null) await store.delete(TABLE, threadId);
      else await store.put(TABLE, threadId, utf8(canonicalJson(draft)));
    });
  }
}
