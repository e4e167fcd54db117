/** How somebody was in touch with something, each by its own shape. */
export const MARKS = ['read', 'download', 'share', 'write', 'refused'] as const;
export type Mark = (typeof MARKS)[number];

export interface LaneEvent {
  readonly key: string;
  readonly lane: string;
  readonly atMs: number;
  readonly mark: Mark;
}
