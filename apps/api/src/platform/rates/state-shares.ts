import { SHARE_LIMITS } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import { Refusal } from '../problem/refusal.js';

/** The turn of one act. `end` may be called again. */
export interface Turn {
  end(): void;
}

interface Waiting {
  readonly state: string;
  begin(): void;
}

/** Turns of one State at once, while another State waits. */
const SHARE = Math.floor((SHARE_LIMITS.actsAtOnce * SHARE_LIMITS.statePercent) / 100);

/**
 * The turns of acts under a session. As long as nobody else waits, a State may have them all; beyond its share it gets
 * no turn while a State within its own waits, so that none can keep the others from working. In each State, first
 * come, first served.
 */
@Injectable()
export class StateShares {
  private readonly underWay = new Map<string, number>();
  private acts = 0;
  /** In the order of arrival. */
  private waiting: readonly Waiting[] = [];

  /** Waits for a turn. Throws `rate.limited` when too many wait already, or the wait took too long. */
  async take(state: string): Promise<Turn> {
    if (this.waiting.length === 0 && this.acts < SHARE_LIMITS.actsAtOnce) return this.begin(state);
    this.assertRoom(state);
    return new Promise<Turn>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.forget(waiting);
        reject(tooMany());
      }, SHARE_LIMITS.waitMs);
      timer.unref();
      const waiting: Waiting = {
        state,
        begin: () => {
          clearTimeout(timer);
          resolve(this.begin(state));
        },
      };
      this.waiting = [...this.waiting, waiting];
      this.letNextBegin();
    });
  }

  private assertRoom(state: string): void {
    const ofState = this.waiting.filter((other) => other.state === state).length;
    const { waiting, waitingOfState } = SHARE_LIMITS;
    if (this.waiting.length >= waiting || ofState >= waitingOfState) throw tooMany();
  }

  private begin(state: string): Turn {
    this.count(state, 1);
    let isOver = false;
    return {
      end: () => {
        if (isOver) return;
        isOver = true;
        this.count(state, -1);
        this.letNextBegin();
      },
    };
  }

  private letNextBegin(): void {
    if (this.acts >= SHARE_LIMITS.actsAtOnce) return;
    const next = this.next();
    if (next === undefined) return;
    this.forget(next);
    next.begin();
  }

  /** Who came first of those within their share; where all are beyond it, of the State that has the fewest. */
  private next(): Waiting | undefined {
    const has = ({ state }: Waiting): number => this.underWay.get(state) ?? 0;
    const within = this.waiting.find((waiting) => has(waiting) < SHARE);
    if (within !== undefined) return within;
    const fewest = Math.min(...this.waiting.map(has));
    return this.waiting.find((waiting) => has(waiting) === fewest);
  }

  private forget(waiting: Waiting): void {
    this.waiting = this.waiting.filter((other) => other !== waiting);
  }

  private count(state: string, change: 1 | -1): void {
    this.acts += change;
    const left = (this.underWay.get(state) ?? 0) + change;
    if (left === 0) this.underWay.delete(state);
    else this.underWay.set(state, left);
  }
}

function tooMany(): Refusal {
  return new Refusal('rate.limited', { facts: { retryAfterSeconds: 1 } });
}
