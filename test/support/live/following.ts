import { setTimeout as pause } from 'node:timers/promises';

import { socketDial, type LiveNews, type NewEntry, type Threads } from '@enlace/client';
import { isJsonObject, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../threads/client-member.js';

/** Waits of a client are cut short; from a minute on, one is a look at the ends of logs. Milliseconds. */
const SHORT_MS = 100;
const LOOK_FROM_MS = 60_000;

/** A member whose client follows its threads, and what it was told. */
export class Following {
  readonly news: LiveNews[] = [];
  /** The threads that are followed: nobody else works with the store meanwhile. */
  readonly threads: Threads;
  readonly done: Promise<void>;
  readonly #ending = new AbortController();

  /** Waits that are over, as long as they were to be. */
  readonly waited: number[] = [];

  /**
   * `looks`: whether it looks at the ends of logs by itself, or relies on what it hears. `timesAsLong`: how much longer
   * it waits where it lets others go first, for a machine that is slower than the others think.
   */
  constructor(
    member: Pick<ClientMember, 'threads' | 'session' | 'url'>,
    { looks = false, timesAsLong = 0 } = {},
  ) {
    const lengthOf = (ms: number) => {
      if (looks || (ms < LOOK_FROM_MS && timesAsLong === 0)) return SHORT_MS;
      return ms < LOOK_FROM_MS ? ms * timesAsLong : ms;
    };
    this.threads = member.threads;
    const live = this.threads.live({
      dial: socketDial(member.session, member.url),
      wait: async (ms, signal) => {
        await waiting(lengthOf(ms), signal);
        if (!signal.aborted) this.waited.push(ms);
      },
      tell: (news) => void this.news.push(news),
    });
    this.done = live.run(this.#ending.signal);
    // Whoever waits for it hears of it; a test that does not is not ended by it.
    this.done.catch(() => undefined);
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.done.catch(() => undefined);
  }

  get isOpen(): boolean {
    const lines = this.news.flatMap((one) => (one.kind === 'line' ? [one.isOpen] : []));
    return lines.at(-1) === true;
  }

  entries(threadId: ThreadId): readonly NewEntry[] {
    return this.news.flatMap((one) =>
      one.kind === 'entries' && one.threadId === threadId ? one.entries : [],
    );
  }

  /** Texts that were told of, in that order. */
  texts(threadId: ThreadId): readonly unknown[] {
    return this.entries(threadId).flatMap(({ content }) =>
      isJsonObject(content) && content['type'] === 'text' ? [content['text']] : [],
    );
  }

  /** Codes of alerts that were told of. */
  alertsOf(threadId: ThreadId): readonly string[] {
    return this.news.flatMap((one) =>
      one.kind === 'alert' && one.threadId === threadId ? [one.alert.code] : [],
    );
  }
}

async function waiting(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
