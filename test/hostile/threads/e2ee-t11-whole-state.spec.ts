import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { EntriesShown, PlacedEntry } from '@enlace/contracts';
import { parseBase64Url, systemRandom, toBase64Url, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { fileOf } from '../../support/threads/memory-files.js';
import { rechained, retelling, tellingLog } from '../../support/threads/told-log.js';

const STORY_MS = 120_000;
const handling = { code: 'EN1' } as const;
/** One place in each field of an entry; those from the end are in the body and the signature. */
const PLACES = [2, 3, 7, 15, 20, 40, 50, 70, 87, 95, 100, 130, 165, 195, 230, -80, -65, -1];

describe('T11: members, rules, names and files of a thread hold together', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(async () => {
    stage.honestly();
    omar = await stage.member('pa-omar');
    await stage.minutePasses(rosa, omar);
    threadId = await stage.opened(rosa);
  }, STORY_MS);

  afterEach(() => {
    stage.honestly();
  });

  const invite = async (who: ClientMember) =>
    rosa.threads.invite(threadId, { personId: who.own.personId, role: 'member', days: 7 });
  const titleOf = async (who: ClientMember) => {
    await who.threads.read(threadId);
    return (await who.threads.list()).find((one) => one.threadId === threadId)?.title;
  };

  it(
    'an older package, or that of another thread, is nothing to join by',
    async () => {
      const packages: Buffer[] = [];
      const isPackage = (url: string) => url.includes('/blobs/');
      stage.liar.lieInOctets = ({ method, url, octets }) => {
        if (method === 'GET' && isPackage(url)) packages.push(octets);
        return octets;
      };
      await letIn(threadId, { by: rosa, who: omar });
      const first = threadId;
      threadId = await stage.opened(rosa);
      await letIn(threadId, { by: rosa, who: omar });
      expect(packages.length).toBeGreaterThan(1);
      threadId = first;
      const esteban = await stage.member('cr-esteban');
      await invite(esteban);
      for (const old of packages.slice(0, 4)) {
        stage.liar.lieInOctets = ({ method, url, octets }) =>
          method === 'GET' && isPackage(url) ? old : octets;
        const failed = await esteban.threads.join(threadId).catch((error: unknown) => error);
        expect(failed).toMatchObject({ code: expect.any(String) });
        expect(esteban.sent).toEqual([]);
      }
      stage.honestly();
      await esteban.threads.join(threadId);
      const { members } = await esteban.threads.members(threadId);
      expect(members).toEqual((await rosa.threads.members(threadId)).members);
    },
    STORY_MS,
  );

  it(
    'no byte of what makes somebody a member, or names a file, can be another one',
    async () => {
      await letIn(threadId, { by: rosa, who: omar });
      const known = omar.store.copy();
      const esteban = await stage.member('cr-esteban');
      await invite(esteban);
      const file = fileOf('acta.pdf', systemRandom.bytes(100));
      await rosa.files.attach(threadId, { files: [file], text: 'con acta', handling });
      const before = await rosa.threads.members(threadId);
      const wrong: unknown[] = [];
      for (const at of [0, 1]) {
        for (const place of PLACES) {
          await stage.minutePasses(rosa, omar);
          let seq = 0;
          stage.liar.lie = retelling((told) => {
            seq = told.entries[at]?.seq ?? seq;
            return flippedAt(told, { seq, place });
          });
          const { verdict, entries } = await omar.threadsOn(known.copy()).read(threadId);
          const shown = entries.find((one) => one.seq === seq)?.content ?? null;
          if (verdict !== 'alert' || shown !== null) wrong.push({ at, place, verdict, shown });
        }
      }
      expect(wrong).toEqual([]);
      stage.honestly();
      expect(await omar.said(threadId)).toEqual(['con acta']);
      expect((await omar.threads.members(threadId)).members).toEqual(before.members);
    },
    STORY_MS,
  );

  it(
    'its name is what a steward said last: the word of a member, or an older one of a steward, changes nothing',
    async () => {
      await letIn(threadId, { by: rosa, who: omar });
      await omar.threads.send(threadId, { type: 'thread.meta', title: 'Otro caso', handling });
      expect(await titleOf(rosa)).toBe('Caso Frontera');
      await rosa.threads.send(threadId, { type: 'thread.meta', title: 'Frontera Sur', handling });
      await rosa.threads.send(threadId, saying('al final'));
      const known = omar.store.copy();
      // The newer name is kept back, then it is told twice.
      for (const change of [withoutFirst, repeated]) {
        stage.liar.lie = tellingLog(change);
        const { alerts } = await omar.threadsOn(known.copy()).read(threadId);
        expect(alerts).toMatchObject([{ code: change === repeated ? 'REPLAY' : 'GAP' }]);
      }
      stage.honestly();
      expect(await titleOf(omar)).toBe('Frontera Sur');
    },
    STORY_MS,
  );
});

/** Keeps the first entry back. */
const withoutFirst = (entries: readonly PlacedEntry[]) => entries.slice(1);
/** Tells the first entry once more after it. */
const repeated = ([first, ...rest]: readonly PlacedEntry[]) =>
  first === undefined ? [] : [first, first, ...rest];

function flippedAt(
  told: EntriesShown,
  { seq, place }: { readonly seq: number; readonly place: number },
): EntriesShown {
  const entries = told.entries.map((one) =>
    one.seq === seq && 'entry' in one ? { ...one, entry: flipped(one.entry, place) } : one,
  );
  try {
    return rechained({ ...told, entries });
  } catch {
    // What is no entry at all has no chain that a liar could tell.
    return { ...told, entries };
  }
}

function flipped(entry: string, place: number): string {
  const bytes = Uint8Array.from(parseBase64Url(entry));
  const at = place < 0 ? bytes.length + place : place;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return toBase64Url(bytes);
}
