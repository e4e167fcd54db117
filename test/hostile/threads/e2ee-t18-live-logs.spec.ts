import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { EntriesShown, EntryPushed, ThreadHeads } from '@enlace/contracts';
import { formatInstant, parseBase64Url, toBase64Url, type ThreadId } from '@enlace/kernel';

import type { LyingServer } from '../../support/people/lying-server.js';
import { LyingSockets, type Said } from '../../support/live/lying-sockets.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { Following } from '../../support/live/following.js';
import { until } from '../../support/until.js';

const STORY_MS = 120_000;

describe('a server that pushes what it likes (T8, T15, T18)', () => {
  let stage: ClientStage;
  let sockets: LyingSockets;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  let omarFollows: Following;
  /** What Omar asked for over HTTP. */
  let asked: string[];

  beforeAll(async () => {
    stage = await ClientStage.begin();
    sockets = new LyingSockets(stage.liar.http, stage.api.url);
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await theirThread();
  }, STORY_MS);

  afterAll(async () => {
    await sockets.stop();
    await stage.close();
  });

  /** A thread of the two, of which Omar has read all. */
  async function theirThread(): Promise<ThreadId> {
    const opened = await stage.opened(rosa);
    await letIn(opened, { by: rosa, who: omar });
    return opened;
  }

  beforeEach(async () => {
    honestly();
    await stage.minutePasses(rosa, omar);
  }, STORY_MS);

  afterEach(async () => {
    await omarFollows.end();
    honestly();
  });

  function honestly(): void {
    asked = [];
    sockets.isShut = false;
    sockets.lie = (said) => [said];
    stage.liar.lie = ({ method, url, text, device }) => {
      if (device === omar.own.deviceId) asked.push(`${method} ${url.split('?')[0] ?? ''}`);
      return text;
    };
  }

  async function omarIsThere(options: { readonly looks?: boolean } = {}): Promise<void> {
    omarFollows = new Following(omar, options);
    await until(() => omarFollows.isOpen);
    // The first look is over, with a sign of life of Omar at its end.
    await until(() => asked.some((one) => one === 'GET /threads/heads'));
  }

  const rosaSays = async (...texts: readonly string[]) => {
    for (const text of texts) await rosa.threads.send(threadId, saying(text));
  };
  const omarHears = async (...texts: readonly string[]) => {
    await until(() => omarFollows.texts(threadId).length >= texts.length);
    expect(omarFollows.texts(threadId)).toEqual(texts);
  };
  /** Time goes on while somebody waits: limits of the server are by its clock. */
  const timePasses = () => (stage.api.clock.ms += 500) > 0;
  const isEntry = ({ event }: Said) => event === 'entry';
  const omarAsked = () => asked.filter((one) => one === `GET /threads/${threadId}/entries`).length;

  it(
    'brings what is said as it is said, verified, without being asked',
    async () => {
      await omarIsThere();
      await rosaSays('uno');
      await omarHears('uno');
      // What was asked for at the beginning may be answered late; after it Omar asks for nothing more.
      const texts = ['uno'];
      for (let before = -1; before !== omarAsked();) {
        before = omarAsked();
        texts.push(`sin pedirlo ${texts.length}`);
        await rosaSays(...texts.slice(-1));
        await omarHears(...texts);
      }
      const [entry] = omarFollows.entries(threadId).slice(-1);
      expect(entry).toMatchObject({ notifies: true, sender: { state: 'CR' } });
      await omarFollows.threads.send(threadId, saying('recibido'));
      expect((await rosa.said(threadId)).at(-1)).toBe('recibido');
      expect(omarFollows.alertsOf(threadId)).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'out of order and twice: each entry is shown once, in the order of the log',
    async () => {
      await omarIsThere();
      const held: Said[] = [];
      sockets.lie = (said) => {
        if (!isEntry(said)) return [said];
        held.push(said);
        return held.length < 3 ? [] : [...held.toReversed(), ...held];
      };
      await rosaSays('uno', 'dos', 'tres');
      await omarHears('uno', 'dos', 'tres');
      sockets.lie = (said) => [said];
      await rosaSays('cuatro');
      await omarHears('uno', 'dos', 'tres', 'cuatro');
      expect(omarFollows.alertsOf(threadId)).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'what is no entry of the log: it is nobody’s word, and the log is read instead',
    async () => {
      await omarIsThere({ looks: true });
      const texts: string[] = [];
      for (const [index, forge] of FORGERIES.entries()) {
        sockets.lie = (said) =>
          isEntry(said) ? [{ ...said, told: forge(said.told as EntryPushed) }] : [said];
        texts.push(`verdadero ${index}`);
        await rosaSays(`verdadero ${index}`);
        await omarHears(...texts);
      }
      expect(omarFollows.alertsOf(threadId)).toEqual([]);
      expect((await omarFollows.threads.read(threadId)).verdict).toBe('sound');
    },
    STORY_MS,
  );

  it(
    'nothing at all: it costs time and nothing else',
    async () => {
      await omarIsThere({ looks: true });
      sockets.lie = (said) => (isEntry(said) ? [] : [said]);
      await rosaSays('uno', 'dos');
      await omarHears('uno', 'dos');
      expect(omarFollows.alertsOf(threadId)).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'another moment than it tells others: the first word of another member shows two logs, and nothing is sent',
    async () => {
      threadId = await theirThread();
      await omarIsThere();
      const told = (acceptedAt: string) => formatInstant(Date.parse(acceptedAt) + 1_000);
      sockets.lie = (said) => {
        if (!isEntry(said)) return [said];
        const pushed = said.told as EntryPushed;
        return [{ ...said, told: { ...pushed, acceptedAt: told(pushed.acceptedAt) } }];
      };
      await rosaSays('uno');
      await omarHears('uno');
      expect(omarFollows.alertsOf(threadId)).toEqual([]);
      // Rosa's client reads, and says how far.
      await rosa.threads.read(threadId);
      await until(() => omarFollows.alertsOf(threadId).includes('FORK'));
      const sending = omarFollows.threads.send(threadId, saying('¿me oyen?'));
      await expect(sending).rejects.toMatchObject({ code: 'thread.stopped' });
      expect(await omarFollows.threads.evidence(threadId)).toContainEqual(
        expect.objectContaining({ shown: { what: 'beacon', beacon: expect.any(String) } }),
      );
      expect(omar.stated).toContainEqual(expect.objectContaining({ what: 'thread-fork' }));
    },
    STORY_MS,
  );

  it(
    'no end of the log, though a member has read further: after a minute the thread is stopped',
    async () => {
      threadId = await theirThread();
      await omarIsThere({ looks: true });
      const before = await omarFollows.threads.read(threadId);
      const seq = before.entries.at(-1)?.seq ?? 0;
      sockets.lie = (said) => (isEntry(said) ? [] : [said]);
      const ended = await endOf(omar, seq);
      stage.liar.lie = (passing) =>
        passing.device === omar.own.deviceId ? ended(passing) : passing.text;
      await rosaSays('uno');
      await rosa.threads.read(threadId);
      await stage.minutePasses();
      await until(() => timePasses() && omarFollows.alertsOf(threadId).includes('GAP'));
      expect(omarFollows.texts(threadId)).toEqual([]);
      honestly();
      await until(() => timePasses() && omarFollows.texts(threadId).includes('uno'));
      await until(() => omarFollows.news.some(({ kind }) => kind === 'freed'));
    },
    STORY_MS,
  );

  it(
    'no line for a while: threads are polled meanwhile, and what waits goes out by itself',
    async () => {
      threadId = await theirThread();
      await omarIsThere();
      sockets.isShut = true;
      sockets.cut();
      await rosaSays('sin línea');
      await omarHears('sin línea');
      expect(omarFollows.isOpen).toBe(false);
      stage.liar.lie = ({ method, url, text }) =>
        method === 'POST' && url.endsWith('/entries') ? '{}' : text;
      const sending = omarFollows.threads.send(threadId, saying('desde el aeropuerto'));
      await expect(sending).rejects.toMatchObject({ code: 'client.answer-malformed' });
      honestly();
      await until(() => omarFollows.isOpen);
      await until(async () => (await rosa.said(threadId)).at(-1) === 'desde el aeropuerto');
      expect(
        (await rosa.said(threadId)).filter((text) => text === 'desde el aeropuerto'),
      ).toHaveLength(1);
    },
    STORY_MS,
  );

  it(
    'to a session that is over: following ends, and says so',
    async () => {
      await omarIsThere();
      await omar.session.end();
      await expect(omarFollows.done).rejects.toMatchObject({ code: 'session.ended' });
    },
    STORY_MS,
  );
});

/** The log as a device was shown it up to a place, told as all that there is. */
async function endOf(member: ClientMember, seq: number): Promise<LyingServer['lie']> {
  const answer = await member.session.request({ method: 'GET', path: '/threads/heads' }, 'none');
  const { heads }: ThreadHeads = JSON.parse(JSON.stringify(answer));
  return ({ url, status, text }) => {
    if (status !== 200) return text;
    if (url === '/threads/heads') return JSON.stringify({ heads });
    const head = heads.find(({ threadId }) => url.startsWith(`/threads/${threadId}/entries`));
    if (head?.seq !== seq) return text;
    const told: EntriesShown = JSON.parse(text);
    const { threadId: _, ...end } = head;
    const entries = told.entries.filter((one) => one.seq <= seq);
    return JSON.stringify({ ...told, entries, head: end });
  };
}

const FORGERIES: readonly ((pushed: EntryPushed) => unknown)[] = [
  (pushed) => ({ ...pushed, entry: flipped(pushed.entry) }),
  (pushed) => ({ ...pushed, entry: 'AAAA' }),
  ({ seq, acceptedAt, entry }) => ({ seq, acceptedAt, entry }),
  () => null,
  () => [1, 2, 3],
  (pushed) => ({ ...pushed, seq: -1 }),
  (pushed) => ({ ...pushed, seq: Number.MAX_SAFE_INTEGER }),
];

function flipped(entry: string): string {
  const bytes = parseBase64Url(entry);
  return toBase64Url(bytes.map((byte, at) => (at === 300 ? byte ^ 1 : byte)));
}
