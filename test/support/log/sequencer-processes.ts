import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { FreshDatabase } from '@enlace/testing';

const SCRIPT = fileURLToPath(new URL('../sequencer-process.mjs', import.meta.url));

/** Processes that run the sequencer of a node and nothing else, on one database. */
export class SequencerProcesses {
  readonly #running = new Set<ChildProcess>();

  constructor(private readonly fresh: FreshDatabase) {}

  /** `dataDir`: the folder of its node. */
  start(dataDir: string): ChildProcess {
    const roles = ['enl_app', 'enl_sequencer', 'enl_auditor', 'enl_delivery'];
    const told = [...roles.map((role) => this.fresh.url(role)), dataDir];
    const child = fork(SCRIPT, told, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  endAll(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}

/** Waits until the process says that it is `ready`, `between` its two transactions, or has `written` its file. */
export async function said(
  child: ChildProcess,
  word: 'ready' | 'between' | 'written',
): Promise<void> {
  for (;;) {
    const [message]: unknown[] = await once(child, 'message');
    if (message === word) return;
  }
}
