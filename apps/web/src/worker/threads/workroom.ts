import {
  auditTrustOf,
  ClientStatements,
  socketDial,
  Threads,
  type LiveNews as NewsOfThreads,
  type LocalStore,
  type Session,
  type ThreadPorts,
} from '@enlace/client';
import { mlsPort } from '@enlace/e2ee';
import {
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { LiveNews } from '../../protocol/messages.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import { OwnVault } from '../directory/own-vault.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { KnownPeople } from './known-people.js';
import { keepKeys } from './keeping.js';
import { waitUnless } from './waiting.js';

/** A page tells the person sooner than a command that it has no answer; what was done waits in the store. */
const PATIENCE = {
  tries: 2,
  pause: async (ms: number) => new Promise<void>((go) => void setTimeout(go, ms)),
};
/** What came by itself is in the vault at the latest so long after it. In milliseconds. */
const BACK_UP_MS = 10_000;

/** What cases and threads rest on. */
export interface ThreadGround {
  readonly keeper: Keeper;
  readonly account: OwnAccount;
  readonly directory: OwnDirectory;
  readonly onNews: (news: LiveNews) => void;
}

/** What an act in threads rests on. */
export interface Desk {
  readonly seat: Seat;
  readonly store: LocalStore;
  readonly threads: Threads;
  readonly people: KnownPeople;
  readonly directory: () => Directory;
  /** For whoever works in threads with a memory of their own. */
  readonly ports: ThreadPorts;
}

/** Of one session: acts and what goes on by itself share one memory of each thread. */
interface Room {
  readonly session: Session;
  readonly threads: Threads;
  readonly people: KnownPeople;
  readonly ports: ThreadPorts;
  readonly ending: AbortController;
}

/**
 * Where acts in threads find what they rest on, by the directory as it is then, and where threads go on by themselves.
 * Acts follow each other: the numbers of a device are given once.
 */
export class Workroom {
  #before: Promise<unknown> = Promise.resolve();
  #room: Room | null = null;
  #seat: Seat | null = null;
  #directory: Directory | null = null;
  readonly #followed = new Set<ThreadId>();
  readonly #gone = new Set<ThreadId>();
  readonly #changed = new Set<ThreadId>();
  #isRunning = false;
  #isBackingUp = false;

  constructor(private readonly ground: ThreadGround) {}

  /** Acts after every other, once what is new in the directory was taken in. */
  async work<Result>(act: (desk: Desk) => Promise<Result>): Promise<Result> {
    const turn = this.#before.then(async () => act(await this.#desk(true)));
    this.#before = turn.catch(() => {});
    return turn;
  }

  /** Shows what is here: beside acts, and without a question to the server where there was one before. */
  async look<Result>(act: (desk: Desk) => Promise<Result>): Promise<Result> {
    return act(await this.#desk(this.#directory === null));
  }

  /** A thread that the server shows to this person no more, as far as it said so. */
  isGone(threadId: ThreadId): boolean {
    return this.#gone.has(threadId);
  }

  wasServed(threadId: ThreadId, isServed: boolean): void {
    if (isServed) this.#gone.delete(threadId);
    else this.#gone.add(threadId);
  }

  /** Threads of which something came by itself since this was asked last. */
  takeChanged(): readonly ThreadId[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /**
   * Follows a thread from here on: those alone that were opened here, so that nothing is fetched that nobody looks at.
   * What ends it is met again by whoever acts; the next one who opens a thread begins it anew.
   */
  async follow(threadId: ThreadId): Promise<void> {
    this.#followed.add(threadId);
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { apiOrigin } = await this.ground.keeper.place();
    await this.#desk(this.#directory === null);
    void this.#run(apiOrigin);
  }

  async #run(origin: string): Promise<void> {
    try {
      const { session, threads, ending } = this.#room ?? (await this.#open());
      const live = threads.live({
        dial: socketDial(session, origin),
        wait: waitUnless,
        tell: (news) => this.#tell(news),
        only: this.#followed,
      });
      await live.run(ending.signal);
    } catch {
      // A session that has ended, or a store that is damaged: the next question of the page is told so.
    } finally {
      this.#isRunning = false;
      this.ground.onNews({ kind: 'line', isOpen: false });
    }
  }

  #tell(news: NewsOfThreads): void {
    const { onNews } = this.ground;
    if (news.kind === 'line') onNews({ kind: 'line', isOpen: news.isOpen });
    else if (news.threadId !== null) {
      this.#changed.add(news.threadId);
      if (news.kind === 'gone') this.#gone.add(news.threadId);
      if (news.kind === 'entries') {
        this.#gone.delete(news.threadId);
        void this.#backUpLater();
        if (news.entries.some(({ kind }) => kind === 'grant')) void this.#readGiven(news.threadId);
      }
      onNews({ kind: 'thread', threadId: news.threadId });
    }
  }

  /** What a grant opens lies before what is followed: it is read when the thread is read. */
  async #readGiven(threadId: ThreadId): Promise<void> {
    const read = this.work(async ({ threads }) => threads.read(threadId));
    // What cannot be read now is met by whoever opens the thread.
    await read.catch(() => {});
    this.ground.onNews({ kind: 'thread', threadId });
  }

  async #backUpLater(): Promise<void> {
    if (this.#isBackingUp) return;
    this.#isBackingUp = true;
    await PATIENCE.pause(BACK_UP_MS);
    this.#isBackingUp = false;
    // Keys that could not be kept now wait in the store; a vault that is wrong is met by the next act.
    await this.work(async ({ threads }) => keepKeys(threads)).catch(() => {});
  }

  async #desk(isAsking: boolean): Promise<Desk> {
    const seat = await this.ground.account.seat();
    this.#seat = seat;
    if (isAsking) ({ directory: this.#directory } = await this.ground.directory.read(seat));
    const room = this.#room?.session === seat.session ? this.#room : await this.#open();
    const { threads, people, ports } = room;
    const { store } = this.ground.keeper;
    return { seat, store, threads, people, ports, directory: () => this.#known() };
  }

  async #open(): Promise<Room> {
    this.#room?.ending.abort();
    const seat = await this.ground.account.seat();
    const personId = parseId<PersonId>(seat.profile.personId ?? '');
    const ports = this.#portsOf(seat, personId);
    this.#room = {
      session: seat.session,
      threads: new Threads(ports),
      ports,
      people: new KnownPeople(seat.session, personId, this.ground.keeper.store),
      ending: new AbortController(),
    };
    return this.#room;
  }

  #portsOf({ profile, session }: Seat, personId: PersonId): ThreadPorts {
    const { store } = this.ground.keeper;
    const deviceId = parseId<DeviceId>(profile.deviceId);
    const signSeed = parseBase64Url(profile.signSeed);
    const ports = { clock: systemClock, random: systemRandom };
    const vault = (): ThreadPorts['vault'] => this.#vault();
    return {
      ...ports,
      session,
      store,
      device: { self: { deviceId, personId }, signSeed, kemSeed: parseBase64Url(profile.kemSeed) },
      groups: mlsPort(systemRandom),
      directory: () => this.#known(),
      refreshDirectory: async () => {
        const seat = this.#seat ?? (await this.ground.account.seat());
        ({ directory: this.#directory } = await this.ground.directory.read(seat));
      },
      trust: () => auditTrustOf(this.#known()),
      statements: new ClientStatements(store, { ...ports, device: { deviceId, seed: signSeed } }),
      get vault() {
        return vault();
      },
      patience: PATIENCE,
    };
  }

  /** Once it is open. */
  #vault(): ThreadPorts['vault'] {
    const seat = this.#seat;
    if (seat === null || seat.rootKey === null) return null;
    return async () => new OwnVault(seat, this.ground.keeper.store, this.#known()).open();
  }

  #known(): Directory {
    if (this.#directory === null) throw new RangeError('the directory was not read');
    return this.#directory;
  }
}
