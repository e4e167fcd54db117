import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  approveLife,
  ClientStatements,
  readLifeApproval,
  type ShowPresence,
  type Threads,
} from '@enlace/client';
import { GROUP_SUITES, type ThreadListed } from '@enlace/contracts';
import {
  DomainError,
  isJsonObject,
  systemRandom,
  toBase64Url,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';
import { signApproval } from '@enlace/trust';

import { TermRounds } from '../../../../apps/api/src/threads/keeping/term-rounds.js';
import { HINT_BUS, type HintBus } from '../../../../apps/api/src/platform/bus/hint-bus.js';
import { recordedWhats } from '../../../support/audit/recorded-whats.js';
import { Following } from '../../../support/live/following.js';
import { LyingSockets } from '../../../support/live/lying-sockets.js';
import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../../support/threads/client-stage.js';
import { until } from '../../../support/until.js';

const DAY_MS = 86_400_000;
const TEXT = 'nombre del testigo protegido';
const PATIENCE_MS = 120_000;

class NobodyThere extends DomainError {
  override readonly code = 'client.passkey-refused';
  override readonly kind = 'forbidden';
}

describe('what becomes of a thread, at the client', () => {
  let stage: ClientStage;
  let sockets: LyingSockets;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    sockets = new LyingSockets(stage.liar.http, stage.api.url);
  });
  afterAll(async () => {
    await sockets.stop();
    await stage.close();
  });
  /** Two stewards of two States, and a text that both have read. */
  const begin = async (retentionDays = 365): Promise<void> => {
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa, GROUP_SUITES.x25519, retentionDays);
    await letIn(threadId, { by: rosa, who: omar, role: 'steward' });
    await rosa.threads.send(threadId, saying(TEXT));
    expect(await omar.said(threadId)).toEqual([TEXT]);
  };
  beforeEach(() => stage.honestly());

  const change = async (
    action: 'close' | 'hold' | 'release' | 'shred',
    show: ShowPresence = rosa.presence,
  ) => {
    const basis = 'order';
    const nonce = toBase64Url(systemRandom.bytes(16));
    const approval = signApproval({ threadId, action, basis, until: null }, nonce, omar.own.seed);
    const approvals = action === 'close' ? [] : [approval];
    const by = { session: rosa.session, show };
    return rosa.threads.changeLife(threadId, { action, basis, approvals }, by);
  };
  /** What a device has of the thread that opens or shows anything. */
  const keptBy = ({ store }: ClientMember) => {
    const all = [...store.tables].flatMap(([table, values]) =>
      [...values].map(([key, value]) => ({ table, key, text: Buffer.from(value).toString() })),
    );
    const own = all.filter(({ key, text }) => key.startsWith(threadId) || text.includes(threadId));
    const keys = own.filter(({ text }) => /"epochKey":"/u.test(text));
    const texts = own.filter(({ text }) => text.includes(TEXT));
    const groups = own.filter(
      ({ table, text }) => table === 'threads' && !/"group":null/u.test(text),
    );
    return [keys.length, texts.length, groups.length].map((count) => count > 0);
  };
  const confirmedBy = ({ stated }: ClientMember) =>
    stated.filter(({ type }) => type === 'thread.erasure-confirmed');
  const reasonsOf = async (threads: Threads) =>
    (await threads.read(threadId)).entries.flatMap(({ reason }) => reason ?? []);

  it(
    'is closed, held and released by two, and keeps what it has',
    async () => {
      await begin();
      await change('hold');
      await expect(change('shred')).rejects.toThrow(
        expect.objectContaining({ code: 'thread.held' }),
      );
      await change('release');
      await change('close');
      expect(await omar.said(threadId)).toEqual([TEXT]);
      expect(keptBy(omar)).toEqual([true, true, true]);
      expect(confirmedBy(omar)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is shown as it stands, and an act that nobody showed to be there for does not wait',
    async () => {
      await begin();
      const life = async () => (await rosa.threads.held(threadId)).life;
      const keptUntil = (await life())?.keptUntil;
      expect(await life()).toEqual({ status: 'open', isHeld: false, keptUntil });
      const nobody: ShowPresence = async () => {
        throw new NobodyThere('no passkey was shown');
      };
      await expect(change('hold', nobody)).rejects.toThrow(NobodyThere);
      expect(await rosa.threads.waiting(threadId)).toBe(0);
      await rosa.threads.send(threadId, saying('sigue'));
      expect(await life()).toEqual({ status: 'open', isHeld: false, keptUntil });
      await change('hold');
      expect(await life()).toEqual({ status: 'open', isHeld: true, keptUntil });
      await change('release');
      await change('close');
      expect(await life()).toEqual({ status: 'closed', isHeld: false, keptUntil });
      await change('shred');
      expect(await life()).toEqual({ status: 'destroyed', isHeld: false, keptUntil });
    },
    PATIENCE_MS,
  );

  it(
    'is approved of in a text that says by whom and for what, and for no other thread',
    async () => {
      await begin();
      const term = '2034-12-31T23:59:59.000Z';
      const about = { threadId, action: 'retain', basis: 'term-of-law', until: term } as const;
      const text = approveLife(about, omar.own.seed, systemRandom);
      const moment = { directory: rosa.portsOn().directory(), nowMs: stage.api.clock.ms };
      const { action, basis } = about;
      const { personId } = omar.own;
      expect(readLifeApproval(`${text}\n`, threadId, moment)).toEqual({
        action,
        basis,
        until: term,
        personId,
      });
      const other = await stage.opened(rosa, GROUP_SUITES.x25519);
      const noApproval = expect.objectContaining({ code: 'statement.refused' });
      for (const [wire, thread] of [
        [text, other],
        ['%PDF-1.7', threadId],
        [approveLife({ ...about, action: 'close' }, omar.own.seed, systemRandom), threadId],
      ] as const) {
        expect(() => readLifeApproval(wire, thread, moment)).toThrow(noApproval);
      }
    },
    PATIENCE_MS,
  );

  it(
    'is destroyed: neither keys nor texts are left on the devices that read it, and each says so once',
    async () => {
      await begin();
      await rosa.threads.backUp();
      await change('shred');
      expect(keptBy(rosa)).toEqual([false, false, false]);
      expect(keptBy(omar)).toEqual([true, true, true]);
      const { verdict } = await omar.threads.read(threadId);
      expect(verdict).toBe('reserved');
      expect(keptBy(omar)).toEqual([false, false, false]);
      for (const { threads } of [rosa, omar, omar]) {
        expect(await reasonsOf(threads)).toContain('redacted');
        await threads.consult(threadId);
      }
      for (const who of [rosa, omar]) {
        expect(confirmedBy(who)).toEqual([{ type: 'thread.erasure-confirmed', threadId }]);
      }
      // As its device says it, the record has it.
      const { store, session, own } = omar;
      const device = { deviceId: own.deviceId, seed: own.seed };
      const ports = { device, clock: stage.api.clock, random: systemRandom };
      const statements = new ClientStatements(store, ports);
      for (const said of confirmedBy(omar)) await statements.state(said);
      await statements.send(session);
      const whats = await recordedWhats(stage.api.database, 'thread.erasure-confirmed', threadId);
      expect(whats).toMatchObject([
        { observedBy: 'client', actorState: 'PA', states: ['CR', 'PA'] },
      ]);
    },
    PATIENCE_MS,
  );

  const withoutHalf = (one: JsonValue): JsonValue =>
    isJsonObject(one) && one['threadId'] === threadId ? { ...one, shredHalf: null } : one;

  it(
    'keeps what it has on the word of the server alone',
    async () => {
      await begin();
      stage.liar.lie = ({ url, text }) => {
        if (!url.startsWith('/threads?') && url !== '/threads') return text;
        const told: { threads: ThreadListed[] } = JSON.parse(text);
        return JSON.stringify({ threads: told.threads.map((one) => withoutHalf({ ...one })) });
      };
      expect(await omar.said(threadId)).toEqual([TEXT]);
      expect(keptBy(omar)).toEqual([true, true, true]);
      expect(confirmedBy(omar)).toEqual([]);
    },
    PATIENCE_MS,
  );

  /** Two days later, when the thread is over: Omar on the device that he had. */
  const afterItsTerm = async (device: string) => {
    await begin(2);
    stage.api.clock.ms += 2 * DAY_MS;
    stage.api.region.nowMs = stage.api.clock.ms;
    // A directory that grows shows its clients what time it is.
    await stage.certify('cr-ines', [device]);
    await stage.minutePasses();
    const later = await stage.member('pa-omar');
    const threads = later.threadsOn(omar.store);
    return { later, threads, rounds: stage.api.server.app.get(TermRounds, { strict: false }) };
  };

  it(
    'ends with its term, by the own clock of whoever reads, once the server has let go of it',
    async () => {
      const { later, threads, rounds } = await afterItsTerm('cli:later');
      // Something that only the server knows of may keep it there.
      expect((await threads.read(threadId)).verdict).toBe('sound');
      expect(keptBy(omar)).toEqual([true, true, true]);
      while ((await rounds.round()) > 0);
      expect(await reasonsOf(threads)).toEqual(['retention-ended']);
      expect(keptBy(omar)).toEqual([false, false, false]);
      expect(confirmedBy(later)).toEqual([{ type: 'thread.erasure-confirmed', threadId }]);
    },
    PATIENCE_MS,
  );

  it(
    'goes from a device that follows it as soon as the server says so, and only if it is true',
    async () => {
      const { later, threads, rounds } = await afterItsTerm('cli:later-still');
      const following = new Following({ threads, session: later.session, url: later.url });
      await until(() => following.isOpen);
      const bus: HintBus = stage.api.server.app.get(HINT_BUS, { strict: false });
      let looks = 0;
      stage.liar.lie = ({ url, text }) => {
        if (url.includes(`${threadId}/entries`)) looks += 1;
        return text;
      };
      bus.publish({ shredded: new Set([threadId]) });
      await until(() => looks > 0);
      // The client has looked for itself: the server has it still.
      expect((await threads.read(threadId)).verdict).toBe('sound');
      expect(keptBy(omar)).toEqual([true, true, true]);
      while ((await rounds.round()) > 0);
      await until(() => keptBy(omar).every((isKept) => !isKept));
      await following.end();
      expect(confirmedBy(later)).toEqual([{ type: 'thread.erasure-confirmed', threadId }]);
    },
    PATIENCE_MS,
  );
});
