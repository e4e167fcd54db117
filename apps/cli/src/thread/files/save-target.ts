import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileTarget } from '@enlace/client';
import { safeFileName } from '@enlace/e2ee';
import { CliError } from '../../command-line/cli-error.js';
import { syncFolder } from '../../files/new-files.js';
import { isSystemError } from '../../files/system-error.js';

/** Beside the place of the file, while it is not known to be whole. */
const UNFINISHED = '.unfinished';

/** Where a file is saved, and whether one that is there may be replaced. */
export interface SavePlace {
  readonly path: string;
  readonly isReplacing: boolean;
}

/**
 * The place that `--out` means for a file that somebody else has named: a folder takes it under a name that is safe
 * here. Throws `file.exists`.
 */
// Attacker-controlled: the name.
export function savePlace(out: string, name: string, isReplacing: boolean): SavePlace {
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = isFolder ? join(out, safeFileName(name)) : out;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && (!isReplacing || found.isDirectory())) throw exists(path);
  return { path, isReplacing };
}

/**
 * Writes a file beside its place, readable for its owner alone, and gives it its name when it is whole: killed
 * anywhere, nobody finds a part of it under that name. A link that is in its place is replaced and not followed.
 */
export class SavedFile implements FileTarget {
  readonly kind = 'file';
  #handle: number | null = null;

  constructor(private readonly place: SavePlace) {}

  sink = async (bytes: Uint8Array): Promise<void> => {
    const handle = this.#open();
    let done = 0;
    while (done < bytes.length) done += writeSync(handle, bytes, done);
  };

  async finish(): Promise<void> {
    fsyncSync(this.#open());
    this.#close();
    try {
      this.#name();
    } finally {
      rmSync(this.#beside, { force: true });
    }
    syncFolder(dirname(this.place.path));
  }

  async abandon(): Promise<void> {
    if (this.#handle === null) return;
    this.#close();
    rmSync(this.#beside, { force: true });
  }

  get #beside(): string {
    return `${this.place.path}${UNFINISHED}`;
  }

  #open(): number {
    if (this.#handle === null) {
      // What a killed command left, or a link that somebody laid: it is not written into.
      rmSync(this.#beside, { force: true });
      this.#handle = openSync(this.#beside, 'wx', 0o600);
    }
    return this.#handle;
  }

  #close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  #name(): void {
    const { path, isReplacing } = this.place;
    if (isReplacing) {
      renameSync(this.#beside, path);
      return;
    }
    try {
      linkSync(this.#beside, path);
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) throw exists(path);
      // File systems of memory sticks have no links.
      const hasNoLinks = ['EPERM', 'ENOTSUP', 'ENOSYS'].some((code) => isSystemError(error, code));
      if (!hasNoLinks) throw error;
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw exists(path);
      renameSync(this.#beside, path);
    }
  }
}

function exists(file: string): CliError {
  return new CliError('file.exists', { file });
}
