import { setTimeout as pause } from 'node:timers/promises';

import {
  formatPosition,
  type CopyAnswer,
  type ReplicationConnection,
  type WalPosition,
} from './replication.js';
import { segmentStart, type WalFiles } from './wal-files.js';

/** How often what came is brought to disk and confirmed: so much is lost at most with the machine. */
const FLUSH_MS = 500;
const LOOK_MS = 20;

const MESSAGE = { data: 0x77, keepalive: 0x6b, status: 0x72 } as const;
/** Kind, start, end and time stand before the bytes. */
const DATA_HEAD_BYTES = 25;
const STATUS_BYTES = 34;
/** Index of the byte that asks for an answer at once. */
const WANTS_ANSWER = 17;

export interface Following {
  readonly connection: ReplicationConnection;
  readonly files: WalFiles;
  readonly slot: string;
  readonly timeline: number;
  readonly from: WalPosition;
}

/** Writes down what the cluster writes, from a place on, until it is closed or the connection is lost. */
export class WalFollower {
  readonly #stopping = new AbortController();
  readonly #answer: CopyAnswer;
  readonly #flushing: Promise<void>;
  #failure: Error | null = null;

  constructor(private readonly following: Following) {
    const { connection, slot, timeline, from } = following;
    const start = formatPosition(segmentStart(from));
    this.#answer = connection.copy(
      `START_REPLICATION SLOT ${slot} PHYSICAL ${start} TIMELINE ${timeline}`,
      async (message) => this.#take(message),
    );
    this.#answer.done.then(
      () => this.#fail(new Error('the database stopped to tell what it writes')),
      (error: unknown) => this.#fail(error),
    );
    this.#flushing = this.#flushAlways();
  }

  /** Throws what ended it. */
  assertFollows(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.following.connection.isLost) throw new Error('the connection of the backup is lost');
  }

  /** Resolves when everything up to there is on disk here. */
  async reach(position: WalPosition): Promise<void> {
    const { files } = this.following;
    for (;;) {
      await files.flush();
      if (files.flushed >= position) return;
      this.assertFollows();
      await pause(LOOK_MS);
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#flushing;
    await this.following.connection.close();
    await this.following.files.close();
  }

  async #take(message: Buffer): Promise<void> {
    const kind = message[0];
    if (kind === MESSAGE.data) {
      await this.following.files.write(
        message.readBigUInt64BE(1),
        message.subarray(DATA_HEAD_BYTES),
      );
    } else if (kind === MESSAGE.keepalive && message[WANTS_ANSWER] === 1) {
      this.#confirm();
    }
  }

  #confirm(): void {
    const { flushed } = this.following.files;
    const status = Buffer.alloc(STATUS_BYTES);
    status.writeUInt8(MESSAGE.status);
    // Written, flushed, applied; then a time that nobody reads.
    for (const at of [1, 9, 17]) status.writeBigUInt64BE(flushed, at);
    this.#answer.reply(status);
  }

  #fail(cause: unknown): void {
    this.#failure ??= new Error('the database is not followed any more', { cause });
  }

  async #flushAlways(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.following.files.flush().catch((error: unknown) => this.#fail(error));
      if (this.#failure === null) this.#confirm();
      await pause(FLUSH_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
