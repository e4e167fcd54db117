import type { Content, ThreadView } from '@enlace/e2ee';
import {
  canonicalJson,
  DomainError,
  isDomainError,
  isJsonObject,
  newId,
  type EntryId,
  type JsonObject,
  type Random,
  type ThreadId,
} from '@enlace/kernel';
import { clockState } from '@enlace/trust';

import { deliver, type Delivery } from './wire/deliver.js';
import { isRefusalOfTheAct } from '../session/session.js';
import { DirectoryOfThreads } from './directory-of-threads.js';
import { KeptUploads } from './files/kept-uploads.js';
import { LogFollower, type Followed } from './follow-log.js';
import { isOwed } from './keys/key-duties.js';
import { makeItem } from './make-item.js';
import { Outbox, type OutboxItem, type Prepared } from './kept/outbox.js';
import { filesOf, intentAsJson, readIntent, type ThreadIntent } from './thread-intent.js';
import type { HeldReceipt } from './kept/receipt-shelf.js';
import type { ThreadPorts } from './thread-ports.js';
import { ThreadStopped } from './thread-stopped.js';

/** How often an item is made again before the person is told (protocol.md, section 2.6), and the waits between. */
const TRIES_MOST = 8;
const AGAIN_MS = { shortest: 200, longest: 2_000 } as const;

/** An act that stands in the log. */
export interface Acted {
  readonly threadId: ThreadId;
  readonly seq: number;
}

/** The own clock is behind what the witnesses have signed: nothing is sent, invited or joined by it. */
class ClockUnsound extends DomainError {
  override readonly code = 'client.clock';
  override readonly kind = 'unavailable';

  constructor(state: string) {
    super('the clock and the witnesses are too far apart', { facts: { state } });
  }
}

/** Others were faster each time: the person decides whether to go on. */
class ThreadContended extends DomainError {
  override readonly code = 'thread.contended';
  override readonly kind = 'stale';

  constructor(why: string) {
    super('made again without end', { facts: { why, tries: TRIES_MOST } });
  }
}

/**
 * One thread at work: what waits goes out one item after the other, each made on the log as it is, kept, and then sent
 * until its outcome is known. An accepted one is taken from its receipt, or met in the log, by the same checks as
 * everybody's entries.
 */
export class ThreadWork {
  readonly #ports: ThreadPorts;
  readonly #threadId: ThreadId;
  readonly #outbox: Outbox;
  readonly #follower: LogFollower;

  private constructor(ports: ThreadPorts, threadId: ThreadId, follower: LogFollower) {
    this.#ports = ports;
    this.#threadId = threadId;
    this.#outbox = new Outbox(ports.store);
    this.#follower = follower;
  }

  /** Throws `store.damaged`. */
  static async open(ports: ThreadPorts, threadId: ThreadId): Promise<ThreadWork> {
    return new ThreadWork(ports, threadId, await LogFollower.open(ports, threadId));
  }

  get view(): ThreadView | null {
    return this.#follower.view;
  }

  get follower(): LogFollower {
    return this.#follower;
  }

  /** Reads what is new. Throws the refusal of the server, `client.*`, `directory.refused`. */
  async pull(): Promise<Followed> {
    return this.#follower.pull();
  }

  /**
   * Does what is wanted, after whatever waited before it; resolves to the place in the log. What could not go out stays
   * in the outbox and goes with the next. Throws `thread.stopped`, `thread.plan-refused`, `thread.contended`,
   * `client.clock`, `outbox.full`, the refusal of the server.
   */
  async act(intent: ThreadIntent): Promise<number> {
    return this.finish(await this.keep(intent));
  }

