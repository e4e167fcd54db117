import { showCase, type HeldThread, type Threads } from '@enlace/client';
import { GROUP_SUITES, THREAD_LIMITS } from '@enlace/contracts';
import { parseId, type CaseId, type PersonId, type ThreadId } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { alertsOf, entryInWords, fileInWords, floorOf, peopleIn } from './entry-in-words.js';
import { Talk } from './talk.js';
import { deadlineInWords } from './talk-in-words.js';
import { filesOf } from '../files/files-of.js';
import { membersInWords, peopleBehind } from './members-in-words.js';
import { messageNow } from './message-now.js';
import { isForNow, keepKeys, unlessFault } from './keeping.js';
import type { Desk, Workroom } from './workroom.js';

/** Threads that are read at once for their titles. */
const READ_FOR_LIST = 8;
type ShownThread = ResultOf<'thread.read'>;

/**
 * Threads of the person who works here. Throws the refusal of the server, `client.*`, `directory.refused`,
 * `store.damaged`.
 */
export class OwnThreads {
  constructor(private readonly room: Workroom) {}

  /** With their titles: what this browser has not read of its threads is read first, some at a time. */
  async list(): Promise<ResultOf<'thread.list'>> {
    return this.room.work(async ({ threads }) => {
      const listed = await listOf(threads);
      // What waits goes out with the reading.
      const unread = listed.filter(({ standing, waiting }) => standing === 'unread' || waiting > 0);
      if (unread.length === 0) return listed.map(asListed);
      for (const { threadId } of unread.slice(0, READ_FOR_LIST)) {
        // What cannot be read is listed without its title; whoever opens it is told why.
        await threads.read(threadId).catch(unlessFault);
      }
      await keepKeys(threads);
      return (await listOf(threads)).map(asListed);
    });
  }

  /** What is asked of the person in threads as they were read last: no thread is read for it. */
  async due(): Promise<ResultOf<'thread.due'>> {
    return this.room.look(async (desk) => {
      const self = desk.seat.profile.personId ?? '';
      const due: ResultOf<'thread.due'> = [];
      for (const { threadId, title, standing } of await desk.threads.heldList()) {
        if (standing !== 'steward' && standing !== 'member') continue;
        const { reading, members } = await desk.threads.held(threadId);
        const talk = new Talk(reading);
        const asked = [
          ...talk.openAsksOf(self).map((ask) => ({ ask, missing: [] })),
          ...talk.asksOpenFor(self),
        ];
        if (asked.length === 0) continue;
        const find = await this.#namesIn(desk, { reading, members });
        for (const { ask, missing } of asked) {
          const from = missing.flatMap((id) => find(id) ?? []);
          due.push({ threadId, title, ...deadlineInWords(ask, find), missing: from });
        }
      }
      return due.toSorted((a, b) => Date.parse(a.deadline) - Date.parse(b.deadline));
    });
  }

