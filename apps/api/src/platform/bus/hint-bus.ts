import type { Hint } from './hint.js';

/** Who listens to the hints of all nodes, this one's among them. No function throws. */
export interface HintListener {
  /** This node has committed: at once, and again as a hint like those of all others. */
  onOwn?(hint: Hint): void;
  /** Another look is due. Hints may come twice, late, or not at all. */
  onHint(hint: Hint): void;
  /** Hints may have been missed: look at everything. */
  onGap(): void;
}

/**
 * Between the nodes. Nothing depends on it: a hint that is lost costs the time until the next look by the clock, and
 * what it says is read from the database before anything follows from it.
 */
export interface HintBus {
  /** Soon, and together with what else is told within the same moment. Never throws and never waits. */
  publish(hint: Hint): void;
  subscribe(listener: HintListener): void;
  /** Whether hints of other nodes arrive, as far as this node can tell. */
  isHealthy(): boolean;
}

export const HINT_BUS = Symbol('HintBus');
