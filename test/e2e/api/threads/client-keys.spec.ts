import { GROUP_SUITES } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Following } from '../../../support/live/following.js';
import { LyingSockets } from '../../../support/live/lying-sockets.js';
import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../../support/threads/client-stage.js';
import { until } from '../../../support/until.js';

const PATIENCE_MS = 120_000;
/** Of three devices. */
const TURNS_MS = [0, 400, 800];
const MEMBERS = ['cr-rosa', 'pa-omar', 'cr-esteban'] as const;

describe('keys of a thread, asked for by a further device', () => {
  let stage: ClientStage;
  let sockets: LyingSockets;
  beforeAll(async () => {
    stage = await ClientStage.begin();
    sockets = new LyingSockets(stage.liar.http, stage.api.url);
    await stage.certify('cr-rosa', ['cli:tablet', 'cli:late']);
  });
  afterAll(async () => {
    await sockets.stop();
    await stage.close();
  });

  const grantsIn = async (member: ClientMember, threadId: ThreadId) => {
    const { entries } = await member.threads.read(threadId);
    return entries.filter(({ kind }) => kind === 'grant').length;
  };
  const theThree = async () => Promise.all(MEMBERS.map(async (slug) => stage.member(slug)));

  it(
    'are given once, however many others follow the thread and hear the question at once',
    async () => {
      const [rosa, omar, esteban] = await theThree();
      if (rosa === undefined || omar === undefined || esteban === undefined)
        throw new Error('nobody');
      const threadId = await stage.opened(rosa, GROUP_SUITES.x25519);
      for (const who of [omar, esteban]) await letIn(threadId, { by: rosa, who });
      await rosa.threads.send(threadId, saying('before the tablet'));
      const before = await grantsIn(rosa, threadId);
      const following = [rosa, omar, esteban].map(
        (member) => new Following(member, { timesAsLong: 10 }),
      );
      for (const one of following) await until(() => one.isOpen);

      const tablet = await stage.member('cr-rosa', 'cli:tablet');
      const follows = new Following(tablet, { looks: true });
      const [, speaker] = following;
      const say = async (text: string) => speaker?.threads.send(threadId, saying(text));
      await say('after it');
      await until(() => follows.texts(threadId).includes('after it'));
      // Each of the others has had its turn as well.
      const hadTurn = (ms: number) => following.some(({ waited }) => waited.includes(ms));
      await until(() => TURNS_MS.every(hadTurn));
      for (const one of [...following, follows]) await one.end();
      expect((await grantsIn(tablet, threadId)) - before).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'are neither asked for nor given in a closed thread, and keep nobody from leaving it',
    async () => {
      const [rosa, omar] = await theThree();
      if (rosa === undefined || omar === undefined) throw new Error('nobody');
      const threadId = await stage.opened(rosa, GROUP_SUITES.x25519);
      await letIn(threadId, { by: rosa, who: omar });
      // Asked, and nobody was there to answer before it was closed.
      const late = await stage.member('cr-rosa', 'cli:late');
      await late.threads.read(threadId);
      const by = { session: rosa.session, show: rosa.presence };
      await rosa.threads.changeLife(
        threadId,
        { action: 'close', basis: 'order', approvals: [] },
        by,
      );
      const sent = [rosa, omar, late].map((member) => member.sent.length);
      for (const { threads } of [rosa, omar, late, omar]) {
        expect((await threads.read(threadId)).verdict).not.toBe('alarm');
      }
      expect([rosa, omar, late].map((member) => member.sent.length)).toEqual(sent);
      await omar.threads.leave(threadId);
    },
    PATIENCE_MS,
  );
});
