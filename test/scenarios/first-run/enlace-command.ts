import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Account } from './accounts.js';

/** Whatever a scenario waits for has to happen within this time. In milliseconds. */
export const PATIENCE_MS = 60_000;
const POLL_MS = 25;

export interface Start {
  /** The checkout, or a copy of what is needed of it. */
  readonly root: string;
  readonly account: Account;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What is typed, and then nothing more; `null`: by `type`, when it is time. */
  readonly typed?: string | null;
  /** Node and its options, when it is not the one of the tests. */
  readonly node?: readonly [program: string, ...options: readonly string[]];
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The command `enlace` as a process of its own, with everything that it says. */
export class EnlaceCommand {
  output = '';
  errors = '';
  readonly #process: ChildProcess;
  readonly #exited: Promise<End>;
  readonly #closed: Promise<unknown>;

  constructor({ root, account, args, environment = {}, typed = '', node }: Start) {
    const [program, ...options] = node ?? [process.execPath];
    this.#process = spawn(program, [...options, join(root, 'apps/cli/bin/enlace.mjs'), ...args], {
      cwd: '/',
      // Nothing of the environment of the tests: an ordinary start has none of it.
      env: { PATH: process.env['PATH'], LANG: 'en_US.UTF-8', ...environment },
      ...account.ids,
    });
    if (typed !== null) this.type(typed);
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#closed = new Promise((resolve) => {
      this.#process.once('close', resolve);
    });
  }

  /** Types, and then nothing more; after that nothing is typed. */
  type(text: string): void {
    if (this.#process.stdin?.writable === true) this.#process.stdin.end(text);
  }

  get isOver(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  get hasFailed(): boolean {
    return this.isOver && this.#process.exitCode !== 0;
  }

  /** The address from the line that a `--json` start prints when it is ready; fails when the command ends before. */
  async ready(): Promise<string> {
    await until(`ready: ${this.errors}`, () => {
      if (this.isOver) {
        throw new Error(`ended before it was ready: ${this.output}${this.errors}`);
      }
      return this.output.includes('\n');
    });
    const { event, url }: Record<string, unknown> = JSON.parse(this.output);
    if (event !== 'ready' || typeof url !== 'string') {
      throw new Error(`not the ready line: ${this.output}`);
    }
    return url;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** How the command itself ended. The server it started may live on. */
  exited(): Promise<End> {
    return this.#exited;
  }

  /** Resolves when every process that writes to this command's output is gone: the command and the server. */
  async everybodyGone(): Promise<End> {
    await this.#closed;
    return this.#exited;
  }

  /** The most memory that this command has had in use so far, in bytes; 0 when it is over (Linux). */
  peakMemory(): number {
    const status = `/proc/${this.#process.pid}/status`;
    const text = this.isOver || !existsSync(status) ? '' : readFileSync(status, 'utf8');
    return Number(/^VmHWM:\s+(?<kib>\d+) kB$/mu.exec(text)?.groups?.['kib'] ?? 0) * 1024;
  }

  /** The process ids that this command has started (Linux). */
  children(): readonly number[] {
    const { pid } = this.#process;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);
  }

  /** For the end of a test that failed: nothing outlives it. */
  async destroy(): Promise<void> {
    this.kill('SIGTERM');
    await this.#closed;
  }
}

/** Runs the command to its end. */
export async function enlace(start: Start): Promise<End & { output: string; errors: string }> {
  const command = new EnlaceCommand(start);
  const end = await command.everybodyGone();
  return { ...end, output: command.output, errors: command.errors };
}

/** Waits for a condition; `what` says in the error what never came. */
export async function until(
  what: string,
  isTrue: () => boolean,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  for (let waitedMs = 0; !isTrue(); waitedMs += POLL_MS) {
    if (waitedMs > patienceMs) {
      throw new Error(`waited in vain for ${what}`);
    }
    await pause(POLL_MS);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
