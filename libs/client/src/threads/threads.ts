import type { Handling, Purpose, State, StateCode, SuiteName, ThreadRole } from '@enlace/contracts';
import type { Content, ThreadMembers } from '@enlace/e2ee';
import {
  DomainError,
  formatInstant,
  newId,
  type CaseId,
  type PersonId,
  type ThreadId,
  type ThreadInvitationId,
} from '@enlace/kernel';

import {
  exportThread,
  type ExportedRange,
  type ExportGround,
  type ThreadExport,
} from './export/export-thread.js';
import { Evidence, type KeptEvidence } from './kept/evidence.js';
import {
  acknowledge,
  type Acknowledged,
  changeLife,
  type ElevatedSession,
  eraseWithdrawn,
  joinThread,
  recordConsultation,
  takeLeaf,
} from './acts/thread-acts.js';
import { Outbox } from './kept/outbox.js';
import { readingOf, type ThreadReading } from './reading.js';
import type { ThreadPorts } from './thread-ports.js';
import { askForHeads } from './wire/thread-wire.js';
import { ThreadUnread } from './make-item.js';
import {
  giveHistory,
  previewHistory,
  type GivenHistory,
  type HistoryGiving,
  type HistoryPlan,
} from './history/give-history.js';
import { backUpThreads } from './keys/back-up.js';
import { catchUp } from './live/catch-up.js';
import { LiveThreads, type LivePorts } from './live/live-threads.js';
import { ThreadFiles, type FileTools } from './files/thread-files.js';
import {
  lifeOf,
  listedOf,
  membersIn,
  type HeldThread,
  type ListedThread,
  type ShownMember,
} from './shown-threads.js';
import type { LifeAct, ThreadIntent } from './thread-intent.js';
import { ThreadTurns } from './live/thread-turns.js';
import { ThreadWork, type Acted } from './thread-work.js';

const DAY_MS = 86_400_000;

/** What a thread is opened with; title and description are sealed, everything else the host reads. */
export interface ThreadOpening {
  readonly caseId: CaseId;
  readonly caseType: string;
  readonly legalBasis: string;
  /** Whose people may be invited; the own State is among them. */
  readonly states: readonly State[];
  readonly purpose: Purpose;
  readonly level: 'informal' | 'formal';
  readonly handlingFloor: Handling;
  readonly retentionDays: number;
  readonly suite: SuiteName;
  readonly title: string;
  readonly description?: string;
}

type WithoutStamp<One> = One extends unknown ? Omit<One, 'v' | 'sentAt'> : never;
/** What a member says; version and time are added. */
export type MessageContent = WithoutStamp<Content<'message'>>;

/** The person is not of a State that may take part in threads. */
class NotTakingPart extends DomainError {
  override readonly code = 'thread.not-taking-part';
  override readonly kind = 'forbidden';

  constructor() {
    super('the State of the person takes part in no threads');
  }
}

/**
 * The threads of one device. Each method takes in what is new first; what it does is kept before it is sent, and what
 * could not be sent goes out with the next. Throws the refusal of the server, `client.*`, `directory.refused`,
 * `store.damaged`; those that write also what `ThreadWork.act` throws.
 */
