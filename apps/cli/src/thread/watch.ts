import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { socketDial, type LiveNews } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { failureOf } from '../failure.js';
import { backUp, withOwnThreads, type OwnThreads } from './own-threads.js';
import { NewsLines } from './words/news-lines.js';

/** New keys are in the vault of the person this long after they came (protocol.md, section 5.1). In milliseconds. */
const BACK_UP_AFTER_MS = 15_000;

/**
 * `enlace thread watch`: what is new in a thread, then everything as it comes, until Ctrl-C: that ends it with 0.
 * Ends with 2 when the thread is stopped, with 1 when the server shows it no more.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const threadId = readArgumentId<ThreadId>(invocation.argument, 'THREAD');
  return withOwnThreads(invocation, async (own) => new Watch(invocation, own, threadId).run());
}

class Watch {
  readonly #ending = new AbortController();
  readonly #lines: NewsLines;
  /** What is told is written in its order. */
  #writing: Promise<void> = Promise.resolve();
  #exit: number = EXIT.done;
  #fault: { readonly cause: unknown } | null = null;
  #backingUp: Promise<void> | null = null;

  constructor(
    private readonly invocation: Invocation,
    private readonly own: OwnThreads,
    private readonly threadId: ThreadId,
  ) {
    const { session, ports } = own;
    this.#lines = new NewsLines(invocation, { threadId, session, directory: ports.directory });
  }

  async run(): Promise<number> {
    const { session, threads, origin } = this.own;
    const { signal } = this.#ending;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) void this.#endAt(name);
    const live = threads.live({
      dial: socketDial(session, origin),
      wait: waiting,
      tell: (news) => this.#hear(news),
      only: new Set([this.threadId]),
    });
    try {
      await live.run(signal);
    } finally {
      this.#ending.abort();
      await Promise.all([this.#writing, this.#backingUp]);
    }
    if (this.#fault !== null) throw this.#fault.cause;
    return this.#exit;
  }

  /** Once it is over, signals mean what they mean to any command. */
  async #endAt(name: string): Promise<void> {
    const { signal } = this.#ending;
    await once(process, name, { signal }).catch(() => undefined);
    this.#ending.abort();
  }

  #hear(news: LiveNews): void {
    this.#writing = this.#writing.then(async () => this.#take(news));
  }

  async #take(news: LiveNews): Promise<void> {
    if (this.#fault !== null) return;
    if (news.kind === 'put-off' && this.#isOver(news)) return this.#end(news.error);
    try {
      await this.#lines.tell(news);
    } catch (cause) {
      this.#end(cause);
    }
    if (news.kind === 'entries') this.#backUpSoon();
    if (news.kind === 'gone') this.#endWith(EXIT.reservations);
    if (news.kind === 'alert' && news.alert.response === 'suspend') this.#endWith(EXIT.alert);
  }

  /** What is not there for this person stays so, and an alarm is no reason to try again. */
  #isOver({ threadId, error }: Extract<LiveNews, { readonly kind: 'put-off' }>): boolean {
    const isNotThere = threadId === this.threadId && error.code === 'thread.not-found';
    return isNotThere || failureOf(error).exitCode === EXIT.alert;
  }

  #end(cause: unknown): void {
    this.#fault ??= { cause };
    this.#ending.abort();
  }

  #endWith(exit: number): void {
    this.#exit = Math.max(this.#exit, exit);
    this.#ending.abort();
  }

  #backUpSoon(): void {
    this.#backingUp ??= this.#backUpLater();
  }

  /** What comes meanwhile is kept with it; the last of it when the command ends. */
  async #backUpLater(): Promise<void> {
    const { signal } = this.#ending;
    await waiting(BACK_UP_AFTER_MS, signal);
    this.#backingUp = null;
    if (!signal.aborted) this.#endIfAlarm(await backUp(this.invocation, this.own.threads));
  }

  #endIfAlarm(code: number): void {
    if (code !== EXIT.done) this.#endWith(code);
  }
}

async function waiting(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
