import type { Random } from '@enlace/kernel';

/** First and longest wait of a client between two tries, in milliseconds (reliability.md, section 1). */
export const RETRY_DELAY_MS = { first: 1_000, longest: 30_000 } as const;

/**
 * The wait before try number `attempt` (from 1) is tried again: doubling, at most 30 s, with full jitter, so that a
 * thousand clients that lost one server do not come back together. An integer from 0 to the bound, in milliseconds.
 */
export function retryDelayMs(attempt: number, random: Random): number {
  const doublings = Math.min(Math.max(attempt, 1) - 1, 30);
  const bound = Math.min(RETRY_DELAY_MS.first * 2 ** doublings, RETRY_DELAY_MS.longest);
  const bytes = random.bytes(4);
  const share = new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
  return Math.floor(share * (bound + 1));
}
