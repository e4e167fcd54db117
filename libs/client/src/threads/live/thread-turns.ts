import type { ThreadId } from '@enlace/kernel';

import { ThreadShelf } from '../kept/thread-shelf.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork } from '../thread-work.js';

const FILES = 'files';

/**
 * One hand for each thread: whoever works in one has it alone, in the order of asking, with the same memory of it.
 * Of an act that failed nobody knows what memory is ahead of the store: the next one begins from the store.
 */
export class ThreadTurns {
  readonly #ports: ThreadPorts;
  readonly #works = new Map<ThreadId, ThreadWork>();
  readonly #turns = new Map<ThreadId | typeof FILES, Promise<unknown>>();
  #isKeeping = false;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
  }

  /** From here on what a turn has read is kept for the next one: many follow each other. */
  keepWorks(): void {
    this.#isKeeping = true;
  }

  async take<Result>(
    threadId: ThreadId,
    act: (work: ThreadWork) => Promise<Result>,
  ): Promise<Result> {
    return this.#inTurn(threadId, async () => {
      const work = this.#works.get(threadId) ?? (await ThreadWork.open(this.#ports, threadId));
      this.#works.delete(threadId);
      const result = await act(work);
      if (this.#isKeeping) this.#works.set(threadId, work);
      return result;
    });
  }

  /** The same for somebody who brings a memory of his own: the next turn begins from the store. */
  async alone<Result>(threadId: ThreadId, act: () => Promise<Result>): Promise<Result> {
    return this.#inTurn(threadId, async () => {
      this.#works.delete(threadId);
      return act();
    });
  }

  /**
   * Files that are sent, of all threads together: what is being sealed for one lies in the spool beside what is done
   * with. Within it turns of threads are taken, never the other way round.
   */
  async withFiles<Result>(act: () => Promise<Result>): Promise<Result> {
    return this.#inTurn(FILES, act);
  }

  /** Threads of which anything is kept. */
  async kept(): Promise<readonly ThreadId[]> {
    return ThreadShelf.threadsIn(this.#ports.store);
  }

  async #inTurn<Result>(of: ThreadId | typeof FILES, act: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(of) ?? Promise.resolve();
    const turn = before.then(act);
    const ended = turn.catch(() => undefined);
    this.#turns.set(of, ended);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(of) === ended) this.#turns.delete(of);
    }
  }
}
