import {
  chainStart,
  decodeEntry,
  entryHash,
  nextChain,
  type ChainHead,
  type EntriesShown,
} from '@enlace/contracts';
import { equalBytes, parseBase64Url } from '@enlace/kernel';
import type { Place, ShownList } from '@enlace/testing';

import type { ThreadHand } from '../threads/thread-hand.js';

const PAUSE_MS = 100;

/** Reads a thread on and on from where it was, whatever happens to the nodes, and keeps what it was shown. */
export class CrashReader {
  readonly #entries: Place[] = [];
  #head: ChainHead;
  isOver = false;

  constructor(
    private readonly hand: ThreadHand,
    private readonly way: { readonly turn: () => unknown },
  ) {
    this.#head = chainStart(hand.threadId);
  }

  get list(): ShownList {
    const thread = this.hand.threadId;
    return { client: 'reader', thread, after: 0, until: null, entries: this.#entries };
  }

  get lastSeq(): number {
    return this.#head.seq;
  }

  async read(): Promise<void> {
    while (!this.isOver) {
      const answer = await this.hand.page(`?after=${this.#head.seq}`).catch(() => null);
      if (answer?.status === 200) this.#take(answer.body);
      else this.way.turn();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Throws for a page that does not follow what was read: its chain begins with another one, or leads elsewhere. */
  #take({ before, entries, head }: EntriesShown): void {
    if (!equalBytes(parseBase64Url(before), this.#head.chain)) throw new Error('a fork');
    for (const one of entries) {
      if (!('entry' in one)) throw new Error('nobody erases here');
      const entry = decodeEntry(parseBase64Url(one.entry));
      this.#entries.push({ seq: one.seq, entryId: entry.header.entryId });
      const acceptedAtMs = Date.parse(one.acceptedAt);
      this.#head = nextChain(this.#head, { acceptedAtMs, entryHash: entryHash(entry) });
    }
    const isEnd = head.seq === this.#head.seq;
    if (isEnd && !equalBytes(parseBase64Url(head.chain), this.#head.chain)) {
      throw new Error('a fork');
    }
  }
}
