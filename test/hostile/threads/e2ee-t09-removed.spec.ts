import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { EntriesShown } from '@enlace/contracts';
import { equalBytes, type ThreadId } from '@enlace/kernel';

import type { Passing } from '../../support/people/lying-server.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { rechained } from '../../support/threads/told-log.js';

const STORY_MS = 120_000;
const LAPTOP = 'cli2:cr-rosa';
const LATER = 'lo que sigue';

describe('whoever is out of a thread, with everything that was theirs and a server that helps (T8, T9)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let laptop: ClientMember;
  let omar: ClientMember;
  let esteban: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    await stage.certify('cr-rosa', [LAPTOP]);
    rosa = await stage.member('cr-rosa');
    laptop = await stage.member('cr-rosa', LAPTOP);
    omar = await stage.member('pa-omar');
    esteban = await stage.member('cr-esteban');
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  /** Rosa, her laptop, Omar and Esteban have a leaf each, and have read "antes". */
  beforeEach(async () => {
    stage.honestly();
    await stage.minutePasses(rosa, laptop, omar, esteban);
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    await letIn(threadId, { by: rosa, who: esteban });
    await laptop.threads.read(threadId);
    await esteban.threads.read(threadId);
    await laptop.said(threadId);
    await rosa.threads.send(threadId, saying('antes'));
    for (const each of [laptop, omar, esteban]) await each.said(threadId);
  }, STORY_MS);

  afterEach(() => {
    stage.honestly();
  });

  /** Every answer to one who is in: what a server that helps has for one who is out. */
  async function trafficOf(member: ClientMember): Promise<ReadonlyMap<string, string>> {
    const seen = new Map<string, string>();
    stage.liar.lie = ({ url, status, text }) => {
      if (status === 200) seen.set(url.split('?')[0] ?? url, text);
      return text;
    };
    await member.threads.read(threadId);
    stage.honestly();
    return seen;
  }

  /** Hands all of it to somebody who is refused by the real server. */
  const fed = async (member: ClientMember, seen: ReadonlyMap<string, string>) => {
    stage.liar.lie = ({ url, text }: Passing) => seen.get(url.split('?')[0] ?? url) ?? text;
    const reading = await member.threads.read(threadId).catch(() => null);
    stage.honestly();
    return JSON.stringify(reading?.entries ?? []);
  };
  /** Keys of epochs as they stand in a store, and everything else in it. */
  const bytesIn = async ({ store }: ClientMember): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for (const table of ['threads', 'thread-epochs', 'thread-entries', 'outbox']) {
      for (const key of await store.keys(table)) {
        parts.push(Buffer.from((await store.get(table, key)) ?? new Uint8Array()));
      }
    }
    return Buffer.concat(parts);
  };

  it(
    'reads nothing of what is said after a removal: of a colleague, or the second device of a member',
    async () => {
      await rosa.threads.remove(threadId, omar.own.personId);
      await rosa.threads.send(threadId, saying(LATER));
      const seen = await trafficOf(esteban);
      expect(await esteban.said(threadId)).toContain(LATER);
      expect(await fed(omar, seen)).not.toContain(LATER);
      expect((await bytesIn(omar)).includes(LATER)).toBe(false);
      expect((await bytesIn(esteban)).includes(LATER)).toBe(true);
      await expect(omar.threads.send(threadId, saying('sigo'))).rejects.toThrow(
        expect.objectContaining({ code: expect.any(String) }),
      );
    },
    STORY_MS,
  );

  it(
    'is missed by nobody for long where the server hides the removal: the first sign of life shows it',
    async () => {
      await esteban.threads.read(threadId);
      const hiding = ({ method, url, status, text }: Passing): string => {
        if (method !== 'GET' || status !== 200 || !url.includes('/entries?')) return text;
        const told: EntriesShown = JSON.parse(text);
        // The removal, and nothing else, is kept back.
        const entries = told.entries.slice(1).map((one) => ({ ...one, seq: one.seq - 1 }));
        return JSON.stringify(rechained({ ...told, entries }));
      };
      await rosa.threads.remove(threadId, omar.own.personId);
      await rosa.threads.send(threadId, saying(LATER));
      stage.liar.lie = hiding;
      const reading = await esteban.threads.read(threadId);
      expect(reading.verdict).toBe('alert');
      expect(reading.alerts.map(({ code }) => code)).toEqual(['GAP']);
      const { length } = esteban.sent;
      await expect(esteban.threads.send(threadId, saying('¿Omar?'))).rejects.toThrow(
        expect.objectContaining({ code: 'thread.stopped' }),
      );
      expect(esteban.sent).toHaveLength(length);
    },
    STORY_MS,
  );

  it(
    'leaves no key of a later epoch with those who left: what they hold is what they held',
    async () => {
      const keysOf = async (member: ClientMember): Promise<readonly Uint8Array[]> => {
        const found: Uint8Array[] = [];
        for (const name of await member.store.keys('thread-epochs')) {
          if (name.startsWith(threadId))
            found.push((await member.store.get('thread-epochs', name)) ?? new Uint8Array());
        }
        return found;
      };
      const before = await keysOf(omar);
      await omar.threads.leave(threadId);
      await rosa.threads.send(threadId, saying(LATER));
      await fed(omar, await trafficOf(esteban));
      const after = await keysOf(omar);
      expect(after.length).toBe(before.length);
      expect(after.every((one, at) => equalBytes(one, before[at] ?? new Uint8Array()))).toBe(true);
    },
    STORY_MS,
  );
});
