import { z } from '../messages.js';
import { knownPerson } from '../people-forms.js';

/** What two persons decide of a thread; a steward closes it alone. */
const OF_TWO = ['retain', 'hold', 'release', 'shred'] as const;
export const LIFE_ACTS = ['close', ...OF_TWO] as const;
const ofTwo = z.enum(OF_TWO);
const lifeAct = z.enum(LIFE_ACTS);

/** Why, as a code, and up to when for what has a term. */
const reasons = { basis: z.string(), until: z.nullable(z.string()) };

/** What verified acts have made of a thread. */
export const shownLife = z.strictObject({
  status: z.enum(['open', 'closed', 'destroyed']),
  isHeld: z.boolean(),
  keptUntil: z.string(),
});

/** An act on the life of a thread, as an entry of it says. */
export const saidLife = z.strictObject({ kind: z.literal('life'), action: lifeAct, ...reasons });

export const lifeChange = z.strictObject({
  threadId: z.string(),
  action: lifeAct,
  ...reasons,
  /** As another person signed it; null for what a steward does alone. */
  approval: z.nullable(z.string()),
});

export const lifeApproving = z.strictObject({
  threadId: z.string(),
  action: ofTwo,
  ...reasons,
});

/** What another person approved, and who. */
export const readApproval = z.strictObject({ action: ofTwo, ...reasons, by: knownPerson });

export type LifeApproval = z.infer<typeof readApproval>;
