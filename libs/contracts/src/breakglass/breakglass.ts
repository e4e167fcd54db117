import type { StateCode } from '../states.js';

/** What States may do together for availability. None of it opens content: there is no such act. */
export type BreakGlassAction = 'suspend-state' | 'restore-state' | 'leave-recovery' | 'name-branch';

/** Within this time after it was invoked an act is reviewed. */
export const BREAK_GLASS_REVIEW_MS = 72 * 3_600_000;

/** One act of the register, which everybody sees. The wire is what the States signed. */
export interface BreakGlassEntry {
  readonly nonce: string;
  readonly action: BreakGlassAction;
  readonly target: string;
  readonly reason: string;
  readonly effectiveAfter: string;
  readonly expiresAt: string;
  readonly invokedAt: string;
  /** `waiting` until it has waited long enough. */
  readonly outcome: 'waiting' | 'applied' | 'expired';
  readonly verdict: 'justified' | 'unjustified' | null;
  /** When it was reviewed; null while nobody has. */
  readonly reviewedAt: string | null;
  /** Until when it has to be reviewed. */
  readonly reviewBy: string;
  readonly wire: string;
}

/** What became of handing an act in. */
export interface BreakGlassInvoked {
  readonly nonce: string;
  /** Whose signatures it carries. */
  readonly states: readonly StateCode[];
  readonly effectiveAfter: string;
}