  async open({
    caseId,
    title,
    purpose,
    floor,
  }: ArgsOf<'thread.open'>): Promise<ResultOf<'thread.open'>> {
    return this.room.work(async ({ threads, seat }) => {
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
    return this.#then(threadId, async ({ threads }, id) => threads.consult(id));
  }

  async held({ threadId }: ArgsOf<'thread.held'>): Promise<ResultOf<'thread.held'>> {
    return this.room.look(async (desk) => {
      const shown = await this.shown(desk, parseId(threadId));
      return shown.readSeq === 0 ? null : shown;
    });
  }

  async follow({ threadId }: ArgsOf<'thread.follow'>): Promise<void> {
    await this.room.follow(parseId(threadId));
  }

  /** Null for a message that is kept and goes out later: whoever sent it again would say it twice. */
  async send({ threadId, ...message }: ArgsOf<'thread.send'>): Promise<ResultOf<'thread.send'>> {
    return this.room.work(async (desk) => {
      const { threads } = desk;
      const id = parseId<ThreadId>(threadId);
      const before = await threads.waiting(id);
      let isKept = false;
      try {
        await threads.send(id, { type: 'text', ...(await messageNow(desk, id, message)) });
        isKept = true;
        await keepKeys(threads);
        return await this.shown(desk, id);
      } catch (error) {
        if (!isForNow(error) || !(isKept || (await threads.waiting(id)) > before)) throw error;
        return null;
      }
    });
  }

  async invite({ threadId, personId, role, days }: ArgsOf<'thread.invite'>): Promise<ShownThread> {
    const invited = { personId: parseId<PersonId>(personId), role, days };
    return this.after(threadId, async ({ threads }, id) => {
      await threads.invite(id, invited);
      await sayTitle(threads, id);
    });
  }

  async join({ threadId }: ArgsOf<'thread.join'>): Promise<ShownThread> {
    return this.after(threadId, async ({ threads }, id) => threads.join(id));
  }

  async remove({ threadId, personId }: ArgsOf<'thread.remove'>): Promise<ShownThread> {
    return this.after(threadId, async ({ threads }, id) => threads.remove(id, parseId(personId)));
  }

  async leave({ threadId }: ArgsOf<'thread.leave'>): Promise<ShownThread> {
    return this.after(threadId, async ({ threads }, id) => threads.leave(id));
  }

  async candidates({ state }: ArgsOf<'thread.candidates'>): Promise<ResultOf<'thread.candidates'>> {
    return this.room.work(async ({ people, directory }) => people.ofState(directory(), state));
  }

  /** The thread as it is once something was done in it, read to its end. */
  async after(
    threadId: string,
    act: (desk: Desk, id: ThreadId) => Promise<unknown>,
  ): Promise<ShownThread> {
    return this.#then(threadId, async (desk, id) => {
      await act(desk, id);
      return desk.threads.read(id);
    });
  }

  async #then(
    threadId: string,
    read: (desk: Desk, id: ThreadId) => ReturnType<Threads['read']>,
  ): Promise<ShownThread> {
    return this.room.work(async (desk) => {
      const id = parseId<ThreadId>(threadId);
      const { isServed } = await read(desk, id);
      this.room.wasServed(id, isServed);
      await keepKeys(desk.threads);
      return this.shown(desk, id);
    });
  }

  /** What is here of a thread, in words. */
  async shown(desk: Desk, threadId: ThreadId): Promise<ShownThread> {
    const { listed, reading, members, states, life } = await desk.threads.held(threadId);
    const unfinished = await filesOf(desk).unfinished(threadId);
    const find = await this.#namesIn(desk, { reading, members });
    const isServed = !this.room.isGone(threadId);
    const talk = new Talk(reading);
    return {
      ...listed,
      unread: 0,
      floor: floorOf(reading),
      entries: reading.entries.map((entry) => entryInWords(entry, { find, talk })),
      alerts: alertsOf(reading),
      verdict: reading.verdict === 'sound' && !isServed ? 'reserved' : reading.verdict,
      isServed,
      members: membersInWords({ reading, members }, desk.directory(), find),
      states: [...states],
      unfinished: unfinished.map(fileInWords),
      life,
    };
  }

  async #namesIn(
    { people, directory }: Desk,
    { reading, members }: Pick<HeldThread, 'reading' | 'members'>,
  ) {
    try {
      const ids = [...peopleIn(reading), ...peopleBehind(directory(), members)];
      await people.learn(directory(), ids);
    } catch (error) {
      // Whoever is not known yet is shown by the id until there is a connection.
      if (!isForNow(error)) throw error;
    }
    return (personId: string) => people.person(directory(), personId);
  }
}

/** Those of before where no server answers. */
async function listOf(threads: Threads): ReturnType<Threads['list']> {
  try {
    return await threads.list();
  } catch (error) {
    if (!isForNow(error)) throw error;
    return threads.heldList();
  }
}

/** Whoever comes reads nothing from before the invitation: the title is said again. */
export async function sayTitle(threads: Threads, id: ThreadId): Promise<void> {
  const { listed, reading } = await threads.held(id);
  const code = floorOf(reading);
  if (listed.title === null || code === null) return;
  try {
    await threads.send(id, { type: 'thread.meta', title: listed.title, handling: { code } });
  } catch (error) {
    // The invitation stands; what waits goes out with the next act.
    if (!isForNow(error)) throw error;
  }
}

function asListed(
  one: Awaited<ReturnType<Threads['list']>>[number],
): ResultOf<'thread.list'>[number] {
  const { threadId, caseId, title, standing, waiting, seq, readSeq } = one;
  return { threadId, caseId, title, standing, waiting, unread: Math.max(0, seq - readSeq) };
}
