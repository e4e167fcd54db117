import { cookieFetch, HttpTransport, SealedStore, type LocalStore } from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';

import type { ResultOf } from '../protocol/operations.js';
import { stageOf } from './device-profile.js';
import { IndexedDbStore } from './indexed-db-store.js';
import { readPlace, type Place } from './server-files.js';
import { takeLock } from './one-page.js';
import { StoreTakenOver } from './worker-errors.js';

/** How often the page is told that something was kept. In milliseconds. */
const TELL_MS = 5_000;

/** Keeps the store of this worker, from the moment when the page is the one that works with it. */
export class Keeper {
  readonly #onTakenOver: () => void;
  readonly #onKept: () => void;
  #toldMs = 0;
  #files: IndexedDbStore | null = null;
  #sealed: LocalStore | null = null;
  /** Of the store that is worked with; null for the one of this browser itself. */
  #name: string | null = null;
  #place: Promise<Place> | null = null;

  constructor(onTakenOver: () => void, onKept: () => void) {
    this.#onTakenOver = onTakenOver;
    this.#onKept = () => {
      const nowMs = systemClock.nowMs();
      if (nowMs - this.#toldMs < TELL_MS) return;
      this.#toldMs = nowMs;
      onKept();
    };
  }

  /** Opens the store, unless another page has it and is not to be disturbed. */
  async open(takeOver: boolean): Promise<ResultOf<'session.open-store'>> {
    if (this.#sealed === null) {
      const isOurs = await takeLock(takeOver, async () => this.#letGo());
      if (!isOurs) return { isOurs, stage: null };
      const files = await IndexedDbStore.open(this.#onKept);
      [this.#files, this.#sealed] = [files, await sealedOver(files)];
    }
    return { isOurs: true, stage: await stageOf(this.store) };
  }

  /**
   * Works with another store of this browser, and goes on with it until the worker ends once that has succeeded. The
   * one before stays as it is.
   */
  async changeStore<Result>(
    name: string,
    work: (store: LocalStore) => Promise<Result>,
  ): Promise<Result> {
    if (this.#name === name) return work(this.store);
    const files = await IndexedDbStore.open(this.#onKept, name);
    try {
      const sealed = await sealedOver(files);
      const result = await work(sealed);
      if (this.#files === null) throw new StoreTakenOver('no store to change');
      this.#files.close();
      [this.#files, this.#sealed, this.#name] = [files, sealed, name];
      return result;
    } catch (error) {
      files.close();
      throw error;
    }
  }

  /** Throws `client.store-taken-over` before it was opened and after it was let go. */
  get store(): LocalStore {
    if (this.#sealed === null) throw new StoreTakenOver('another page has the store');
    return this.#sealed;
  }

  /** Where the server is. Throws `client.unreachable`. */
  async place(): Promise<Place> {
    this.#place ??= readPlace();
    try {
      return await this.#place;
    } catch (error) {
      this.#place = null; // the next one asks again
      throw error;
    }
  }

  /** To the server of this client, with the cookie of this browser. */
  async transport(): Promise<HttpTransport> {
    const { apiOrigin } = await this.place();
    return new HttpTransport(apiOrigin, cookieFetch);
  }

  async #letGo(): Promise<void> {
    this.#files?.close();
    this.#files = null;
    this.#sealed = null;
    this.#onTakenOver();
  }
}

async function sealedOver(files: IndexedDbStore): Promise<LocalStore> {
  return new SealedStore(files, { key: await files.sealingKey(), random: systemRandom });
}
