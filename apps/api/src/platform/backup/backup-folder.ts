import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import { errorCode } from '../database/database-errors.js';
import { makeFolder, writeDurable } from '../durable-file.js';

const DAY_MS = 86_400_000;

/** A base copy is made anew this often: what must be replayed at a restore goes back no further. */
export const RENEW_MS = 7 * DAY_MS;
/** What was erased is gone from here as well after this time: no set that could hold it is left. */
const KEEP_MS = 30 * DAY_MS;

const SETS = 'sets';
const COMPLETE = 'complete.json';
const SET_NAME = /^\d{8}T\d{9}Z$/u;

/** What a set says of itself once it can be restored. */
export interface CompleteSet {
  readonly madeAtMs: number;
  /** Of the cluster: a folder serves one. */
  readonly systemId: string;
  /** The audit log as its newest checkpoint says that is surely in the set. */
  readonly checkpointSize: number;
  readonly checkpointRoot: string;
}

/** One base copy with what was written since, in a folder of its own. */
export class BackupSet {
  constructor(readonly path: string) {}

  get archive(): string {
    return join(this.path, 'base.tar');
  }

  get wal(): string {
    return join(this.path, 'wal');
  }

  /** `null` while the set cannot be restored: the copy was not finished. */
  async read(): Promise<CompleteSet | null> {
    const text = await readFile(join(this.path, COMPLETE), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const said: CompleteSet = JSON.parse(text);
    return said;
  }

  async complete(said: CompleteSet): Promise<void> {
    await writeDurable(join(this.path, COMPLETE), Buffer.from(`${JSON.stringify(said)}\n`));
  }
}

/** Where the backups of one deployment lie: sets, and once for all of them what lies beside the database. */
export class BackupFolder {
  constructor(readonly path: string) {}

  /**
   * The folder that somebody names for a restore, and the set in it: the newest, or that of the folder when it is one
   * set's. Throws `StartupRefusal` when there is nothing to restore.
   */
  static async find(
    named: string,
  ): Promise<{ readonly folder: BackupFolder; readonly set: BackupSet }> {
    const path = resolve(named);
    const isSet = SET_NAME.test(basename(path)) && basename(dirname(path)) === SETS;
    const folder = new BackupFolder(isSet ? dirname(dirname(path)) : path);
    const set = isSet ? new BackupSet(path) : (await folder.complete()).at(-1)?.set;
    if (set === undefined || (await set.read()) === null) {
      throw new StartupRefusal([`--restore: ${path} holds no finished backup`]);
    }
    return { folder, set };
  }

  /** Files of the data folder beside the database, as they were last. */
  get kept(): string {
    return join(this.path, 'kept');
  }

  get attachments(): string {
    return join(this.path, 'attachments');
  }

  /** Makes it. Throws `StartupRefusal` for one that others can enter, or that cannot be. */
  async open(): Promise<void> {
    try {
      await makeFolder(join(this.path, SETS));
    } catch (cause) {
      throw new StartupRefusal([`--backup: ${this.path} cannot be created`], { cause });
    }
    const { mode } = await stat(this.path);
    if ((mode & 0o077) !== 0) {
      throw new StartupRefusal([`--backup: ${this.path} is open to others: run chmod 0700`]);
    }
  }

  /** Sets that can be restored, oldest first. */
  async complete(): Promise<readonly { readonly set: BackupSet; readonly said: CompleteSet }[]> {
    const found: { readonly set: BackupSet; readonly said: CompleteSet }[] = [];
    for (const set of await this.#sets()) {
      const said = await set.read();
      if (said !== null) found.push({ set, said });
    }
    return found;
  }

  /** A place for a new one. What was left unfinished goes. */
  async begin(nowMs: number): Promise<BackupSet> {
    for (const set of await this.#sets()) {
      if ((await set.read()) === null) await rm(set.path, { recursive: true });
    }
    const name = new Date(nowMs).toISOString().replaceAll(/[-:.]/gu, '');
    const set = new BackupSet(join(this.path, SETS, name));
    await makeFolder(set.wal);
    return set;
  }

  /** Removes sets that are too old. The newest stays, however old. */
  async prune(nowMs: number): Promise<void> {
    const earlier = (await this.complete()).slice(0, -1);
    for (const { set, said } of earlier) {
      if (nowMs - said.madeAtMs > KEEP_MS) await rm(set.path, { recursive: true });
    }
  }

  async #sets(): Promise<readonly BackupSet[]> {
    const names = await readdir(join(this.path, SETS)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => SET_NAME.test(name))
      .toSorted()
      .map((name) => new BackupSet(join(this.path, SETS, name)));
  }
}