  /** Keeps what is wanted for the next `settle`; resolves to its name. Throws `outbox.full`. */
  async keep(intent: ThreadIntent): Promise<EntryId> {
    return (this.#sameAs(intent) ?? (await this.#add(intent))).entryId;
  }

  /** Sends what waits; resolves to where that item stands then, 0 while it still waits for its files. */
  async finish(entryId: EntryId): Promise<number> {
    await this.settle();
    const { self } = this.#ports.device;
    const { shelf } = this.#follower;
    return (await shelf.placeOf(this.#threadId, self.deviceId, entryId)) ?? 0;
  }

  /**
   * Whether a text could be sent as things are, before files are moved for its sake. Throws as `act` for what could
   * not.
   */
  async rehearse(content: Content<'message'>): Promise<void> {
    this.#assertGoing(await this.pull());
    const entryId = newId<EntryId>(this.#ports.clock, this.#ports.random);
    const intent = intentAsJson({ act: 'send', content });
    try {
      await this.#make({ threadId: this.#threadId, entryId, intent, prepared: null });
    } catch (error) {
      // Whoever is gone loses the leaf when it is sent.
      if (!isRemovalRequired(error)) throw error;
    }
  }

  /** A command that died and is given again wants one thing; of texts without files each is another. */
  #sameAs(intent: ThreadIntent): OutboxItem | undefined {
    if (intent.act === 'send' && filesOf(intent).length === 0) return undefined;
    const wanted = wordsOf(intent);
    return this.#follower.waiting.find((item) => wordsOf(readIntent(item.intent)) === wanted);
  }

  async #add(intent: ThreadIntent): Promise<OutboxItem> {
    const entryId = newId<EntryId>(this.#ports.clock, this.#ports.random);
    const threadId = this.#threadId;
    const item = { threadId, entryId, intent: intentAsJson(intent), prepared: null };
    await this.#outbox.add(item);
    await this.#follower.refreshWaiting();
    return item;
  }

  /** Sends everything that waits. Throws as `act`. */
  async settle(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const item = nextOf(await this.#ready());
      if (item === undefined) return;
      const again = await this.#advance(item);
      if (again === null) {
        tries = 0;
        continue;
      }
      if (tries >= TRIES_MOST) throw new ThreadContended(again);
      await this.#ports.patience.pause(jitterMs(this.#ports.random));
    }
  }

  /** What waits for nothing but its turn: an entry that names files goes when the server has all of them. */
  async #ready(): Promise<readonly OutboxItem[]> {
    const { waiting } = this.#follower;
    const isNaming = waiting.some(({ intent }) => filesOf(readIntent(intent)).length > 0);
    if (!isNaming) return waiting;
    const missing = await new KeptUploads(this.#ports.store).missing(this.#threadId);
    return waiting.filter(
      ({ intent }) => !filesOf(readIntent(intent)).some((file) => missing.has(file)),
    );
  }

  /** One item one step on; `null` when it is out of the way, else why it is made again. */
  async #advance(item: OutboxItem): Promise<string | null> {
    const made = await this.#made(item);
    if (made === null) return null;
    this.#assertClock();
    const delivery = await deliver(made, { ...this.#ports, trust: this.#ports.trust() });
    if (delivery.kind === 'unsent') {
      // An act that never went out does not wait for the next; of one from before, the server may have heard.
      if (item.prepared === null) await this.#forget(made);
      throw delivery.error;
    }
    if (delivery.kind === 'accepted') {
      await this.#takeAccepted(made, delivery.receipts);
      return null;
    }
    return this.#reconsider(made, delivery);
  }

  /** Keeps what was made before it is sent. An act that must not be done is forgotten, and told. */
  async #made(item: OutboxItem): Promise<(OutboxItem & { readonly prepared: Prepared }) | null> {
    if (item.prepared !== null) return { ...item, prepared: item.prepared };
    const { act } = readIntent(item.intent);
    try {
      // Nothing is made on a log that was not read to its end; of a thread that is being opened there is none yet.
      if (act !== 'open') this.#assertGoing(await this.pull());
      if (await this.#isSettled(item)) {
        await this.#forget(item);
        return null;
      }
      const made = { ...item, prepared: await this.#make(item) };
      await this.#ports.store.commit([Outbox.keep(made)]);
      await this.#follower.refreshWaiting();
      return made;
    } catch (error) {
      if (isRemovalRequired(error)) {
        await this.#clearFirst();
        return null;
      }
      if (isHopeless(error)) await this.#forget(item);
      throw error;
    }
  }

  /** What is about a key that somebody else has given meanwhile, or that nobody can give any more. */
  async #isSettled({ intent }: OutboxItem): Promise<boolean> {
    const wanted = readIntent(intent);
    const isOfKeys = wanted.act === 'give' || wanted.act === 'ask';
    if (!isOfKeys || this.view === null) return false;
    const entries = await this.#follower.shelf.entries(this.#threadId);
    return !isOwed(this.view, entries, wanted);
  }

  async #make(item: OutboxItem): Promise<Prepared> {
    const { clock, directory } = this.#ports;
    const asked = { nowMs: clock.nowMs(), isCurrent: true };
    return makeItem(item, this.view, {
      ports: this.#ports,
      directory: new DirectoryOfThreads(directory(), asked),
    });
  }

  // The receipt says where it stands; the log says whether that is so. Right after what was read it is taken at once.
  async #takeAccepted(
    { prepared }: OutboxItem & { readonly prepared: Prepared },
    receipts: readonly HeldReceipt[],
  ): Promise<void> {
    await this.#follower.holdReceipts(receipts);
    for (const [at, receipt] of receipts.entries()) {
      const head = this.view?.head.seq ?? 0;
      const entry = prepared.entries[at];
      const { seq, acceptedAtMs } = receipt;
      if (entry === undefined || seq !== head + 1) break;
      const followed = await this.#follower.takeOwn({ seq, acceptedAtMs, entry });
      this.#assertGoing(followed);
    }
    const isTaken = (this.view?.head.seq ?? 0) >= (receipts.at(-1)?.seq ?? 0);
    if (!isTaken) this.#assertGoing(await this.#follower.pull());
  }

  async #reconsider(
    item: OutboxItem,
    delivery: Exclude<Delivery, { readonly kind: 'accepted' | 'unsent' }>,
  ): Promise<string | null> {
    this.#assertGoing(await this.pull());
    const kept = this.#follower.waiting.find(({ entryId }) => entryId === item.entryId);
    // Met in the log meanwhile: it was accepted before.
    if (kept === undefined) return null;
    if (delivery.kind === 'refused') {
      const isSettled = await this.#isSettled(item);
      await this.#forget(item);
      if (isSettled) return null;
      throw delivery.problem;
    }
    const { why, facts } = delivery;
    if (why === 'attachment.unknown' && !(await this.#sendFilesAgain(item))) {
      await this.#forget(item);
      throw delivery.problem;
    }
    if (why === 'entry.device-sequence') {
      throw new ThreadStopped({ kind: 'ROLLBACK', facts: { ...facts, rule: why } });
    }
    await this.#ports.store.commit([Outbox.keep({ ...kept, prepared: null })]);
    await this.#follower.refreshWaiting();
    if (why === 'entry.removal-required') await this.#clearFirst();
    return why;
  }

  /** The server has let go of files that it had: here they stay while their entry waits. False for those of others. */
  async #sendFilesAgain({ intent }: OutboxItem): Promise<boolean> {
    const files = new Set(filesOf(readIntent(intent)));
    const uploads = await new KeptUploads(this.#ports.store).of(this.#threadId);
    const own = uploads.filter(({ attachmentId }) => files.has(attachmentId));
    const lost = own.map((upload) => KeptUploads.kept({ ...upload, isComplete: false }));
    await this.#ports.store.commit(lost);
    return lost.length > 0;
  }

  /** Whoever is gone loses the leaf before anything else goes out. */
  async #clearFirst(): Promise<void> {
    if (this.#follower.waiting.some(isUpdate)) return;
    await this.#add({ act: 'commit', commit: { act: 'update' } });
  }

  async #forget(item: OutboxItem): Promise<void> {
    await this.#ports.store.commit([Outbox.forget(item)]);
    await this.#follower.refreshWaiting();
  }

