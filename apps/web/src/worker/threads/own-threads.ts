import { askForHeads, listCases, openCaseOnce, showCase, type Threads } from '@enlace/client';
import { GROUP_SUITES, STATES, THREAD_LIMITS, type CaseShown } from '@enlace/contracts';
import {
  isDomainError,
  parseId,
  systemClock,
  systemRandom,
  type CaseId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { OwnAccount } from '../session/account.js';
import type { Desk, Desks } from './desks.js';
import { alertsOf, entryInWords, floorOf, peopleIn } from './entry-in-words.js';

type ShownThread = ResultOf<'thread.read'>;

/**
 * Cases and threads of the person who works here. Acts follow each other: the numbers of a device are given once.
 * Throws the refusal of the server, `client.*`, `directory.refused`, `store.damaged`.
 */
export class OwnThreads {
  #before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly account: OwnAccount,
    private readonly desks: Desks,
  ) {}

  async cases(): Promise<ResultOf<'case.list'>> {
    return this.#work(async ({ seat }) => (await listCases(seat.session)).map(asShown));
  }

  /** A case with the States that take part from the start, once; each State is shown a passkey for. */
  async openCase({
    caseType,
    legalBasis,
    states: named,
  }: ArgsOf<'case.open'>): Promise<ResultOf<'case.open'>> {
    return this.#work(async ({ seat: { session, show }, store }) => {
      const states = STATES.filter((each) => named.includes(each));
      const ports = { session, store, show, clock: systemClock, random: systemRandom };
      return asShown(await openCaseOnce({ caseType, legalBasis, states }, ports));
    });
  }

  async list(): Promise<ResultOf<'thread.list'>> {
    return this.#work(async ({ threads }) => (await threads.list()).map(asListed));
  }

  async open({
    caseId,
    title,
    purpose,
    floor,
  }: ArgsOf<'thread.open'>): Promise<ResultOf<'thread.open'>> {
    return this.#work(async ({ threads, seat }) => {
      const shown = await showCase(seat.session, parseId<CaseId>(caseId));
      const { caseType, legalBasis, states } = shown;
      const codes = { caseType, legalBasis, states, purpose, level: 'informal' } as const;
      const { threadId } = await threads.open({
        ...codes,
        caseId: shown.caseId,
        handlingFloor: floor,
        retentionDays: THREAD_LIMITS.usualRetentionDays,
        suite: GROUP_SUITES.xWing,
        title,
      });
      return { threadId };
    });
  }

  async read({ threadId }: ArgsOf<'thread.read'>): Promise<ShownThread> {
    return this.#work(async (desk) => this.#shown(desk, parseId(threadId)));
  }

  /** Where the log ends, by the word of the server; asking leaves no trace. */
  async end({ threadId }: ArgsOf<'thread.end'>): Promise<ResultOf<'thread.end'>> {
    const { session } = await this.account.seat();
    const heads = await askForHeads(session);
    return { seq: heads.find((head) => head.threadId === threadId)?.seq ?? 0 };
  }

  /** Null for a message that is kept and goes out later: whoever sent it again would say it twice. */
  async send({
    threadId,
    text,
    handling,
  }: ArgsOf<'thread.send'>): Promise<ResultOf<'thread.send'>> {
    return this.#work(async (desk) => {
      const { threads } = desk;
      const id = parseId<ThreadId>(threadId);
      const before = await threads.waiting(id);
      let isKept = false;
      try {
        await threads.send(id, { type: 'text', text, handling: { code: handling } });
        isKept = true;
        await keepKeys(threads);
        return await this.#shown(desk, id);
      } catch (error) {
        if (!isForNow(error) || !(isKept || (await threads.waiting(id)) > before)) throw error;
        return null;
      }
    });
  }

  async invite({ threadId, personId, role, days }: ArgsOf<'thread.invite'>): Promise<ShownThread> {
    const invited = { personId: parseId<PersonId>(personId), role, days };
    return this.#after(threadId, async ({ threads }, id) => threads.invite(id, invited));
  }

  async join({ threadId }: ArgsOf<'thread.join'>): Promise<ShownThread> {
    return this.#after(threadId, async ({ threads }, id) => threads.join(id));
  }

  async remove({ threadId, personId }: ArgsOf<'thread.remove'>): Promise<ShownThread> {
    return this.#after(threadId, async ({ threads }, id) => threads.remove(id, parseId(personId)));
  }

  async leave({ threadId }: ArgsOf<'thread.leave'>): Promise<ShownThread> {
    return this.#after(threadId, async ({ threads }, id) => threads.leave(id));
  }

  async candidates({ state }: ArgsOf<'thread.candidates'>): Promise<ResultOf<'thread.candidates'>> {
    return this.#work(async ({ people, directory }) => people.ofState(directory(), state));
  }

  async #after(
    threadId: string,
    act: (desk: Desk, id: ThreadId) => Promise<unknown>,
  ): Promise<ShownThread> {
    return this.#work(async (desk) => {
      const id = parseId<ThreadId>(threadId);
      await act(desk, id);
      await keepKeys(desk.threads);
      return this.#shown(desk, id);
    });
  }

  async #shown({ threads, people, directory }: Desk, threadId: ThreadId): Promise<ShownThread> {
    const reading = await threads.read(threadId);
    const { members, states } = await threads.members(threadId).then(
      (told) => told,
      (error: unknown) => {
        // Gone from the server, or nothing of it was read: what is held is shown.
        if (isDomainError(error, 'thread.unread', 'thread.not-found'))
          return { members: [], states: [] };
        throw error;
      },
    );
    const listed = (await threads.list()).find((one) => one.threadId === threadId);
    await people.learn(directory(), [...peopleIn(reading), ...members.map((one) => one.personId)]);
    const find = (personId: string) => people.person(directory(), personId);
    return {
      ...(listed === undefined ? notListed(threadId) : asListed(listed)),
      floor: floorOf(reading),
      entries: reading.entries.map((entry) => entryInWords(entry, find)),
      alerts: alertsOf(reading),
      verdict: reading.verdict,
      isServed: reading.isServed,
      members: members.map(({ personId, role, standing, devices, expiresAt }) => ({
        person: find(personId),
        role,
        standing,
        devices: devices.length,
        expiresAt: expiresAt ?? null,
      })),
      states: [...states],
      readSeq: listed?.readSeq ?? 0,
    };
  }

  async #work<Result>(act: (desk: Desk) => Promise<Result>): Promise<Result> {
    const turn = this.#before.then(async () => act(await this.desks.open()));
    this.#before = turn.catch(() => {});
    return turn;
  }
}

