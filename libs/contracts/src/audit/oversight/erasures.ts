export const ERASURE_LIMITS = {
  /** Ranges of one erasure. */
  ranges: 32,
  /** Entries that one erasure reaches. */
  entries: 100_000,
  /** Characters of the rule: the paragraph that demands it. */
  ruleCharacters: 120,
  /** How long it is kept where somebody was. */
  whereDays: 365,
  /** What is known of acts in a thread stays for so long after the thread is gone, whatever its State wants. */
  threadDays: 365,
} as const;

/** An erasure of sections, on its way or done. */
export interface Erasure {
  readonly erasureId: string;
  readonly step: 'proposed' | 'erased';
  /** Events whose sections are gone. */
  readonly events: number;
}
