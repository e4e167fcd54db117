import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

import { errorCode } from '../../platform/database/database-errors.js';
import { Refusal } from '../../platform/problem/refusal.js';
import type { AttachmentStore, Stretch } from './attachment-store.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Share of the disk that uploads leave free: the database may lie on the same one. */
const FREE_SHARE = 0.05;
/** How much of a file is read at once. */
const READ_BYTES = 256 * 1024;
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Files in a folder of the server alone: what grows in `parts`, what is sealed in `whole`. Bytes are flushed before a
 * write resolves, and a file moves from the one folder into the other in one step: nothing that is half is ever in
 * `whole`. Killed anywhere, a file is where it was or where it should be. Several nodes share one folder.
 */
export class DiskStore implements AttachmentStore {
  readonly #parts: string;
  readonly #whole: string;

  constructor(private readonly folder: string) {
    this.#parts = join(folder, 'parts');
    this.#whole = join(folder, 'whole');
  }

  async assertRoom(length: number): Promise<void> {
    await this.#makeFolder(this.#parts);
    const { bavail, blocks, bsize } = await statfs(this.folder);
    if (bavail * bsize - length < blocks * bsize * FREE_SHARE) throw new Refusal('storage.full');
  }

  async write(key: string, offset: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.#makeFolder(this.#parts);
      const file = await openToWrite(this.#pathOfPart(key));
      try {
        await writeAt(file, offset, bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      // The name of a file that is new is flushed like its bytes.
      if (offset === 0) await flushFolder(this.#parts);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async seal(key: string): Promise<void> {
    const target = this.#pathOfWhole(key);
    try {
      await this.#makeFolder(dirname(target));
      await rename(this.#pathOfPart(key), target);
    } catch (error) {
      // Killed between this step and what the caller keeps of it: it is done.
      if (errorCode(error) !== 'ENOENT' || !(await isThere(target))) throw asRefusal(error);
    }
    await flushFolder(dirname(target));
    await flushFolder(this.#parts);
  }

  async read(key: string, { from, to }: Stretch): Promise<Readable> {
    const file = await open(this.#pathOfWhole(key)).catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      return open(this.#pathOfPart(key));
    });
    return file.createReadStream({ start: from, end: to - 1, highWaterMark: READ_BYTES });
  }

  async remove(key: string): Promise<void> {
    await rm(this.#pathOfPart(key), { force: true });
    await rm(this.#pathOfWhole(key), { force: true });
  }

  async *keys(): AsyncGenerator<string> {
    for (const folder of [this.#parts, this.#whole]) {
      await this.#makeFolder(folder);
      const names = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const one of names) if (one.isFile()) yield one.name;
    }
  }

  async changedAtMs(key: string): Promise<number | null> {
    for (const path of [this.#pathOfWhole(key), this.#pathOfPart(key)]) {
      const found = await stat(path).catch(() => null);
      if (found !== null) return found.mtimeMs;
    }
    return null;
  }

  #pathOfPart(key: string): string {
    return join(this.#parts, key);
  }

  /** In 256 folders, so that none has more names than a file system likes. */
  #pathOfWhole(key: string): string {
    return join(this.#whole, key.slice(0, 2), key);
  }

  async #makeFolder(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    if (made !== undefined) await flushFolder(dirname(made));
  }
}

/** Opened where it is, or made; never cut: what lies behind the offset was not accepted and is written over. */
async function openToWrite(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return open(path, 'w', FILE_MODE);
  }
}

async function writeAt(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const left = bytes.length - done;
    const { bytesWritten } = await file.write(bytes, done, left, offset + done);
    done += bytesWritten;
  }
}

/** Names are in the folder, and the folder is a file of its own. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function asRefusal(error: unknown): unknown {
  return NO_ROOM.has(errorCode(error)) ? new Refusal('storage.full', { cause: error }) : error;
}
