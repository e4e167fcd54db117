import { encodeEntry, decodeAppendReceipt, type EntriesAppended } from '@enlace/contracts';
import { parseBase64Url } from '@enlace/kernel';
import type { Send } from '@enlace/testing';

import type { SeatedServer } from '../sessions/seated-device.js';
import type { ThreadHand } from '../threads/thread-hand.js';

/** What a client waits for and asks again, with the same bytes and another proof. */
const RETRIED = new Set(['rate.limited', 'service.unavailable', 'audit.unavailable']);
const PAUSE_MS = 50;

/** A client's way to the nodes: to one of them, and to the other one when it does not answer. */
export function wandering(nodes: readonly [SeatedServer, SeatedServer], start: number) {
  let at = start;
  const server: SeatedServer = {
    ...nodes[0],
    get url() {
      return nodes[at % 2 === 0 ? 0 : 1].url;
    },
  };
  return { server, turn: () => (at += 1) };
}

/** Writes one entry after the other, each until it is acknowledged, as long as it is let. */
export class CrashWriter {
  readonly sends: Send[] = [];
  /** Tries after which nobody can know whether the entry is there. */
  cut = 0;
  /** Told to end with the entry that is under way; `isAbandoned`: also where nobody answers. */
  isOver = false;
  isAbandoned = false;

  constructor(
    readonly hand: ThreadHand,
    private readonly way: { readonly turn: () => unknown },
  ) {}

  get acknowledged(): number {
    return this.sends.filter(({ receipt }) => receipt !== null).length;
  }

  /** Ends with the entry that is under way when it is told to: acknowledged, or given up where nobody answers. */
  async write(): Promise<void> {
    this.isOver = false;
    for (let count = 1; !this.isOver; count += 1) {
      const entry = this.hand.sealed(`${this.hand.deviceId} ${count}`);
      const send = {
        thread: this.hand.threadId,
        entryId: entry.header.entryId,
        startedMs: nowMs(),
        receipt: null,
      };
      const at = this.sends.push(send) - 1;
      const answer = await this.#insist(encodeEntry(entry));
      if (answer === null) return;
      const [receipt = ''] = answer.receipts;
      const { seq } = decodeAppendReceipt(parseBase64Url(receipt)).receipt;
      this.sends[at] = { ...send, receipt: { seq, atMs: nowMs() } };
      this.hand.keep([entry], answer);
    }
  }

  async #insist(bytes: Uint8Array): Promise<EntriesAppended | null> {
    for (;;) {
      const answer = await this.hand.post([bytes]).catch(() => null);
      if (answer?.status === 200) return answer.body;
      if (answer === null) this.cut += 1;
      else if (!RETRIED.has(answer.body.code)) throw new Error(`refused: ${answer.text}`);
      if (this.isOver && this.isAbandoned) return null;
      this.way.turn();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Milliseconds of a clock that never steps, the same for all clients of a run. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