export class Threads {
  readonly #ports: ThreadPorts;
  readonly #turns: ThreadTurns;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
    this.#turns = new ThreadTurns(ports);
  }

  /** Follows them as they go on. Nobody else works with the threads of this device meanwhile. */
  live(live: LivePorts): LiveThreads {
    return new LiveThreads(this.#ports, this.#turns, live);
  }

  /** Files in them, sent and saved in turn with everything else that is done in a thread. */
  files({ tell = () => {}, ...tools }: FileTools): ThreadFiles {
    return new ThreadFiles({ ...this.#ports, ...tools }, this.#turns, tell);
  }

  /** Opens a thread, with its title as the first message. */
  async open(opening: ThreadOpening): Promise<Acted> {
    const { caseId, suite, title, description, states, ...codes } = opening;
    const { clock, random, device } = this.#ports;
    const originator = this.#stateOf(device.self.personId);
    if (originator === null || originator === 'XR') throw new NotTakingPart();
    const threadId = newId<ThreadId>(clock, random);
    const openedAt = formatInstant(clock.nowMs());
    const all = [...new Set([...states, originator])].toSorted();
    const policy = { ...codes, originator, states: all, openedAt };
    const handling = { code: codes.handlingFloor } as const;
    const meta = {
      type: 'thread.meta',
      title,
      ...(description === undefined ? {} : { description }),
    } as const;
    return this.#turns.take(threadId, async (work) => {
      await work.act({ act: 'open', caseId, suite, policy });
      await this.#say(work, { ...meta, handling });
      return { threadId, seq: 1 };
    });
  }

  async list(): Promise<readonly ListedThread[]> {
    return this.#list(await askForHeads(this.#ports.session));
  }

  /** Those of which something is here, as far as it was read; no server is asked. */
  async heldList(): Promise<readonly ListedThread[]> {
    return this.#list([]);
  }

  async #list(heads: Awaited<ReturnType<typeof askForHeads>>): Promise<readonly ListedThread[]> {
    const outbox = new Outbox(this.#ports.store);
    const shelved = await this.#shelved();
    const ids = new Set([...heads.map(({ threadId }) => threadId), ...shelved]);
    const listed: ListedThread[] = [];
    for (const threadId of [...ids].toSorted()) {
      const seq = heads.find((head) => head.threadId === threadId)?.seq ?? 0;
      const waiting = (await outbox.waiting(threadId)).length;
      listed.push({ threadId, seq, waiting, ...(await this.#listed(threadId)) });
    }
    return listed;
  }

  async #listed(threadId: ThreadId): Promise<Omit<ListedThread, 'threadId' | 'seq' | 'waiting'>> {
    const { view, follower } = await ThreadWork.open(this.#ports, threadId);
    return listedOf(view, await follower.shelf.entries(threadId));
  }

  /** Everything that was verified of a thread, after what is new was taken in and what waited was sent. */
  async read(threadId: ThreadId): Promise<ThreadReading> {
    return this.#turns.take(threadId, async (work) =>
      this.#reading(work, threadId, await catchUp(work, this.#ports)),
    );
  }

  /** As `read`, for somebody who looks: on record as a consultation, before anything of it is given. */
  async consult(threadId: ThreadId): Promise<ThreadReading> {
    return this.#turns.take(threadId, async (work) => {
      const isServed = await catchUp(work, this.#ports);
      if (isServed) await recordConsultation(work, this.#ports);
      return this.#reading(work, threadId, isServed);
    });
  }

  async #reading(
    { follower: { shelf } }: ThreadWork,
    threadId: ThreadId,
    isServed: boolean,
  ): Promise<ThreadReading> {
    return readingOf(await shelf.entries(threadId), {
      stoppedBy: await shelf.stoppedBy(threadId),
      isServed,
      stateOf: (personId) => this.#stateOf(personId),
    });
  }

  /**
   * What is held of a thread, after whoever works in it at the moment: no server is asked, so that it is shown without
   * one too. Of a thread of which nothing was read everything is empty. Throws `store.damaged`.
   */
  async held(threadId: ThreadId): Promise<HeldThread> {
    return this.#turns.take(threadId, async ({ view, follower }) => {
      const members = view?.members ?? null;
      const entries = await follower.shelf.entries(threadId);
      const waiting = await this.waiting(threadId);
      return {
        listed: { threadId, waiting, ...listedOf(view, entries) },
        reading: readingOf(entries, {
          stoppedBy: follower.stoppedBy,
          isServed: true,
          stateOf: (personId) => this.#stateOf(personId),
        }),
        members: members === null ? [] : this.#shown(members),
        states: members?.state.policy.states ?? [],
        life: await lifeOf(view, entries, this.#ports.store),
      };
    });
  }

  /** What stopped a thread at any time, as it came. */
  async evidence(threadId: ThreadId): Promise<readonly KeptEvidence[]> {
    return Evidence.of(this.#ports.store, threadId);
  }

  async send(threadId: ThreadId, content: MessageContent): Promise<Acted> {
    return this.#turns.take(threadId, async (work) => ({
      threadId,
      seq: await this.#say(work, content),
    }));
  }

  /** From here on the person can read, and may join. */
  async invite(
    threadId: ThreadId,
    invited: { readonly personId: PersonId; readonly role: ThreadRole; readonly days: number },
  ): Promise<Acted & { readonly invitationId: ThreadInvitationId }> {
    const { clock, random } = this.#ports;
    const { personId, role, days } = invited;
    const invitationId = newId<ThreadInvitationId>(clock, random);
    const expiresAt = formatInstant(clock.nowMs() + days * DAY_MS);
    const commit = { act: 'invite', invitationId, personId, role, expiresAt } as const;
    return { invitationId, ...(await this.#act(threadId, { act: 'commit', commit })) };
  }

  /**
   * Takes back an own entry. `isErasing`: its body goes, with those of its later versions, here, at the server and at
   * whoever reads on.
   */
  async withdraw(
    threadId: ThreadId,
    withdrawn: Omit<MessageContent & { readonly type: 'withdraw' }, 'type'>,
    { isErasing }: { readonly isErasing: boolean },
  ): Promise<Acted> {
    const said = { ...withdrawn, type: 'withdraw' } as const;
    if (!isErasing) return this.send(threadId, said);
    return this.#turns.take(threadId, async (work) => ({
      threadId,
      seq: await eraseWithdrawn(work, this.#ports, this.#stamped(said)),
    }));
  }

  /**
   * Acuse de recibo: acknowledges what the entry at a place asks this person for, once. Throws `ack.not-asked`, and as
   * `send`.
   */
  async acknowledge(threadId: ThreadId, asking: number): Promise<Acted & Acknowledged> {
    return this.#turns.take(threadId, async (work) => ({
      threadId,
      ...(await acknowledge(work, this.#ports, asking)),
    }));
  }

  /** A part of a thread as a file that somebody without an account can verify. Throws as `exportThread`. */
  async export(
    threadId: ThreadId,
    range: ExportedRange,
    ground: ExportGround,
  ): Promise<ThreadExport> {
    return this.#turns.take(threadId, async (work) =>
      exportThread(work, this.#ports, { range, ground }),
    );
  }

  /** By an open invitation, or as a further device of a member. */
  async join(threadId: ThreadId): Promise<Acted> {
    return this.#turns.take(threadId, async (work) => ({
      threadId,
      seq: await joinThread(work, this.#ports),
    }));
  }

  async remove(threadId: ThreadId, personId: PersonId): Promise<Acted> {
    return this.#act(threadId, { act: 'commit', commit: { act: 'remove', personId } });
  }

  async leave(threadId: ThreadId): Promise<Acted> {
    // Whoever goes takes no leaf first.
    return this.#turns.take(threadId, async (work) => ({
      threadId,
      seq: await work.act({ act: 'leave' }),
    }));
  }

  /** Acts of this device that wait to be sent into a thread; nothing is asked for it. */
  async waiting(threadId: ThreadId): Promise<number> {
    return (await new Outbox(this.#ports.store).waiting(threadId)).length;
  }

  /** Who is in a thread and whose people may come, after what is new was taken in. */
  async members(threadId: ThreadId): Promise<{
    readonly members: readonly ShownMember[];
    readonly states: readonly StateCode[];
    readonly isStopped: boolean;
  }> {
    return this.#turns.take(threadId, async (work) => {
      const { stoppedBy } = await work.pull();
      const members = work.view?.members ?? null;
      if (members === null) throw new ThreadUnread();
      const { states } = members.state.policy;
      return { members: this.#shown(members), states, isStopped: stoppedBy !== null };
    });
  }

  /**
   * Somebody who brings a memory of their own to threads, such as that of a record, has them alone meanwhile; always in
   * one order, so that two never wait for each other.
   */
  async alone<Result>(threadIds: readonly ThreadId[], act: () => Promise<Result>): Promise<Result> {
    const inOrder = [...new Set(threadIds)].toSorted();
    const nested = inOrder.reduceRight<() => Promise<Result>>(
      (inner, id) => async () => this.#turns.alone(id, inner),
      act,
    );
    return nested();
  }

  /** What of a part of the log could be given as history. */
  async previewHistory(threadId: ThreadId, giving: HistoryGiving): Promise<HistoryPlan> {
    return this.#turns.alone(threadId, async () => previewHistory(this.#ports, threadId, giving));
  }

  /** Gives history to one person of the thread: by a steward, who shows to be there. Throws as `giveHistory`. */
  async giveHistory(
    threadId: ThreadId,
    giving: HistoryGiving,
    by: ElevatedSession,
  ): Promise<GivenHistory> {
    return this.#turns.alone(threadId, async () =>
      giveHistory(this.#ports, threadId, { giving, by }),
    );
  }

  /**
   * Closes a thread, holds it, keeps it longer or destroys its content, by a steward, with what others have approved.
   * Throws as `ThreadWork.act`.
   */
  async changeLife(threadId: ThreadId, life: LifeAct, by: ElevatedSession): Promise<Acted> {
    return this.#turns.alone(threadId, async () => changeLife(this.#ports, threadId, { life, by }));
  }

  /**
   * Brings to the vault of the person what is new of keys and logs here: after every act, and at the latest half a
   * minute later. Resolves to how many threads have something that still waits. Throws as the vault, and
   * `thread.stopped` where another device was shown another log.
   */
  async backUp(): Promise<number> {
    const { shelf } = await this.#anyFollower();
    return backUpThreads(this.#ports, shelf);
  }

  async #act(threadId: ThreadId, intent: ThreadIntent): Promise<Acted> {
    return this.#turns.take(threadId, async (work) => {
      await takeLeaf(work, this.#ports);
      return { threadId, seq: await work.act(intent) };
    });
  }

  async #say(work: ThreadWork, content: MessageContent): Promise<number> {
    await takeLeaf(work, this.#ports);
    return work.act({ act: 'send', content: this.#stamped(content) });
  }

  #stamped(content: MessageContent): Content<'message'> {
    const sentAt = formatInstant(this.#ports.clock.nowMs());
    return { ...content, v: 1, sentAt };
  }

  #shown(members: ThreadMembers): readonly ShownMember[] {
    return membersIn(members, (personId) => this.#stateOf(personId));
  }

  async #shelved(): Promise<readonly ThreadId[]> {
    const outbox = new Outbox(this.#ports.store);
    return [...(await this.#turns.kept()), ...(await outbox.threads())];
  }

  async #anyFollower() {
    const { clock, random } = this.#ports;
    const { follower } = await ThreadWork.open(this.#ports, newId<ThreadId>(clock, random));
    return follower;
  }

  #stateOf(personId: PersonId) {
    return this.#ports.directory().homes.get(`person|${personId}`) ?? null;
  }
}
