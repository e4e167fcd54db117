import type { FileSpool, LocalStore, Session, StoreChange } from '@enlace/client';
import type { MemoryStore } from '@enlace/testing';

/** The process is gone: whatever it does after that has no effect. */
export class Died extends Error {}

/**
 * Kills a client at one of its awaits: before or after the store or the network did what it was asked for. From then on
 * nothing that it does takes effect; what the store below holds is what the next start finds.
 */
export class CrashPoints {
  #left = Infinity;
  #isDead = false;
  /** How many points were passed since `dieAt`. */
  passed = 0;

  dieAt(point: number): void {
    this.#left = point;
    this.#isDead = false;
    this.passed = 0;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Both sides of an await. */
  async around<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#pass();
    const result = await act();
    this.#pass();
    return result;
  }

  store(inner: MemoryStore): LocalStore {
    return {
      get: async (table, key) => this.around(async () => inner.get(table, key)),
      put: async (table, key, value) => this.around(async () => inner.put(table, key, value)),
      commit: async (changes: readonly StoreChange[]) =>
        this.around(async () => inner.commit(changes)),
      delete: async (table, key) => this.around(async () => inner.delete(table, key)),
      keys: async (table) => this.around(async () => inner.keys(table)),
    };
  }

  spool(inner: FileSpool): FileSpool {
    return {
      length: async (name) => this.around(async () => inner.length(name)),
      append: async (name, bytes) => this.around(async () => inner.append(name, bytes)),
      read: async (name, stretch) => this.around(async () => inner.read(name, stretch)),
      sync: async (name) => this.around(async () => inner.sync(name)),
      remove: async (name) => this.around(async () => inner.remove(name)),
      names: async () => this.around(async () => inner.names()),
    };
  }

  session(inner: Session): Pick<Session, 'request' | 'requestOctets'> {
    return {
      request: async (request, proving) => this.around(async () => inner.request(request, proving)),
      requestOctets: async (request, proving) =>
        this.around(async () => inner.requestOctets(request, proving)),
    };
  }

  #pass(): void {
    if (this.#isDead) throw new Died('gone');
    this.passed += 1;
    if (this.passed < this.#left) return;
    this.#isDead = true;
    throw new Died('gone');
  }
}
