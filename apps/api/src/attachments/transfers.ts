import type { Readable } from 'node:stream';

import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import type { DeviceId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import { Refusal } from '../platform/problem/refusal.js';

/** What each device has under way on this node. */
@Injectable()
export class Transfers {
  readonly #underWay = new Map<DeviceId, number>();

  /** Begins one more; the returned function ends it, once. Throws `rate.limited`. */
  begin(deviceId: DeviceId): () => void {
    const before = this.#underWay.get(deviceId) ?? 0;
    if (before >= ATTACHMENT_LIMITS.transfersAtOnce) {
      throw new Refusal('rate.limited', { facts: { retryAfterSeconds: 1 } });
    }
    this.#underWay.set(deviceId, before + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#underWay.get(deviceId) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(deviceId);
      else this.#underWay.set(deviceId, left);
    };
  }
}

/**
 * Counts what the connection has taken. It ends with the last byte and not with the end of the file: who has all of it
 * may close the connection before that is seen, and it would be on record as cut off.
 */
export class CountedBytes implements AsyncIterable<Uint8Array> {
  count = 0;

  constructor(
    private readonly bytes: Readable,
    private readonly length: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const part of this.bytes) {
      const taken: Uint8Array = part;
      this.count += taken.length;
      yield taken;
      if (this.count >= this.length) return;
    }
  }
}
