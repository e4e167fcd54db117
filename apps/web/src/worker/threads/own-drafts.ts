import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonObject,
} from '@enlace/kernel';

import type { Workroom } from './workroom.js';

/** Where what was begun is kept. */
export const DRAFTS = { messages: 'thread-drafts', opinions: 'opinion-drafts' } as const;

/** What somebody has begun to write: it stays in the sealed store of this browser, and no server has it. */
export class OwnDrafts<Draft extends JsonObject> {
  constructor(
    private readonly room: Workroom,
    private readonly table: (typeof DRAFTS)[keyof typeof DRAFTS],
  ) {}

  async held(key: string): Promise<Draft | null> {
    return this.room.look(async ({ store }) => {
      const kept = await store.get(this.table, key);
      if (kept === null) return null;
      const value = parseStrictJson(parseUtf8(kept));
      if (!isJsonObject(value)) return null;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form of the answer checks it
      return value as Draft;
    });
  }

  /** Null: nothing is being written any more. */
  async keep(key: string, draft: Draft | null): Promise<void> {
    await this.room.look(async ({ store }) => {
      if (draft === null) await store.delete(this.table, key);
      else await store.put(this.table, key, utf8(canonicalJson(draft)));
    });
  }
}
