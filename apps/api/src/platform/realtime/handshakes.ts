import { RATE_LIMITS } from '@enlace/contracts';
import { newId, systemClock, systemRandom, type Clock } from '@enlace/kernel';
import type { Socket } from 'socket.io';

import { TokenBuckets } from '../rates/token-bucket.js';
import type { Metrics } from '../metrics/metrics.js';
import { toProblem } from '../problem/problem-details.js';
import { Refusal } from '../problem/refusal.js';

/** The key of the one bucket: the limit is the node's, so that a storm of reconnects is spread over time. */
const NODE = 'node';

/** Lets a socket in or throws the reason. */
export type Admission = (socket: Socket) => void | Promise<void>;

interface HandshakePorts {
  readonly admit: Admission;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Decides over each handshake. A refused client hears `connect_error` with the problem and loses its connection. */
export class Handshakes {
  private readonly tokens: TokenBuckets;

  constructor(private readonly ports: HandshakePorts) {
    this.tokens = new TokenBuckets(RATE_LIMITS.handshakes, ports.clock);
  }

  async decide(socket: Socket, next: (refusal?: Error) => void): Promise<void> {
    try {
      this.takeToken();
      await this.ports.admit(socket);
    } catch (error) {
      const problem = toProblem(error, newId(systemClock, systemRandom));
      this.ports.metrics.refused(problem.code);
      next(Object.assign(new Error(problem.code), { data: problem }));
      // One connection, one try: otherwise a single client could use up the tokens of the node. The refusal itself
      // leaves on the tick that `next` has queued.
      process.nextTick(() => socket.conn.close());
      return;
    }
    next();
  }

  private takeToken(): void {
    const retryAfterSeconds = this.tokens.take(NODE);
    if (retryAfterSeconds > 0) throw new Refusal('rate.limited', { facts: { retryAfterSeconds } });
  }
}
