import { describe, expect, it, jest } from '@jest/globals';
import { SHARE_LIMITS } from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';

import { StateShares, type Turn } from './state-shares.js';

const { actsAtOnce, statePercent, waitingOfState, waitMs } = SHARE_LIMITS;
const SHARE = Math.floor((actsAtOnce * statePercent) / 100);

/** Acts that ask for their turn, and those that have it, in the order in which they got it. */
class Acts {
  readonly shares = new StateShares();
  readonly begun: string[] = [];
  readonly refused: string[] = [];
  private readonly turns = new Map<string, Turn[]>();

  async ask(state: string, count = 1): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      void this.wait(state);
    }
    await settled();
  }

  private async wait(state: string): Promise<void> {
    try {
      const turn = await this.shares.take(state);
      this.begun.push(state);
      this.turns.set(state, [...(this.turns.get(state) ?? []), turn]);
    } catch (error) {
      this.refused.push(isDomainError(error) ? error.code : String(error));
    }
  }

  async end(state: string): Promise<void> {
    const [turn, ...rest] = this.turns.get(state) ?? [];
    this.turns.set(state, rest);
    turn?.end();
    turn?.end();
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let at = 0; at < 10; at += 1) await Promise.resolve();
}

describe('the shares of States', () => {
  it('give one State the whole node while nobody else waits', async () => {
    const acts = new Acts();
    await acts.ask('CR', actsAtOnce + 3);
    expect(acts.begun).toHaveLength(actsAtOnce);
    await acts.end('CR');
    expect(acts.begun).toHaveLength(actsAtOnce + 1);
  });

  it('give every turn that becomes free to those who wait, until the State is back within its share', async () => {
    const acts = new Acts();
    await acts.ask('CR', actsAtOnce + 20);
    await acts.ask('PA', SHARE + 2);
    acts.begun.length = 0;
    for (let at = 0; at < SHARE; at += 1) await acts.end('CR');
    expect(acts.begun).toEqual(Array.from({ length: SHARE }, () => 'PA'));
    // Both are at or beyond their share: the one with fewer goes on, and no turn stays unused.
    await acts.end('CR');
    expect(acts.begun.slice(SHARE)).toEqual(['PA']);
  });

  it('keep a turn for a third State that comes late', async () => {
    const acts = new Acts();
    await acts.ask('CR', actsAtOnce + 20);
    await acts.ask('PA', 20);
    for (let at = 0; at < SHARE + 2; at += 1) await acts.end('CR');
    acts.begun.length = 0;
    await acts.ask('HN');
    await acts.end('PA');
    expect(acts.begun).toEqual(['HN']);
  });

  it('refuse at once what would wait in too long a queue, of one State before all', async () => {
    const acts = new Acts();
    await acts.ask('CR', actsAtOnce + waitingOfState);
    expect(acts.refused).toEqual([]);
    await acts.ask('CR');
    expect(acts.refused).toEqual(['rate.limited']);
    await acts.ask('PA', SHARE_LIMITS.waiting - waitingOfState);
    expect(acts.refused).toHaveLength(1);
    await acts.ask('HN');
    expect(acts.refused).toHaveLength(2);
  });

  it('refuse after the time limit, and forget who was refused', async () => {
    jest.useFakeTimers();
    try {
      const acts = new Acts();
      await acts.ask('CR', actsAtOnce + 1);
      jest.advanceTimersByTime(waitMs - 1);
      await settled();
      expect(acts.refused).toEqual([]);
      jest.advanceTimersByTime(1);
      await settled();
      expect(acts.refused).toEqual(['rate.limited']);
      await acts.end('CR');
      await acts.ask('PA');
      expect(acts.begun).toHaveLength(actsAtOnce + 1);
    } finally {
      jest.useRealTimers();
    }
  });
});
