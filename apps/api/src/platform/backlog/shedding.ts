import { Injectable, SetMetadata } from '@nestjs/common';

import { Refusal } from '../problem/refusal.js';
import { Backlog } from './backlog.js';
import { BACKLOG_STEPS, type BacklogStep } from './steps.js';

const SHED = 'enlace:shed';
/** Seconds after which asking again makes sense. */
const RETRY_S = 30;

/** The handler is refused from this step on, so that what is recorded already can be integrated. */
export const ShedFrom = (step: Exclude<BacklogStep, 'none' | 'degraded'>): MethodDecorator =>
  SetMetadata(SHED, step);

/** Refuses what can wait while the log is behind. Sign-in, sign-out, revocation and health never wait. */
@Injectable()
export class Shedding {
  constructor(private readonly backlog: Backlog) {}

  /**
   * Throws `audit.backlogged` and, at the worst step, `audit.unavailable`. Before the proof: no number is used up.
   */
  assert(handler: object): void {
    const from: BacklogStep | undefined = Reflect.getMetadata(SHED, handler);
    if (from === undefined) return;
    const { step } = this.backlog;
    if (BACKLOG_STEPS.indexOf(step) < BACKLOG_STEPS.indexOf(from)) return;
    const facts = { retryAfterSeconds: RETRY_S };
    throw new Refusal(step === 'unavailable' ? 'audit.unavailable' : 'audit.backlogged', { facts });
  }
}
