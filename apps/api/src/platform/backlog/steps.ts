/** From the lightest to the worst. */
export const BACKLOG_STEPS = ['none', 'degraded', 'backlogged', 'unavailable'] as const;
export type BacklogStep = (typeof BACKLOG_STEPS)[number];

/** What a step is judged by. */
export interface BacklogNumbers {
  /** Age of the oldest row of the outbox, in seconds. */
  readonly oldestS: number;
  readonly rows: number;
  /** Of the disk of the data folder. */
  readonly freeShare: number;
}

export const NO_BACKLOG: BacklogNumbers = { oldestS: 0, rows: 0, freeShare: 1 };

/** Beyond the worst limit nobody counts. */
export const ROWS_COUNTED = 200_001;

/** A step is reached as soon as one of its numbers is passed. */
export function stepOf({ oldestS, rows, freeShare }: BacklogNumbers): BacklogStep {
  if (oldestS > 300 || rows > 200_000 || freeShare < 0.02) return 'unavailable';
  if (oldestS > 60 || rows > 50_000 || freeShare < 0.05) return 'backlogged';
  return oldestS > 5 ? 'degraded' : 'none';
}
