import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEntry, type EntriesShown } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { newId, systemClock, systemRandom, type EntryId } from '@enlace/kernel';

import { everyRoute } from '../input/every-input.js';
import { KilledNode } from '../../support/sessions/killed-node.js';
import {
  registrarSeat,
  SeatedDevice,
  type SeatedServer,
} from '../../support/sessions/seated-device.js';
import type { StartedNode } from '../../support/sessions/two-nodes.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { ThreadStory } from '../../support/threads/thread-story.js';
import { until } from '../../support/until.js';

const STORY_MS = 240_000;
/** Entries of each writer before, while and after the next version comes. */
const AT_LEAST = 10;

/** What the next version adds to every table: whoever relies on the columns that there are does so no more. */
const NEXT_MIGRATION = `
DO $next$
DECLARE one record;
BEGIN
  FOR one IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('app', 'audit') LOOP
    EXECUTE format($$ALTER TABLE %I.%I ADD COLUMN of_the_next_version text NOT NULL DEFAULT 'new'$$,
      one.schemaname, one.tablename);
  END LOOP;
END $next$;`;

/** A node that is busy, and a device whose turn has not come. */
const RETRIED = ['service.unavailable', 'rate.limited'];

describe('D27: two versions on one database', () => {
  let node: KilledNode;
  let next: StartedNode | null = null;
  let story: ThreadStory;

  beforeAll(async () => {
    await cryptoReady();
    node = await KilledNode.begin();
    story = await ThreadStory.begin(node.api);
  }, STORY_MS);

  afterAll(async () => {
    await next?.end();
    await node.close();
  });

  /** The next version applies its migration as a supervisor has it start: again, where the tables were in use. */
  async function nextVersion(): Promise<StartedNode> {
    const url = node.api.database.url('enl_migrate');
    const env = { NEXT_MIGRATION, DATABASE_MIGRATION_URL: url };
    for (let tries = 1; ; tries += 1) {
      try {
        return await node.beside(env);
      } catch (error) {
        if (tries === 10) throw error;
      }
    }
  }

  it(
    'serve the same threads beside each other, also while the one makes the schema of the other, and lose nothing',
    async () => {
      const { rosa } = story;
      const esteban = await story.joinedBy('cr-esteban');
      const taken: string[] = [];
      const writing = { isOver: false, count: 0 };
      const writer = async (): Promise<void> => {
        while (!writing.isOver) {
          taken.push(await insist(rosa, `vieja ${writing.count}`));
          writing.count += 1;
        }
      };
      const old = writer();
      await until(() => writing.count >= AT_LEAST);
      next = await nextVersion();
      const there: SeatedServer = { ...node.api, url: next.url };
      const twin = await esteban.at(there);
      const since = writing.count;
      for (let at = 0; at < AT_LEAST; at += 1) taken.push(await insist(twin, `nueva ${at}`));
      await until(() => writing.count >= since + AT_LEAST);
      writing.isOver = true;
      await old;
      const [all, fromInvitation] = await Promise.all([entriesAt(rosa), entriesAt(twin)]);
      expect(fromInvitation.length).toBeGreaterThan(3 * AT_LEAST);
      expect(all.slice(-fromInvitation.length)).toEqual(fromInvitation);
      expect(new Set(taken).size).toBe(taken.length);
      const stored = new Set(all);
      expect(taken.filter((entry) => !stored.has(entry))).toEqual([]);
      for (const api of [node.api, there]) expect(await faultsAt(api)).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'leave no way back to a start of the old one: it does not know the schema',
    async () => {
      await expect(node.beside({})).rejects.toThrow('9999-of-the-next-version');
    },
    STORY_MS,
  );
});

/** Sends a text until it is taken in; resolves to its entry. */
async function insist(hand: ThreadHand, text: string): Promise<string> {
  const entryId = newId<EntryId>(systemClock, systemRandom);
  const entry = hand.sealed(text, { entryId });
  for (;;) {
    const { status, body } = await hand.send([entry]);
    if (status === 200) return Buffer.from(encodeEntry(entry)).toString('base64url');
    if (!RETRIED.includes(body.code)) throw new Error(JSON.stringify(body));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Everything of the thread, page by page. */
async function entriesAt(hand: ThreadHand): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = 0; ;) {
    const { body } = await hand.page(`?after=${after}&limit=200`);
    const { entries, head }: EntriesShown = body;
    for (const one of entries) if ('entry' in one) found.push(one.entry);
    after = entries.at(-1)?.seq ?? head.seq;
    if (after >= head.seq) return found;
  }
}

/** Routes that a node answers with a fault. */
async function faultsAt(api: SeatedServer): Promise<readonly unknown[]> {
  const ana = await SeatedDevice.at(api, registrarSeat('CR'));
  const faults: unknown[] = [];
  for (const { method, path, isPublic } of await everyRoute(api.url)) {
    const text = method === 'GET' || method === 'HEAD' ? {} : { text: '{}' };
    const { status } = await ana.send({ method, path, ...text, withoutProof: isPublic });
    if (status >= 500 && status !== 503) faults.push([method, path, status]);
  }
  return faults;
}
