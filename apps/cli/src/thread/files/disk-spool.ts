import {
  appendFileSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FileSpool, Stretch } from '@enlace/client';
import { syncFolder } from '../../files/new-files.js';

/** Sealed files on their way, in a folder of the home. Only ciphertext is in it; the keys are in the store. */
export class DiskSpool implements FileSpool {
  constructor(private readonly folder: string) {}

  async length(name: string): Promise<number> {
    return lstatSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    appendFileSync(join(this.folder, name), bytes, { mode: 0o600 });
  }

  async read(name: string, { from, to }: Stretch): Promise<Uint8Array> {
    const handle = openSync(join(this.folder, name), 'r');
    try {
      const bytes = Buffer.alloc(to - from);
      let done = 0;
      while (done < bytes.length) {
        const read = readSync(handle, bytes, done, bytes.length - done, from + done);
        if (read === 0) break;
        done += read;
      }
      return bytes.subarray(0, done);
    } finally {
      closeSync(handle);
    }
  }

  async sync(name: string): Promise<void> {
    const handle = openSync(join(this.folder, name), 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    syncFolder(this.folder);
  }

  async remove(name: string): Promise<void> {
    rmSync(join(this.folder, name), { force: true });
  }

  async names(): Promise<readonly string[]> {
    const isThere = lstatSync(this.folder, { throwIfNoEntry: false }) !== undefined;
    return isThere ? readdirSync(this.folder) : [];
  }
}
