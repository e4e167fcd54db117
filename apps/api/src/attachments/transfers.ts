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
