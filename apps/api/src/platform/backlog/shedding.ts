import { Injectable, RequestMethod, SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';

import { Refusal } from '../problem/refusal.js';
import { Backlog } from './backlog.js';
import { BACKLOG_STEPS, type BacklogStep } from './steps.js';

const SHED = 'enlace:shed';
const IN_RECOVERY = 'enlace:in-recovery';
/** Entries of one read. */
const PULLED_WHILE_BEHIND = 100;
/** Seconds after which asking again makes sense. */
const RETRY_S = 30;

/** The handler is refused from this step on, so that what is recorded already can be integrated. */
export const ShedFrom = (step: Exclude<BacklogStep, 'none' | 'degraded'>): MethodDecorator =>
  SetMetadata(SHED, step);

/**
 * The handler goes on while a log contradicts what was signed, although it is no reading: what lets people in and out,
 * what takes rights away, what is asked with a body, and what the States decide the matter by.
 */
export const GoesOnInRecovery = (): MethodDecorator => SetMetadata(IN_RECOVERY, true);

/** Refuses what can wait while the log is behind. Sign-in, sign-out, revocation and health never wait. */
@Injectable()
export class Shedding {
  constructor(private readonly backlog: Backlog) {}

  /**
   * Throws `server.recovery` for what writes while a log is halted, `audit.backlogged` and, at the worst step,
   * `audit.unavailable`. Before the proof: no number is used up.
   */
  assert(handler: object): void {
    if (this.backlog.isHalted && !goesOn(handler)) {
      throw new Refusal('server.recovery', { facts: { retryAfterSeconds: RETRY_S } });
    }
    const from: BacklogStep | undefined = Reflect.getMetadata(SHED, handler);
    if (from !== undefined) this.#assertBelow(from);
  }

  /** Throws as `assert` for more entries at once than are handed out while the log is behind. */
  assertPull(entries: number): void {
    if (entries > PULLED_WHILE_BEHIND) this.#assertBelow('backlogged');
  }

  #assertBelow(from: BacklogStep): void {
    const { step } = this.backlog;
    if (BACKLOG_STEPS.indexOf(step) < BACKLOG_STEPS.indexOf(from)) return;
    const facts = { retryAfterSeconds: RETRY_S };
    throw new Refusal(step === 'unavailable' ? 'audit.unavailable' : 'audit.backlogged', { facts });
  }
}

function goesOn(handler: object): boolean {
  const isReading = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.GET;
  return isReading || Reflect.getMetadata(IN_RECOVERY, handler) === true;
}
