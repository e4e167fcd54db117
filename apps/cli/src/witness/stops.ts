import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** Ctrl-C, or whoever runs the machine. What waits for it holds nothing up once it is closed. */
export class Stops {
  readonly #closed = new AbortController();
  readonly #stopped: Promise<boolean>;

  constructor() {
    const { signal } = this.#closed;
    const names = ['SIGINT', 'SIGTERM'];
    this.#stopped = Promise.race(names.map(async (name) => once(process, name, { signal }))).then(
      () => true,
      () => false,
    );
  }

  /** Whether somebody stops it before so much time is over, or has before. */
  async within(ms: number): Promise<boolean> {
    const { signal } = this.#closed;
    return Promise.race([this.#stopped, pause(ms, false, { signal })]);
  }

  close(): void {
    this.#closed.abort();
  }
}
