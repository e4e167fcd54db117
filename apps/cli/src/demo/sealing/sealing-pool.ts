import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { KeyFile } from '../../authority/key-file.js';
import type { PersonId } from '@enlace/kernel';

import type { VaultKit } from '../../device/vault-kit.js';
import type { NewStoreKey } from '../../home/home.js';
import type { Sealed, SealingJob } from './sealing-job.js';

/** One thread needs up to 256 MiB while it seals; more than this many would not be finished sooner on most machines. */
const THREADS_MOST = 4;

/** Seals in threads of its own, one thing a thread at a time, while the ceremonies go on. Close it when done. */
export class SealingPool {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #most = Math.min(THREADS_MOST, Math.max(1, availableParallelism()));

  async storeKey(): Promise<NewStoreKey> {
    const sealed = await this.#run({ kind: 'store' });
    if (typeof sealed === 'string' || !('sealed' in sealed)) {
      throw new TypeError('not the key of a store');
    }
    return sealed;
  }

  /** Before everything that waits: a ceremony waits for it. */
  async vaultKit(personId: PersonId): Promise<VaultKit> {
    const sealed = await this.#run({ kind: 'vault', personId });
    if (typeof sealed === 'string' || !('keys' in sealed)) throw new TypeError('not a vault');
    return sealed;
  }

  async keyFile(file: KeyFile, secret: Uint8Array): Promise<string> {
    const sealed = await this.#run({ kind: 'key-file', file, secret });
    if (typeof sealed !== 'string') throw new TypeError('not a key file');
    return sealed;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(async (worker) => worker.terminate()));
  }

  async #run(job: SealingJob): Promise<Sealed> {
    const worker = await this.#take(job.kind === 'vault');
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
      worker.postMessage(job);
      // A thread that fails rejects here with its error.
      const [sealed]: Sealed[] = await once(worker, 'message');
      if (sealed === undefined) throw new TypeError('a thread gave no answer');
      return sealed;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  async #take(isUrgent: boolean): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length === this.#most) {
      return new Promise((resolve) => {
        if (isUrgent) this.#waiting.unshift(resolve);
        else this.#waiting.push(resolve);
      });
    }
    const worker = new Worker(new URL('./sealing-worker.js', import.meta.url));
    this.#all.push(worker);
    return worker;
  }
}
