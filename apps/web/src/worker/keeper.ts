import { cookieFetch, HttpTransport, SealedStore, type LocalStore } from '@enlace/client';
import { systemRandom } from '@enlace/kernel';

import type { ResultOf } from '../protocol/operations.js';
import { stageOf } from './device-profile.js';
import { IndexedDbStore } from './indexed-db-store.js';
import { readPlace, type Place } from './server-files.js';
import { takeLock } from './one-page.js';
import { StoreTakenOver } from './worker-errors.js';

/** Keeps the store of this worker, from the moment when the page is the one that works with it. */
export class Keeper {
  readonly #onTakenOver: () => void;
  #files: IndexedDbStore | null = null;
  #sealed: LocalStore | null = null;
  #place: Promise<Place> | null = null;

  constructor(onTakenOver: () => void) {
    this.#onTakenOver = onTakenOver;
  }

  /** Opens the store, unless another page has it and is not to be disturbed. */
  async open(takeOver: boolean): Promise<ResultOf<'session.open-store'>> {
    if (this.#sealed === null) {
      const isOurs = await takeLock(takeOver, async () => this.#letGo());
      if (!isOurs) return { isOurs, stage: null };
      await this.#use(await IndexedDbStore.open());
    }
    return { isOurs: true, stage: await stageOf(this.store) };
  }

  /** Goes on with another store of this browser until the worker ends; the one before stays as it is. */
  async changeStore(name: string): Promise<void> {
    if (this.#files === null) throw new StoreTakenOver('no store to change');
    this.#files.close();
    await this.#use(await IndexedDbStore.open(name));
  }

  async #use(files: IndexedDbStore): Promise<void> {
    this.#files = files;
    const sealing = { key: await files.sealingKey(), random: systemRandom };
    this.#sealed = new SealedStore(files, sealing);
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
