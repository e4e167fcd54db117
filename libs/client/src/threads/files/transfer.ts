import { isDomainError, type Random } from '@enlace/kernel';

import { retryDelayMs } from '../../retry-delay.js';
import { TransferStuck } from './file-errors.js';
import { isPassing, type Patience } from '../wire/deliver.js';

/** Tries in a row that moved nothing, before the person is told; what was moved is not moved again. */
const TRIES_MOST = 8;
/** The smallest part. In bytes. */
const PART_LEAST = 64 * 1024;

/** What a step of a transfer leads to. */
export type Step =
  /** So many bytes further. */
  | { readonly kind: 'moved'; readonly to: number }
  /** The ticket holds no more. */
  | { readonly kind: 'ticket' };

/**
 * Moves a file part by part until it is at its end. A part that gets no answer is halved, because a slow line takes
 * longer than an answer may; one that did makes the next one longer again. What the server refuses for good ends it.
 */
export async function transfer(
  way: {
    readonly from: number;
    readonly length: number;
    readonly partBytes: number;
    /** Moves up to so many bytes from a place on. */
    move(from: number, most: number): Promise<Step>;
    /** A new ticket; resolves to where the transfer stands. */
    renew(at: number): Promise<number>;
  },
  { random, patience }: { readonly random: Random; readonly patience: Patience },
): Promise<void> {
  let [at, part, failures] = [way.from, way.partBytes, 0];
  while (at < way.length) {
    try {
      const step = await way.move(at, Math.min(part, way.length - at));
      const next = step.kind === 'moved' ? step.to : await way.renew(at);
      // A server that moves nothing, or back, is not asked for ever.
      failures = next > at ? 0 : failures + 1;
      at = next;
      part = Math.min(part * 2, way.partBytes);
      if (failures >= TRIES_MOST) throw new TransferStuck();
    } catch (error) {
      failures += 1;
      if (failures >= TRIES_MOST || !isPassing(error)) throw error;
      part = Math.max(Math.floor(part / 2), PART_LEAST);
      await patience.pause(retryDelayMs(failures, random));
    }
  }
}

/** Whether a step was refused for its ticket alone: it has ended, or another node signed it. */
export function isTicketOver(error: unknown): boolean {
  return isDomainError(error, 'ticket.refused');
}
