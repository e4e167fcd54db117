/**
 * Signals closer together than this are one wish: a Ctrl-C reaches the command from the terminal and once more from
 * npm, which passes on what the terminal has already sent to everybody. In milliseconds.
 */
const ONE_WISH_MS = 400;

/** After a second wish the server is given this long to end by itself. In milliseconds. */
const LAST_WORDS_MS = 2_000;

/** What a server process must offer to be stopped; a `ChildProcess` does. */
export interface Stoppable {
  kill(signal: NodeJS.Signals): boolean;
}

/** What stops this process; the global `process` is one. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

const STOPPING = [
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGTERM'],
] as const;

/**
 * Passes the signals that stop this process on to the server: the first wish to stop asks it to end in order, the
 * second ends it at once, by force when it does not answer. `wishes` counts them.
 */
export class StopSignals {
  wishes = 0;
  private accepting = true;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly listeners: readonly (readonly [NodeJS.Signals, () => void])[];

  constructor(
    private readonly server: Stoppable,
    private readonly source: SignalSource,
  ) {
    this.listeners = STOPPING.map(([signal, passedOn]) => [signal, () => this.wish(passedOn)]);
    for (const [signal, listener] of this.listeners) {
      source.on(signal, listener);
    }
  }

  /** The server has ended: signals mean to this process again what they mean to any. */
  release(): void {
    for (const [signal, listener] of this.listeners) {
      this.source.off(signal, listener);
    }
    this.timers.forEach(clearTimeout);
  }

  private wish(signal: NodeJS.Signals): void {
    if (!this.accepting) {
      return;
    }
    this.accepting = false;
    this.wishes += 1;
    this.server.kill(signal);
    this.timers.push(setTimeout(() => (this.accepting = true), ONE_WISH_MS));
    if (this.wishes === 2) {
      this.timers.push(setTimeout(() => this.server.kill('SIGKILL'), LAST_WORDS_MS));
    }
  }
}
