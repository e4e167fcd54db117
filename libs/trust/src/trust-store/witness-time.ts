/** Why a client must not send, invite or join for the moment; reading goes on. */
export type ClockState = 'sound' | 'behind' | 'stale';

const BEHIND_LIMIT_MS = 5 * 60_000;
const STALE_LIMIT_MS = 24 * 3_600_000;

/**
 * Lower median of the cosignature times of a checkpoint: half of the witnesses and one saw it no earlier. Null without
 * cosignatures. The caller gives the times of distinct, trusted witnesses only.
 */
export function witnessTime(cosignatureTimesMs: readonly number[]): number | null {
  const sorted = cosignatureTimesMs.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/** Compares the client's clock with the newest witness time: too far behind it, or the news too old. */
export function clockState(nowMs: number, witnessTimeMs: number): ClockState {
  if (nowMs < witnessTimeMs - BEHIND_LIMIT_MS) return 'behind';
  return nowMs - witnessTimeMs > STALE_LIMIT_MS ? 'stale' : 'sound';
}