/** Whether another try may end otherwise. */
function isForNow(error: unknown): boolean {
  return isDomainError(error, 'client.unreachable', 'service.unavailable', 'rate.limited');
}

/** What was done is done: keys that cannot be kept now wait in the store. Throws where the vault itself is wrong. */
async function keepKeys(threads: Threads): Promise<void> {
  try {
    await threads.backUp();
  } catch (error) {
    if (!isForNow(error)) throw error;
  }
}

function notListed(threadId: string): ResultOf<'thread.list'>[number] {
  return { threadId, caseId: null, title: null, standing: 'unread', unread: 0, waiting: 0 };
}

function asListed(
  one: Awaited<ReturnType<Threads['list']>>[number],
): ResultOf<'thread.list'>[number] {
  const { threadId, caseId, title, standing, waiting, seq, readSeq } = one;
  return { threadId, caseId, title, standing, waiting, unread: Math.max(0, seq - readSeq) };
}

/** The members that the page shows, and no others that a later server may add. */
function asShown(shown: CaseShown): ResultOf<'case.list'>[number] {
  const { caseId, ownerState, states, caseType, legalBasis, status, isHeld, role, openedAt } =
    shown;
  return {
    caseId,
    ownerState,
    states: [...states],
    caseType,
    legalBasis,
    status,
    isHeld,
    role,
    openedAt,
  };
}
