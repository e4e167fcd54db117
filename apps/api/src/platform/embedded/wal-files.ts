import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { syncFolder } from '../durable-file.js';
import type { WalPosition } from './replication.js';

/** What `initdb` chooses. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENT = BigInt(SEGMENT_BYTES);
const SEGMENTS_EACH = 0x1_0000_0000n / SEGMENT;

/** The name under which PostgreSQL looks for the segment that a place lies in. */
function segmentName(timeline: number, at: WalPosition): string {
  const segment = at / SEGMENT;
  return [BigInt(timeline), segment / SEGMENTS_EACH, segment % SEGMENTS_EACH]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/** The place where its segment begins. */
export function segmentStart(at: WalPosition): WalPosition {
  return at - (at % SEGMENT);
}

/**
 * The write-ahead log as files that PostgreSQL reads back: each has its full length from the start, zeros where nothing
 * was written yet. One thing happens at a time; a failure stays.
 */
export class WalFiles {
  #file: FileHandle | null = null;
  #name = '';
  #written: WalPosition = 0n;
  #flushed: WalPosition = 0n;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly timeline: number,
  ) {}

  /** Up to here everything is on disk. */
  get flushed(): WalPosition {
    return this.#flushed;
  }

  async write(at: WalPosition, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      for (let done = 0; done < bytes.length;) {
        const position = at + BigInt(done);
        const file = await this.#open(position);
        const offset = Number(position % SEGMENT);
        const count = Math.min(bytes.length - done, SEGMENT_BYTES - offset);
        done += (await file.write(bytes, done, count, offset)).bytesWritten;
      }
      this.#written = at + BigInt(bytes.length);
    });
  }

  async flush(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#written === this.#flushed) return;
      await this.#file?.datasync();
      this.#flushed = this.#written;
    });
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await this.#file?.close();
    this.#file = null;
  }

  async #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act);
    return this.#turn;
  }

  async #open(at: WalPosition): Promise<FileHandle> {
    const name = segmentName(this.timeline, at);
    if (this.#file !== null && name === this.#name) return this.#file;
    await this.#file?.datasync();
    await this.#file?.close();
    const file = await open(join(this.folder, name), 'w', 0o600);
    this.#file = file;
    this.#name = name;
    await file.truncate(SEGMENT_BYTES);
    await file.sync();
    await syncFolder(this.folder);
    return file;
  }
}
