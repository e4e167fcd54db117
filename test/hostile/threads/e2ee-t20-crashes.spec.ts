import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decodeEntry } from '@enlace/contracts';
import { toHex, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { CrashPoints, Died } from '../../support/threads/crash-points.js';

const STORY_MS = 240_000;
/** Every point with `SLOW=1`; else one of so many. */
const STEP = process.env['SLOW'] === '1' ? 1 : 3;
const POINTS_LIMIT = 400;

describe('a client that dies at one of its awaits (T20, D25)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let esteban: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    esteban = await stage.member('cr-esteban');
    threadId = await stage.opened(rosa);
  });

  afterAll(async () => {
    await stage.close();
  });

  /** Dies at each point of an act in turn, starts again each time, until the act survives; then how many there were. */
  async function dying(
    act: (crashes: CrashPoints, round: number) => Promise<unknown>,
  ): Promise<number> {
    for (let point = 1; point < POINTS_LIMIT; point += STEP) {
      const crashes = new CrashPoints();
      crashes.dieAt(point);
      await stage.minutePasses(rosa, omar, esteban);
      try {
        await act(crashes, point);
        return point;
      } catch (error) {
        if (!crashes.isDead) throw error;
      }
    }
    throw new Died('never ends');
  }

  it(
    'sends each text exactly once, and seals nothing twice',
    async () => {
      await letIn(threadId, { by: rosa, who: omar });
      const expected: string[] = [];
      const points = await dying(async (crashes, round) => {
        const text = `texto ${round}`;
        try {
          await rosa.dyingThreads(crashes).send(threadId, saying(text));
          expected.push(text);
        } finally {
          // The next start: what was kept goes out, what was not is as if it had never been wanted.
          if (crashes.isDead && (await rosa.said(threadId)).includes(text)) expected.push(text);
        }
      });
      expect(points).toBeGreaterThan(20);
      expect(await omar.said(threadId)).toEqual(expected);
      expect(new Set(expected).size).toBe(expected.length);
      const sealed = new Map<string, Set<string>>();
      for (const bytes of rosa.sent) {
        const { entryId } = decodeEntry(bytes).header;
        sealed.set(entryId, (sealed.get(entryId) ?? new Set()).add(toHex(bytes)));
      }
      expect([...sealed.values()].filter((texts) => texts.size > 1)).toEqual([]);
      for (const who of [rosa, omar]) {
        expect(await who.threads.read(threadId)).toMatchObject({ verdict: 'sound', alerts: [] });
      }
    },
    STORY_MS,
  );

  it(
    'changes members exactly once, and loses no group',
    async () => {
      const { personId } = esteban.own;
      const points = await dying(async (crashes) => {
        const threads = rosa.dyingThreads(crashes);
        try {
          await threads.invite(threadId, { personId, role: 'member', days: 7 });
        } finally {
          const { members } = await settled();
          const isInvited = members.some((one) => one.personId === personId);
          if (isInvited) {
            await esteban.threads.join(threadId);
            await esteban.threads.send(threadId, saying('dentro'));
            await rosa.threads.remove(threadId, personId);
          }
        }
      });
      expect(points).toBeGreaterThan(20);
      for (const who of [rosa, omar]) {
        const reading = await who.threads.read(threadId);
        expect(reading).toMatchObject({ verdict: 'sound', alerts: [] });
      }
      const { members } = await omar.threads.members(threadId);
      expect(members).toHaveLength(2);
    },
    STORY_MS,
  );

  it(
    'joins, however often it dies on the way, and reads everything from the invitation on',
    async () => {
      await rosa.threads.invite(threadId, {
        personId: esteban.own.personId,
        role: 'member',
        days: 7,
      });
      await rosa.threads.send(threadId, saying('te esperamos'));
      await dying(async (crashes) => esteban.dyingThreads(crashes).join(threadId));
      expect((await esteban.said(threadId)).at(-1)).toBe('te esperamos');
      expect(await esteban.threads.read(threadId)).toMatchObject({ verdict: 'sound', alerts: [] });
      await esteban.threads.send(threadId, saying('aquí estoy'));
      expect((await omar.said(threadId)).at(-1)).toBe('aquí estoy');
    },
    STORY_MS,
  );

  async function settled() {
    await rosa.threads.read(threadId);
    return rosa.threads.members(threadId);
  }
});