  #assertGoing({ stoppedBy }: Followed): void {
    if (stoppedBy !== null) throw new ThreadStopped(stoppedBy);
  }

  // How old the newest word of the witnesses is says nothing here: they cosign a directory once for each size.
  #assertClock(): void {
    const { witnessedMs } = this.#ports.directory();
    const state = clockState(this.#ports.clock.nowMs(), witnessedMs ?? 0);
    if (state === 'behind') throw new ClockUnsound(state);
  }
}

/** What is wanted, whenever it was said. */
function wordsOf(intent: ThreadIntent): string {
  const said: JsonObject = { ...intentAsJson(intent), redactionId: null };
  const { content } = said;
  return canonicalJson(
    isJsonObject(content) ? { ...said, content: { ...content, sentAt: null } } : said,
  );
}

/** What was sent comes first, then what makes room for the rest, then what was done first. */
function nextOf(waiting: readonly OutboxItem[]): OutboxItem | undefined {
  return (
    waiting.find(({ prepared }) => prepared !== null) ?? waiting.find(isUpdate) ?? waiting.at(0)
  );
}

function isUpdate({ intent }: OutboxItem): boolean {
  const wanted = readIntent(intent);
  return wanted.act === 'commit' && wanted.commit.act === 'update';
}

function isRemovalRequired(error: unknown): boolean {
  const isRefused = isDomainError(error, 'thread.plan-refused');
  return isRefused && error.facts['rule'] === 'removal-required';
}

/** Whether the act itself must not be done, or the thread is not there for this person. */
function isHopeless(error: unknown): boolean {
  const isOwn = isDomainError(error, ...HOPELESS);
  return isOwn || isRefusalOfTheAct(error);
}

const HOPELESS = [
  'thread.plan-refused',
  'thread.unread',
  'content.malformed',
  'entry.too-large',
  'package.refused',
] as const;

function jitterMs(random: Random): number {
  const [byte = 0] = random.bytes(1);
  const { shortest, longest } = AGAIN_MS;
  return shortest + Math.floor((byte / 256) * (longest - shortest));
}
